"""In which stages the contacts stood, month by month; what orders tell of the past is derived."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Subquery,
    TableClause,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    text,
)

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, months
from webapp.core.db import db
from webapp.purchases import staging
from webapp.purchases.models import (
    COUNTING,
    ContactStats,
    CustomerRules,
    Order,
    Stage,
    StageChange,
    StageMonth,
)

MONTHS = 12
# So large a share of orders that are new and belong to the past: an import of older orders.
LATE_NEWS = 0.01
_STOOD = table("stood", column("contact_id"), column("stage"))
_STANDS = table("stands", column("contact_id"), column("stage"))
_MAKE = (
    "CREATE TEMP TABLE {name} (contact_id bigint PRIMARY KEY, stage varchar(12))"
    " ON COMMIT DROP"
)


def is_behind(workspace: Workspace, rules: CustomerRules) -> bool:
    """Whether orders of the past came since the history was derived, as an import brings them."""
    past = _moment(workspace, _this_month(workspace))
    orders = db.session.scalar(
        select(func.count()).where(
            Order.workspace_id == workspace.id,
            Order.status.in_(COUNTING),
            Order.placed_at < past,
        )
    )
    if not rules.orders_in_history:
        return bool(orders)
    news = db.session.scalar(
        select(func.count()).where(
            Order.workspace_id == workspace.id,
            Order.status.in_(COUNTING),
            Order.placed_at < past,
            Order.created_at > (rules.rebuilt_at or past),
        )
    )
    return (news or 0) > LATE_NEWS * rules.orders_in_history


def derive(workspace: Workspace, rules: CustomerRules) -> None:
    """Work out anew where everybody stood at the end of each of the last months, and the moves between.

    Stages are as the limits of today see them; moves are told at the end of their month.
    """
    first = months.after(_this_month(workspace), -MONTHS)
    _forget(workspace, first)
    for name in (_STOOD.name, _STANDS.name):
        db.session.execute(text(f"DROP TABLE IF EXISTS {name}"))
        db.session.execute(text(_MAKE.format(name=name)))
    for number in range(MONTHS):
        month = months.after(first, number)
        _stand(workspace, rules, month)
        end = _moment(workspace, months.after(month, 1))
        if number:
            _tell(workspace, _STANDS, end)
        _count(workspace, month, _stands_by_stage(workspace, end))
        _next()
    now = (
        select(ContactStats.contact_id, ContactStats.stage)
        .where(ContactStats.workspace_id == workspace.id)
        .subquery("stands_now")
    )
    _tell(workspace, now, clock.now())
    rules.orders_in_history = (
        db.session.scalar(
            select(func.count()).where(Order.workspace_id == workspace.id)
        )
        or 0
    )


def count_this_month(workspace: Workspace) -> None:
    """Write how many stand in each stage now: the last such count of a month is its end."""
    by_stage = (
        select(ContactStats.stage, func.count().label("people"))
        .where(ContactStats.workspace_id == workspace.id)
        .group_by(ContactStats.stage)
    )
    _count(workspace, _this_month(workspace), by_stage.subquery("counted"))


def _this_month(workspace: Workspace) -> date:
    here = clock.now().astimezone(ZoneInfo(workspace.timezone))
    return here.date().replace(day=1)


def _moment(workspace: Workspace, month: date) -> datetime:
    """Its first moment where the workspace is."""
    return datetime.combine(month, time(), ZoneInfo(workspace.timezone))


def _forget(workspace: Workspace, first: date) -> None:
    db.session.execute(
        delete(StageChange)
        .where(
            StageChange.workspace_id == workspace.id,
            StageChange.at >= _moment(workspace, first),
        )
        .execution_options(synchronize_session=False)
    )


def _stand(workspace: Workspace, rules: CustomerRules, month: date) -> None:
    """Where each customer stood on the last day of the month."""
    next_month = months.after(month, 1)
    own = Order.currency == rules.currency
    bought = (
        select(
            Order.contact_id,
            func.count().label("orders"),
            func.coalesce(func.sum(Order.total - Order.returned).filter(own), 0).label(
                "revenue"
            ),
            func.max(Order.placed_at).label("last_order_at"),
        )
        .where(
            Order.workspace_id == workspace.id,
            Order.status.in_(COUNTING),
            Order.placed_at < _moment(workspace, next_month),
        )
        .group_by(Order.contact_id)
        .subquery("bought")
    )
    last_day = date.fromordinal(next_month.toordinal() - 1)
    stage = staging.stage(workspace, rules, bought, last_day)
    stood = select(bought.c.contact_id, stage)
    db.session.execute(insert(_STANDS).from_select(["contact_id", "stage"], stood))


def _tell(workspace: Workspace, stands: TableClause | Subquery, at: datetime) -> None:
    """The moves of customers since the month before; whoever had not bought was a prospect."""
    before = func.coalesce(_STOOD.c.stage, Stage.PROSPECT.value)
    moved = (
        select(
            literal(workspace.id),
            stands.c.contact_id,
            before,
            stands.c.stage,
            literal(at),
        )
        .select_from(stands)
        .outerjoin(_STOOD, _STOOD.c.contact_id == stands.c.contact_id)
        .where(before != stands.c.stage)
    )
    columns = ["workspace_id", "contact_id", "before", "after", "at"]
    db.session.execute(insert(StageChange).from_select(columns, moved))


def _stands_by_stage(workspace: Workspace, end: datetime) -> Subquery:
    """Customers by their stage; with the prospects, who were known by then without an order."""
    prospects = (
        select(
            literal(Stage.PROSPECT.value).label("stage"), func.count().label("people")
        )
        .select_from(Contact)
        .outerjoin(_STANDS, _STANDS.c.contact_id == Contact.id)
        .where(
            Contact.workspace_id == workspace.id,
            Contact.created_at < end,
            _STANDS.c.contact_id.is_(None),
        )
    )
    customers = select(_STANDS.c.stage, func.count()).group_by(_STANDS.c.stage)
    return prospects.union_all(customers).subquery("counted")


def _count(workspace: Workspace, month: date, counted: Subquery) -> None:
    db.session.execute(
        delete(StageMonth).where(
            StageMonth.workspace_id == workspace.id, StageMonth.month == month
        )
    )
    told = select(
        literal(workspace.id), literal(month), counted.c.stage, counted.c.people
    )
    columns = ["workspace_id", "month", "stage", "people"]
    db.session.execute(insert(StageMonth).from_select(columns, told))


def _next() -> None:
    """The month that was is the one before."""
    db.session.execute(text("TRUNCATE stood"))
    columns = ["contact_id", "stage"]
    stands = select(_STANDS.c.contact_id, _STANDS.c.stage)
    db.session.execute(insert(_STOOD).from_select(columns, stands))
    db.session.execute(text("TRUNCATE stands"))
