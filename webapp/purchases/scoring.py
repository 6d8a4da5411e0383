"""Scores of recency, frequency and money, one to five; equal values get equal scores.

R and M follow the distribution of the workspace (cume_dist, ties together), F fixed bands of
orders: quantiles would tell one-time buyers apart who are alike.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    FromClause,
    Integer,
    Select,
    SmallInteger,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.purchases.models import MONEY, CustomerRules

SCORES = 5
# From so many orders on, the next score: 1, 2, 3, 4-5, 6 and more.
F_BOUNDS = (2, 3, 4, 6)


def day_of(moment: Any, workspace: Workspace) -> ColumnElement[date]:
    """The day of a moment where the workspace is: an order at midnight belongs to one day."""
    return cast(func.timezone(workspace.timezone, moment), Date)


def set_bounds(workspace: Workspace, rules: CustomerRules, figures: FromClause) -> None:
    """Find from which day and which revenue on the next score begins, among those who bought."""
    bought = figures.c.orders > 0
    day = day_of(figures.c.last_order_at, workspace)
    rules.r_bounds, _ = _least(select(day.label("value")).where(bought), 1.0)
    share = 1 - rules.ambassador_percent / 100
    revenue = select(figures.c.revenue.label("value")).where(bought)
    rules.m_bounds, rules.ambassador_revenue = _least(revenue, share)


def scores(
    workspace: Workspace, rules: CustomerRules, figures: FromClause
) -> dict[str, ColumnElement[Any]]:
    """R, F and M of each row; None for whoever never bought, and before the first bounds."""
    day = day_of(figures.c.last_order_at, workspace)
    # Bounds are written as text, with their type: few values, and no plan depends on them.
    found = {
        "r": (day, _array(rules.r_bounds, Date())),
        "f": (figures.c.orders, _array(F_BOUNDS, Integer())),
        "m": (figures.c.revenue, _array(rules.m_bounds, MONEY)),
    }
    known = bool(rules.r_bounds)
    return {
        name: cast(
            case(
                (figures.c.orders > 0, func.width_bucket(value, bounds) + 1),
                else_=None,
            )
            if known
            else literal(None),
            SmallInteger,
        ).label(name)
        for name, (value, bounds) in found.items()
    }


def _array(values: Sequence[Any], kind: Any) -> ColumnElement[Any]:
    return cast(literal(list(values), ARRAY(kind)), ARRAY(kind))


def _least(values: Select[Any], share: float) -> tuple[list[Any], Any]:
    """The least value of each score from two on, and the least that so large a share does not exceed.

    Fewer different values than scores leave some scores empty.
    """
    spread = _spread(values)
    least = func.min(spread.c.value)
    found = db.session.execute(
        select(
            *(
                least.filter(spread.c.share > literal(number, Float) / SCORES)
                for number in range(1, SCORES)
            ),
            least.filter(spread.c.share >= literal(share, Float)),
        )
    ).one()
    *bounds, last = found
    return ([] if None in bounds else bounds), last


def _spread(values: Select[Any]) -> Any:
    """Each distinct value with the share of those who have no more: cume_dist, ties together."""
    each = values.subquery("each_one")
    grouped = (
        select(each.c.value, func.count().label("people"))
        .group_by(each.c.value)
        .subquery("grouped")
    )
    no_more = func.sum(grouped.c.people).over(order_by=grouped.c.value)
    everybody = func.sum(grouped.c.people).over()
    return select(
        grouped.c.value,
        (cast(no_more, Float) / cast(everybody, Float)).label("share"),
    ).subquery("spread")
