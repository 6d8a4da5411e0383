"""Orders and figures, as pages ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, text, tuple_

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.pages import PAGE_SIZE, Page
from webapp.purchases import customer_rules, groups
from webapp.purchases.groups import CustomerGroup
from webapp.purchases.models import (
    ContactStats,
    Order,
    OrderChange,
    OrderLine,
    OrderReturn,
    SiteEvent,
    Stage,
)


@dataclass(frozen=True)
class Wanted:
    """Which orders a list shows."""

    number: str = ""
    status: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """The figures of one contact, in the currency of the workspace."""

    stats: ContactStats
    currency: str

    @property
    def basket(self) -> Decimal | None:
        """The average order, of those in this currency; None without any."""
        counted = self.stats.orders - self.stats.orders_elsewhere
        return self.stats.revenue / counted if counted else None

    @property
    def group(self) -> CustomerGroup | None:
        """The group its scores make; None for whoever never bought."""
        return groups.group_of(self.stats.r, self.stats.f)


def figures_of(contact: Contact) -> Figures:
    """The figures of a contact; noughts of a prospect until they were worked out."""
    workspace = db.session.get_one(Workspace, contact.workspace_id)
    found = db.session.get(ContactStats, contact.id)
    return Figures(found or _noughts(contact), customer_rules.of(workspace).currency)


def orders_of(
    contact: Contact, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[Order]:
    """The orders of a contact, latest first; `before`: older than the order of this number."""
    asked = select(Order).where(Order.contact_id == contact.id)
    if before is not None:
        asked = asked.where(_is_before(Order.placed_at, Order.id, before))
    return list(db.session.scalars(_latest_first(asked).limit(limit)))


def events_of(
    contact: Contact, *, before: int | None = None, limit: int = PAGE_SIZE
) -> list[SiteEvent]:
    """What the contact did on the site, latest first; `before`: older than this event."""
    asked = select(SiteEvent).where(SiteEvent.contact_id == contact.id)
    if before is not None:
        asked = asked.where(_is_before(SiteEvent.at, SiteEvent.id, before))
    latest = asked.order_by(SiteEvent.at.desc(), SiteEvent.id.desc())
    return list(db.session.scalars(latest.limit(limit)))


def get(workspace: Workspace, order_id: int) -> Order:
    """The order with this number of ours.

    :raises NotFound: also for an order of another workspace.
    """
    found = db.session.scalar(
        select(Order).where(Order.workspace_id == workspace.id, Order.id == order_id)
    )
    if found is None:
        raise NotFound
    return found


def find(workspace: Workspace, number: str, *, shop: str = "") -> Order | None:
    """The order that a shop calls by this number."""
    return db.session.scalar(
        select(Order).where(
            Order.workspace_id == workspace.id,
            Order.shop == shop,
            Order.number == number,
        )
    )


def page(
    workspace: Workspace, wanted: Wanted, *, before: int | None, after: int | None
) -> Page[Order]:
    """A window on the orders of the workspace, latest first."""
    asked = matching(workspace, wanted)
    if wanted.number:
        return Page(_by_number(asked), older=None, newer=None)
    if after is not None:
        asked = asked.where(_is_after(Order.placed_at, Order.id, after))
        asked = asked.order_by(Order.placed_at, Order.id)
    else:
        if before is not None:
            asked = asked.where(_is_before(Order.placed_at, Order.id, before))
        asked = _latest_first(asked)
    rows = list(db.session.scalars(asked.limit(PAGE_SIZE + 1)))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if after is not None:
        rows.reverse()
    has_newer = more if after is not None else before is not None
    has_older = True if after is not None else more
    return Page(
        rows,
        older=rows[-1].id if rows and has_older else None,
        newer=rows[0].id if rows and has_newer else None,
    )


def matching(workspace: Workspace, wanted: Wanted) -> Select[Order]:
    """The orders of the workspace that are wanted, in no order."""
    asked = select(Order).where(Order.workspace_id == workspace.id)
    if wanted.status:
        asked = asked.where(Order.status == wanted.status)
    if wanted.since:
        asked = asked.where(Order.placed_at >= wanted.since)
    if wanted.number:
        asked = asked.where(_begins_with(wanted.number))
    return asked


def contacts_of(orders: Sequence[Order]) -> dict[int, Contact]:
    """Who placed them, by their number."""
    numbers = {order.contact_id for order in orders}
    asked = select(Contact).where(Contact.id.in_(numbers))
    return {one.id: one for one in db.session.scalars(asked)}


def lines_of(order: Order) -> list[OrderLine]:
    """The articles of an order."""
    asked = select(OrderLine).where(OrderLine.purchase_id == order.id)
    return list(db.session.scalars(asked.order_by(OrderLine.position)))


def returns_of(order: Order) -> list[OrderReturn]:
    """What came back of an order, first come first."""
    asked = select(OrderReturn).where(OrderReturn.purchase_id == order.id)
    return list(db.session.scalars(asked.order_by(OrderReturn.at, OrderReturn.id)))


def changes_of(order: Order) -> list[OrderChange]:
    """The corrections of an order, latest first."""
    asked = select(OrderChange).where(OrderChange.purchase_id == order.id)
    return list(db.session.scalars(asked.order_by(OrderChange.id.desc())))


def has_any(workspace: Workspace) -> bool:
    """Whether any order came yet."""
    # In the order of an index, so that no other workspace's orders are read on the way.
    some = select(Order.id).where(Order.workspace_id == workspace.id)
    some = some.order_by(Order.placed_at).limit(1)
    return db.session.scalar(some) is not None


def _by_number(asked: Select[Order]) -> list[Order]:
    """As many as a page holds, found along the index of numbers before they are put in order."""
    some = (
        asked.with_only_columns(Order.id)
        .order_by(text("lower(number) USING ~<~"))
        .limit(PAGE_SIZE)
        .cte("some")
        .prefix_with("MATERIALIZED")
    )
    found = _latest_first(select(Order).where(Order.id.in_(select(some.c.id))))
    return list(db.session.scalars(found))


def _begins_with(number: str) -> ColumnElement[bool]:
    return func.lower(Order.number).startswith(number.strip().lower(), autoescape=True)


def _is_before(at: Any, number: Any, other: int) -> Any:
    return tuple_(at, number) < _place_of(at, number, other)


def _is_after(at: Any, number: Any, other: int) -> Any:
    return tuple_(at, number) > _place_of(at, number, other)


def _place_of(at: Any, number: Any, other: int) -> Any:
    """Where that row stands; asked for first, since no index serves a row from a subquery."""
    place = db.session.execute(select(at, number).where(number == other)).one_or_none()
    if place is None:
        raise NotFound
    return tuple_(literal(place[0]), literal(place[1]))


def _latest_first(asked: Select[Order]) -> Select[Order]:
    return asked.order_by(Order.placed_at.desc(), Order.id.desc())


def _noughts(contact: Contact) -> ContactStats:
    return ContactStats(
        contact_id=contact.id,
        workspace_id=contact.workspace_id,
        orders=0,
        revenue=Decimal(0),
        orders_elsewhere=0,
        sent=0,
        stage=Stage.PROSPECT,
    )
