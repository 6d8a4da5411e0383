"""Orders as a file, one line an article, so that our own import reads it again."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.core.spreadsheets import as_csv
from webapp.purchases import queries
from webapp.purchases.models import Order, OrderLine
from webapp.purchases.queries import Wanted

ROWS_AT_ONCE = 1000


def lines(workspace: Workspace, wanted: Wanted) -> Iterator[str]:
    """The wanted orders, read little by little; those of restricted contacts stay out (article 18)."""
    asked: Any = queries.matching(workspace, wanted)
    rows = db.session.execute(
        asked.join(Contact, Contact.id == Order.contact_id)
        .outerjoin(OrderLine, OrderLine.purchase_id == Order.id)
        .with_only_columns(Order, Contact.email, OrderLine)
        .where(gate.usable())
        .order_by(Order.placed_at, Order.id, OrderLine.position),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    yield from as_csv(_heading(), map(_cells, rows))


def _heading() -> list[str]:
    names = (
        *(_("E-mail address"), _("Order number"), _("Shop"), _("Date"), _("Status")),
        *(_("Currency"), _("Total"), _("Discount"), _("Shipping"), _("Returned")),
        *(_("Promotional code"), _("Article number"), _("Article"), _("Category")),
        *(_("Quantity"), _("Unit price"), _("Total of the line")),
    )
    return [str(name) for name in names]


def _cells(row: Row[Any]) -> tuple[str, ...]:
    order, line = row.Order, row.OrderLine
    told = (
        *(row.email, order.number, order.shop, order.placed_at.isoformat()),
        *(order.status, order.currency, order.total, order.discount),
        *(order.shipping, order.returned, order.coupon),
    )
    article = (
        (line.sku, line.name, line.category, line.quantity, line.unit_price, line.total)
        if line
        else ("",) * 6
    )
    return tuple(str(value) for value in (*told, *article))
