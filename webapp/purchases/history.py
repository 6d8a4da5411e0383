"""In which stages the contacts stood, month by month; what orders tell of the past is derived."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    String,
    Subquery,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, months
from webapp.core.db import db
from webapp.purchases import staging
from webapp.purchases.models import (
    COUNTING,
    MONEY,
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
# What each customer had bought so far, and where that put them.
_SO_FAR = table(
    "so_far",
    column("contact_id", BigInteger),
    column("orders", Integer),
    column("revenue", MONEY),
    column("last_order_at", DateTime(timezone=True)),
    column("stage", String),
)
_MAKE = (
    "DROP TABLE IF EXISTS so_far",
    (
        "CREATE TEMP TABLE so_far (contact_id bigint PRIMARY KEY, orders integer, revenue numeric,"
        " last_order_at timestamptz, stage varchar(12) DEFAULT 'prospect') ON COMMIT DROP"
    ),
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
    for statement in _MAKE:
        db.session.execute(text(statement))
    since = None
    for number in range(MONTHS):
        next_month = months.after(first, number + 1)
        end = _moment(workspace, next_month)
        _buy(workspace, rules, since, end)
        last_day = date.fromordinal(next_month.toordinal() - 1)
        stage = staging.stage(workspace, rules, _SO_FAR, last_day)
        # Where the first month found them they may have stood for years.
        _move(workspace, stage, end, is_told=number > 0)
        _count(workspace, months.after(first, number), _by_stage(workspace, end))
        since = end
    _tell_until_now(workspace)
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


def _buy(
    workspace: Workspace, rules: CustomerRules, since: datetime | None, end: datetime
) -> None:
    """Add what was bought between two moments."""
    own = Order.currency == rules.currency
    bought = select(
        Order.contact_id,
        func.count(),
        func.coalesce(func.sum(Order.total - Order.returned).filter(own), 0),
        func.max(Order.placed_at),
    ).where(
        Order.workspace_id == workspace.id,
        Order.status.in_(COUNTING),
        Order.placed_at < end,
    )
    if since is not None:
        bought = bought.where(Order.placed_at >= since)
    told = upsert(_SO_FAR).from_select(
        ["contact_id", "orders", "revenue", "last_order_at"],
        bought.group_by(Order.contact_id),
    )
    db.session.execute(
        told.on_conflict_do_update(
            index_elements=["contact_id"],
            set_={
                "orders": _SO_FAR.c.orders + told.excluded.orders,
                "revenue": _SO_FAR.c.revenue + told.excluded.revenue,
                "last_order_at": told.excluded.last_order_at,
            },
        )
    )
    db.session.execute(text("ANALYZE so_far"))


def _move(
    workspace: Workspace, stage: ColumnElement[str], at: datetime, *, is_told: bool
) -> None:
    """Put everybody where they stand by then."""
    moved = (
        select(
            _SO_FAR.c.contact_id, _SO_FAR.c.stage.label("before"), stage.label("after")
        )
        .where(_SO_FAR.c.stage != stage)
        .cte("moved")
    )
    put = (
        update(_SO_FAR)
        .where(_SO_FAR.c.contact_id == moved.c.contact_id)
        .values(stage=moved.c.after)
    )
    if is_told:
        told = insert(StageChange).from_select(_CHANGE, _changes(workspace, moved, at))
        put = put.add_cte(told.cte("told"))
    db.session.execute(put)


def _tell_until_now(workspace: Workspace) -> None:
    """The moves since the end of last month."""
    before = func.coalesce(_SO_FAR.c.stage, Stage.PROSPECT.value)
    moved = (
        select(
            ContactStats.contact_id,
            before.label("before"),
            ContactStats.stage.label("after"),
        )
        .outerjoin(_SO_FAR, _SO_FAR.c.contact_id == ContactStats.contact_id)
        .where(ContactStats.workspace_id == workspace.id, before != ContactStats.stage)
        .cte("moved")
    )
    changes = _changes(workspace, moved, clock.now())
    db.session.execute(insert(StageChange).from_select(_CHANGE, changes))


_CHANGE = ["workspace_id", "contact_id", "before", "after", "at"]


def _changes(workspace: Workspace, moved: CTE, at: datetime) -> Any:
    return select(
        literal(workspace.id),
        moved.c.contact_id,
        moved.c.before,
        moved.c.after,
        literal(at),
    )


def _by_stage(workspace: Workspace, end: datetime) -> Subquery:
    """Customers by their stage; with the prospects, who were known by then without an order."""
    prospects = (
        select(
            literal(Stage.PROSPECT.value).label("stage"), func.count().label("people")
        )
        .select_from(Contact)
        .outerjoin(_SO_FAR, _SO_FAR.c.contact_id == Contact.id)
        .where(
            Contact.workspace_id == workspace.id,
            Contact.created_at < end,
            _SO_FAR.c.contact_id.is_(None),
        )
    )
    customers = select(_SO_FAR.c.stage, func.count()).group_by(_SO_FAR.c.stage)
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
