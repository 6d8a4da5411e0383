"""A column compared with a value, for each type; opposites are left to whoever calls.

What is not there (NULL) is never equal to, greater or less than anything.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    true,
)

from webapp.accounts.models import Workspace
from webapp.segments import days
from webapp.segments.days import Span
from webapp.segments.kinds import Operator
from webapp.segments.tree import Condition

# A column of a table, or what is worked out from some; a condition on it.
Column = Any
Truth = Any
_ANNIVERSARIES = {Operator.ANNIVERSARY_IN, Operator.ANNIVERSARY_MONTH}
ISO_DATE = r"^\d{4}-\d\d-\d\d$"


def text(column: Column, condition: Condition) -> Truth:
    """Words, whatever their capitals; percent and underscore are looked for as they are."""
    value: Any = condition.value
    match condition.operator:
        case Operator.EQUALS:
            return func.lower(column) == func.lower(value)
        case Operator.ONE_OF:
            return func.lower(column).in_([func.lower(one) for one in value])
        case Operator.CONTAINS:
            return column.icontains(value, autoescape=True)
        case Operator.STARTS:
            return column.istartswith(value, autoescape=True)
        case Operator.ENDS:
            return column.iendswith(value, autoescape=True)
    return column != ""


def choice(column: Column, condition: Condition) -> Truth:
    """One of a few values, exactly."""
    value: Any = condition.value
    match condition.operator:
        case Operator.EQUALS:
            return column == value
        case Operator.ONE_OF:
            return column.in_(value)
    return column != ""


def number(column: Column, operator: Operator, value: Any) -> Truth:
    """Numbers, exactly as they were written."""
    if operator is Operator.FILLED:
        return column.is_not(None)
    if operator is Operator.BETWEEN:
        low, high = value
        return column.between(exact(low), exact(high))
    right = exact(value)
    compared: dict[Operator, Truth] = {
        Operator.EQUALS: column == right,
        Operator.EXACTLY: column == right,
        Operator.AT_LEAST: column >= right,
        Operator.AT_MOST: column <= right,
        Operator.GREATER: column > right,
        Operator.LESS: column < right,
    }
    return compared[operator]


def exact(value: float) -> ColumnElement[Decimal]:
    """A number as the database takes it without rounding."""
    return literal(Decimal(str(value)), Numeric)


def day(column: Column, condition: Condition, workspace: Workspace) -> Truth:
    """A column of days."""
    if condition.operator is Operator.FILLED:
        return column.is_not(None)
    in_year = extract("month", column) * 100 + extract("day", column)
    if condition.operator in _ANNIVERSARIES:
        return _anniversary(in_year, condition, workspace)
    return _within(column, days.span(condition, days.today(workspace)))


def moment(column: Column, condition: Condition, workspace: Workspace) -> Truth:
    """A column of moments, each taken as its day in the workspace's time zone."""
    if condition.operator is Operator.FILLED:
        return column.is_not(None)
    there = func.timezone(workspace.timezone, column)
    in_year = extract("month", there) * 100 + extract("day", there)
    if condition.operator in _ANNIVERSARIES:
        return _anniversary(in_year, condition, workspace)
    return over(column, days.span(condition, days.today(workspace)), workspace)


def over(column: Column, span: Span, workspace: Workspace) -> Truth:
    """Moments on these days, midnight to midnight in the workspace's time zone."""
    first, last = span
    held: list[Truth] = []
    if first:
        held.append(column >= days.midnight(first, workspace))
    if last:
        held.append(column < days.midnight(last + timedelta(days=1), workspace))
    return and_(true(), *held)


def written_day(found: Column, condition: Condition, workspace: Workspace) -> Truth:
    """A day kept as text (2026-12-31) in JSON; what is no day is on none."""
    # CASE, since the two sides of AND may be tried in any order.
    iso = case((found.regexp_match(ISO_DATE), found)).collate("C")
    if condition.operator is Operator.FILLED:
        return func.coalesce(found, "") != ""
    in_year = cast(func.substr(iso, 6, 2).concat(func.substr(iso, 9, 2)), Integer)
    if condition.operator in _ANNIVERSARIES:
        return _anniversary(in_year, condition, workspace)
    return _within(iso, days.span(condition, days.today(workspace)), written=True)


def _within(column: Column, span: Span, *, written: bool = False) -> Truth:
    # As text an ISO date sorts as its day does, and nothing can fail to convert.
    first, last = (_bound(bound, written=written) for bound in span)
    held: list[Truth] = []
    if first is not None:
        held.append(column >= first)
    if last is not None:
        held.append(column <= last)
    return and_(true(), *held)


def _bound(bound: date | None, *, written: bool) -> Any:
    return bound.isoformat() if bound and written else bound


def _anniversary(in_year: Column, condition: Condition, workspace: Workspace) -> Truth:
    now = days.today(workspace)
    if condition.operator is Operator.ANNIVERSARY_MONTH:
        return in_year.between(now.month * 100, now.month * 100 + 99)
    found = days.anniversaries(int(condition.value), now)  # type: ignore[arg-type]
    if found is None:
        return in_year.is_not(None)
    first, last = found
    if first <= last:
        return in_year.between(first, last)
    return or_(in_year >= first, in_year <= last)
