"""Orders: taken in as often as they are told, corrected, and nothing forgotten on the way."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.purchases import customer_rules
from webapp.purchases.facts import LineFacts, OrderFacts, ReturnFacts
from webapp.purchases.models import Order, OrderChange, OrderLine, OrderReturn

# What a correction may change; its shop and number are what it is known by.
CORRECTED = (
    "contact_id",
    "placed_at",
    "status",
    "currency",
    "total",
    "discount",
    "shipping",
    "coupon",
)
MOST = Decimal("999999999999.99")


class OrderHasNoNumber(DomainError):
    """Without a number the same order told twice would be two."""

    message = _l("An order needs a number.")


class AmountIsImpossible(DomainError):
    """A negative total, or more than any shop sells."""

    message = _l("This amount cannot be that of an order.")


class MoreThanItCost(DomainError):
    """More came back than was bought."""

    message = _l("More would have been paid back than this order cost.")


@dataclass(frozen=True)
class By:
    """Who tells it: the door, the import, the colleague."""

    source: str
    source_id: int | None = None
    user_id: int | None = None


def record(
    workspace: Workspace, contact: Contact, facts: OrderFacts, *, by: By
) -> Order:
    """Take an order in; told again it is the same one, and what is told otherwise corrects it.

    :raises OrderHasNoNumber: :raises AmountIsImpossible: :raises MoreThanItCost:
    """
    _check(facts)
    order, is_new = _find_or_make(workspace, contact, facts, by)
    if not is_new:
        correct(order, _corrections(workspace, contact, facts), by=by)
    if facts.lines is not None:
        _replace_lines(order, facts.lines, is_new=is_new, by=by)
    for one in facts.returns:
        take_back(order, one)
    return order


def correct(order: Order, values: dict[str, Any], *, by: By) -> list[str]:
    """Change what is told otherwise now, keep what it was, and say which fields changed."""
    changed = [name for name in values if getattr(order, name) != values[name]]
    if not changed:
        return []
    _keep(
        order,
        {
            name: [_plain(getattr(order, name)), _plain(values[name])]
            for name in changed
        },
        by,
    )
    for name in changed:
        setattr(order, name, values[name])
    order.updated_at = clock.now()
    db.session.flush()
    return changed


def take_back(order: Order, facts: ReturnFacts) -> bool:
    """Enter a return, once; what it paid back no longer counts as revenue.

    :raises MoreThanItCost: together with the returns before it.
    """
    # Two returns entered at once must not be more than the order together.
    db.session.refresh(order, with_for_update=True)
    known = db.session.scalar(
        select(OrderReturn.id).where(
            OrderReturn.purchase_id == order.id, OrderReturn.number == facts.number
        )
    )
    if known is not None:
        return False
    if facts.amount <= 0:
        raise AmountIsImpossible
    if order.returned + facts.amount > order.total:
        raise MoreThanItCost
    db.session.add(
        OrderReturn(
            purchase_id=order.id,
            number=facts.number[:64],
            at=facts.at,
            amount=facts.amount,
            reason=facts.reason[:200],
        )
    )
    db.session.flush()
    # A trigger added it up.
    db.session.refresh(order)
    return True


def _check(facts: OrderFacts) -> None:
    if not facts.number.strip():
        raise OrderHasNoNumber
    amounts = (facts.total, facts.discount, facts.shipping)
    if any(amount < 0 or amount > MOST for amount in amounts):
        raise AmountIsImpossible


def _find_or_make(
    workspace: Workspace, contact: Contact, facts: OrderFacts, by: By
) -> tuple[Order, bool]:
    """The order, and whether it is new; two who tell it at once make one."""
    made = db.session.scalar(
        insert(Order)
        .values(
            workspace_id=workspace.id,
            shop=facts.shop.strip()[:40],
            number=facts.number.strip()[:64],
            source=by.source,
            source_id=by.source_id,
            created_at=clock.now(),
            updated_at=clock.now(),
            **_corrections(workspace, contact, facts),
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "shop", "number"])
        .returning(Order.id)
    )
    if made is not None:
        return db.session.get_one(Order, made), True
    known = select(Order).where(
        Order.workspace_id == workspace.id,
        Order.shop == facts.shop.strip()[:40],
        Order.number == facts.number.strip()[:64],
    )
    return db.session.scalars(known.with_for_update()).one(), False


def _corrections(
    workspace: Workspace, contact: Contact, facts: OrderFacts
) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "placed_at": facts.placed_at,
        "status": str(facts.status),
        "currency": facts.currency.upper() or customer_rules.of(workspace).currency,
        "total": facts.total,
        "discount": facts.discount,
        "shipping": facts.shipping,
        "coupon": facts.coupon.strip()[:60],
    }


def _replace_lines(
    order: Order, lines: tuple[LineFacts, ...], *, is_new: bool, by: By
) -> None:
    asked = (
        select(OrderLine)
        .where(OrderLine.purchase_id == order.id)
        .order_by(OrderLine.position)
    )
    before = [] if is_new else list(db.session.scalars(asked))
    told = [_line(order, number, line) for number, line in enumerate(lines)]
    if [_spoken(line) for line in before] == [_spoken(line) for line in told]:
        return
    if not is_new:
        spoken = [[_spoken(line) for line in some] for some in (before, told)]
        _keep(order, {"lines": spoken}, by)
    for line in before:
        db.session.delete(line)
    db.session.flush()
    db.session.add_all(told)
    db.session.flush()


def _line(order: Order, position: int, facts: LineFacts) -> OrderLine:
    return OrderLine(
        purchase_id=order.id,
        position=position,
        sku=facts.sku.strip()[:64],
        name=facts.name.strip()[:200],
        category=facts.category.strip()[:120],
        quantity=facts.quantity,
        unit_price=facts.unit_price,
        total=facts.total,
    )


def _spoken(line: OrderLine) -> list[str]:
    """The line as a correction tells it: equal lines are told alike."""
    return [
        line.sku,
        line.name,
        line.category,
        f"{line.quantity:.3f}",
        f"{line.unit_price:.2f}",
        f"{line.total:.2f}",
    ]


def _keep(order: Order, changes: dict[str, Any], by: By) -> None:
    db.session.add(
        OrderChange(
            purchase_id=order.id,
            at=clock.now(),
            source=by.source,
            source_id=by.source_id,
            user_id=by.user_id,
            changes=changes,
        )
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
