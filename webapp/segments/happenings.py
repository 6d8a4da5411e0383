"""What happened again and again to a contact: orders, returns, mails, clicks, events of the site."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Numeric, case, cast, func, null
from sqlalchemy.orm import InstrumentedAttribute

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.messages.models import Hit, Link, Message
from webapp.messages.models import Kind as MailKind
from webapp.messages.models import Status as MailStatus
from webapp.purchases.models import (
    COUNTING,
    ContactStats,
    CustomerRules,
    Order,
    OrderLine,
    OrderReturn,
    SiteEvent,
)
from webapp.segments import comparing
from webapp.segments.comparing import Truth
from webapp.segments.kinds import OPPOSITES, Operator
from webapp.segments.subjects import EVENT, Measure
from webapp.segments.tree import Condition

Column = InstrumentedAttribute[Any]
_OF_LINES = {"product", "sku", "category"}


@dataclass(frozen=True)
class Happening:
    """Where something is kept: whose it is, when it was, what is counted and summed up.

    `total` and `last` are the figures of `contact_stats` that say the same of all time.
    """

    rows: FromClause | type[Any]
    who: Column
    at: Column
    held: tuple[Truth, ...]
    measures: dict[Measure, ColumnElement[Any]]
    total: dict[Measure, Column]
    last: Column | None = None


def of(condition: Condition, workspace: Workspace) -> Happening:
    """The rows that a condition is about, those its parts leave."""
    if condition.subject.startswith(EVENT):
        return _events(condition, workspace)
    return _MADE[condition.subject](condition, workspace)


def _orders(condition: Condition, workspace: Workspace) -> Happening:
    own = Order.currency == _currency(workspace)
    net = Order.total - Order.returned
    by_line = any(part.subject in _OF_LINES for part in condition.where)
    amount = OrderLine.total if by_line else net
    count = func.count(Order.id.distinct()) if by_line else func.count()
    parts = {
        "product": (OrderLine.name, comparing.text),
        "sku": (OrderLine.sku, comparing.text),
        "category": (OrderLine.category, comparing.text),
        "coupon": (Order.coupon, comparing.text),
        "shop": (Order.shop, comparing.text),
        "amount": (net, _number),
    }
    joined = Order.__table__.join(
        OrderLine.__table__, OrderLine.purchase_id == Order.id
    )
    return Happening(
        joined if by_line else Order,
        Order.contact_id,
        Order.placed_at,
        (
            Order.workspace_id == workspace.id,
            Order.status.in_(COUNTING),
            *_parts(condition, parts),
        ),
        {
            Measure.COUNT: count,
            Measure.SUM: func.sum(amount).filter(own),
            Measure.AVERAGE: func.sum(amount).filter(own)
            / func.nullif(count.filter(own), 0),
        },
        {Measure.COUNT: ContactStats.orders, Measure.SUM: ContactStats.revenue},
        ContactStats.last_order_at,
    )


def _returns(condition: Condition, workspace: Workspace) -> Happening:
    own = Order.currency == _currency(workspace)
    parts = {
        "amount": (OrderReturn.amount, _number),
        "reason": (OrderReturn.reason, comparing.text),
    }
    return Happening(
        OrderReturn.__table__.join(
            Order.__table__, OrderReturn.purchase_id == Order.id
        ),
        Order.contact_id,
        OrderReturn.at,
        (Order.workspace_id == workspace.id, *_parts(condition, parts)),
        {
            Measure.COUNT: func.count(),
            Measure.SUM: func.sum(OrderReturn.amount).filter(own),
        },
        {},
    )


def _mails(condition: Condition, workspace: Workspace) -> Happening:
    return Happening(
        Message,
        Message.contact_id,
        Message.finished_at,
        (
            Message.workspace_id == workspace.id,
            Message.kind == MailKind.CAMPAIGN.value,
            Message.status == MailStatus.SENT.value,
            Message.contact_id.is_not(None),
            *_parts(condition, {"campaign": (Message.campaign_id, _row)}),
        ),
        {Measure.COUNT: func.count()},
        {Measure.COUNT: ContactStats.sent},
        ContactStats.last_sent_at,
    )


def _clicks(condition: Condition, workspace: Workspace) -> Happening:
    by_link = any(part.subject == "link" for part in condition.where)
    parts = {
        "campaign": (Hit.campaign_id, _row),
        "link": (Link.url, comparing.text),
    }
    return Happening(
        Hit.__table__.join(Link.__table__, Hit.link_id == Link.id) if by_link else Hit,
        Hit.contact_id,
        Hit.at,
        (
            Hit.workspace_id == workspace.id,
            Hit.link_id.is_not(None),
            Hit.contact_id.is_not(None),
            Hit.by_machine.is_(False),
            *_parts(condition, parts),
        ),
        {Measure.COUNT: func.count()},
        {Measure.COUNT: ContactStats.clicks},
        ContactStats.last_click_at,
    )


def _events(condition: Condition, workspace: Workspace) -> Happening:
    return Happening(
        SiteEvent,
        SiteEvent.contact_id,
        SiteEvent.at,
        (
            SiteEvent.workspace_id == workspace.id,
            SiteEvent.name == condition.subject.removeprefix(EVENT),
            *(_rightly(part, _property(part)) for part in condition.where),
        ),
        {Measure.COUNT: func.count()},
        {},
    )


def _currency(workspace: Workspace) -> str:
    """In which amounts are summed up, as `contact_stats` sums them up."""
    rules = db.session.get(CustomerRules, workspace.id)
    return rules.currency if rules else "EUR"


_MADE: dict[str, Callable[[Condition, Workspace], Happening]] = {
    "purchases": _orders,
    "returns": _returns,
    "mails": _mails,
    "clicks": _clicks,
}


def _parts(condition: Condition, columns: dict[str, Any]) -> list[Truth]:
    held = []
    for part in condition.where:
        column, compare = columns[part.subject]
        held.append(_rightly(part, compare(column, positive(part))))
    return held


def positive(condition: Condition) -> Condition:
    """The condition, or the one it is the opposite of."""
    meant = OPPOSITES.get(condition.operator, condition.operator)
    return Condition(
        condition.subject,
        meant,
        condition.value,
        condition.measure,
        condition.within,
        condition.where,
        condition.salt,
    )


def _rightly(part: Condition, truth: Truth) -> Truth:
    return truth.is_not(True) if part.operator in OPPOSITES else truth


def _number(column: ColumnElement[Any], part: Condition) -> Truth:
    return comparing.number(column, part.operator, part.value)


def _row(column: ColumnElement[Any], part: Condition) -> Truth:
    if part.operator is Operator.FILLED:
        return column.is_not(None)
    value = part.value if isinstance(part.value, tuple) else (part.value,)
    return column.in_([int(one) for one in value])  # type: ignore[arg-type]


def _property(part: Condition) -> Truth:
    """A property of a site event, as the type of the value says."""
    part, value = positive(part), part.value
    found = SiteEvent.properties[part.subject]
    if isinstance(value, str) or value is None:
        return comparing.text(func.coalesce(found.astext, ""), part)
    if isinstance(value, bool):
        return found.astext == ("true" if value else "false")
    number = func.jsonb_typeof(found) == "number"
    as_number = case((number, cast(found.astext, Numeric)), else_=null())
    return comparing.number(as_number, part.operator, value)
