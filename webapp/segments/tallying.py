"""How often, how much: what happened to each contact, counted and compared.

For a whole workspace everything is counted at once and joined; for a few people, or where a
single occurrence decides, it is looked up. Figures that `contact_stats` keeps are not counted.
"""

from typing import Any

from sqlalchemy import ColumnElement, Exists, FromClause, Select, exists, func, select

from webapp.contacts.models import Contact
from webapp.segments import comparing, days, happenings
from webapp.segments.comparing import Column, Truth
from webapp.segments.happenings import Happening
from webapp.segments.kinds import Operator
from webapp.segments.scope import Scope
from webapp.segments.subjects import Measure
from webapp.segments.tree import Condition, Last, Window


def held(condition: Condition, scope: Scope, *, alone: bool) -> Truth:
    """Whether it happened as often, or made as much, as the condition says."""
    happening = happenings.of(condition, scope.workspace)
    if not condition.where:
        figure = _kept(condition, happening, scope)
        if figure is not None:
            return figure
    if _one_decides(condition) and (alone or scope.few):
        mine = _rows(happening, condition, scope).where(happening.who == Contact.id)
        mine = mine.correlate(Contact)
        # As EXISTS the database may join everybody's rows; for a few, each is looked up.
        return (
            mine.limit(1).scalar_subquery().is_not(None) if scope.few else exists(mine)
        )
    return _compared(_reckoned(condition, happening, scope), condition)


def is_sure(truth: Truth) -> bool:
    """Whether it is never NULL, and its opposite may be said plainly."""
    return isinstance(truth, Exists)


def _kept(condition: Condition, happening: Happening, scope: Scope) -> Truth | None:
    """The same from the figures kept of each contact, where they say exactly that."""
    if condition.within is None and condition.measure in happening.total:
        scope.stats()
        return _compared(happening.total[condition.measure], condition)
    if isinstance(condition.within, Last) and _one_decides(condition):
        scope.stats()
        last = happening.last
        return None if last is None else _over(last, condition.within, scope)
    return None


def _one_decides(condition: Condition) -> bool:
    return (
        condition.measure is Measure.COUNT
        and condition.operator is Operator.AT_LEAST
        and condition.value == 1
    )


def _rows(happening: Happening, condition: Condition, scope: Scope) -> Select[Any]:
    rows = select(1).select_from(happening.rows).where(*happening.held)
    if condition.within is None:
        return rows
    return rows.where(_over(happening.at, condition.within, scope))


def _over(column: Column, window: Window, scope: Scope) -> Truth:
    span = days.of_window(window, days.today(scope.workspace))
    return comparing.over(column, span, scope.workspace)


def _reckoned(
    condition: Condition, happening: Happening, scope: Scope
) -> ColumnElement[Any]:
    """How often or how much, for each contact; NULL may stand for nothing."""
    measure = happening.measures[condition.measure]
    rows = _rows(happening, condition, scope)
    if scope.few:
        mine = rows.with_only_columns(measure).where(happening.who == Contact.id)
        return mine.correlate(Contact).scalar_subquery()
    key = (
        condition.subject,
        condition.measure,
        condition.within,
        condition.where,
    )
    made: FromClause = (
        rows.with_only_columns(
            happening.who.label("contact_id"), measure.label("reckoned")
        )
        .group_by(happening.who)
        .subquery()
    )
    return scope.beside(key, made).c.reckoned


def _compared(found: Column, condition: Condition) -> Truth:
    """An average of nothing is unknown; a number or a sum of nothing is 0."""
    if condition.measure is not Measure.AVERAGE and _holds_for_none(condition):
        # Said only where it matters: elsewhere the database may leave out who has no row.
        found = func.coalesce(found, 0)
    return comparing.number(found, condition.operator, condition.value)


def _holds_for_none(condition: Condition) -> bool:
    least: Any = condition.value
    if condition.operator is Operator.AT_LEAST:
        return bool(least <= 0)
    return bool(least >= 0 if condition.operator is Operator.AT_MOST else least == 0)
