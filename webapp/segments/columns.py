"""Conditions about what stands beside a contact once: its fields, its figures, where it stands."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    Numeric,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    or_,
)
from sqlalchemy.dialects.postgresql import JSONB

from webapp.consent.models import State
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import Contact
from webapp.purchases.groups import GROUPS
from webapp.purchases.models import Stage
from webapp.segments import comparing
from webapp.segments.comparing import Truth, moment
from webapp.segments.kinds import Kind, Operator
from webapp.segments.scope import Scope
from webapp.segments.subjects import (
    ATTRIBUTE,
    CONSENT,
    CONSENT_BASIS,
    CONSENT_SINCE,
    LIST,
    PART,
    Subject,
)
from webapp.segments.tree import Condition

# What a workspace sees of somebody who was never asked.
NEVER_ASKED = "never_asked"


def held(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    """Whether the condition holds; NULL where nothing is known."""
    prefix = subject.key.partition(":")[0] + ":"
    if prefix in _BY_PREFIX:
        return _BY_PREFIX[prefix](condition, subject, scope)
    if subject.key in FIELDS:
        return _field(condition, scope)
    return _figure(condition, subject, scope)


def _field(condition: Condition, scope: Scope) -> Truth:
    column = Contact.__table__.c[condition.subject]
    if FIELDS[condition.subject].empty is None:
        return comparing.day(column, condition, scope.workspace)
    return comparing.text(column, condition)


def _figure(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    if subject.key == "source":
        return comparing.choice(Contact.source, condition)
    if subject.key == "created":
        return moment(Contact.created_at, condition, scope.workspace)
    column = _STATS[subject.key](scope.stats())
    if subject.kind is Kind.DATE:
        return moment(column, condition, scope.workspace)
    if subject.kind is Kind.CHOICE:
        return comparing.choice(column, condition)
    return comparing.number(column, condition.operator, condition.value)


def _basket(stats: Any) -> Any:
    return stats.revenue / func.nullif(stats.orders - stats.orders_elsewhere, 0)


def _group(_stats: Any) -> Any:
    return case(*((one.condition(), one.key) for one in GROUPS), else_=null())


# Who has no figures yet has bought nothing.
_STATS: dict[str, Callable[[Any], Any]] = {
    "orders": lambda stats: func.coalesce(stats.orders, 0),
    "revenue": lambda stats: func.coalesce(stats.revenue, 0),
    "average_basket": _basket,
    "first_order": lambda stats: stats.first_order_at,
    "last_order": lambda stats: stats.last_order_at,
    "average_gap": lambda stats: stats.average_gap_days,
    "last_mail": lambda stats: stats.last_sent_at,
    "last_click": lambda stats: stats.last_click_at,
    "stage": lambda stats: func.coalesce(stats.stage, Stage.PROSPECT.value),
    "group": _group,
    "recency_score": lambda stats: stats.r,
    "frequency_score": lambda stats: stats.f,
    "monetary_score": lambda stats: stats.m,
}


def _list(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    state = scope.state(subject.number)
    on_it = state.state == State.GIVEN
    if condition.operator is Operator.ON:
        return on_it
    return on_it & moment(state.since, condition, scope.workspace)


def _consent(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    state = scope.state(subject.number)
    return comparing.choice(func.coalesce(state.state, NEVER_ASKED), condition)


def _basis(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    return comparing.choice(scope.state(subject.number).basis, condition)


def _since(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    return moment(scope.state(subject.number).since, condition, scope.workspace)


def _attribute(condition: Condition, subject: Subject, scope: Scope) -> Truth:
    key, _, part = subject.key.removeprefix(ATTRIBUTE).partition(PART)
    found = Contact.attributes[key]
    there = func.coalesce((found[part] if part else found).astext, "")
    match subject.kind:
        case Kind.TEXT:
            return comparing.text(there, condition)
        case Kind.DATE:
            return comparing.written_day(found.astext, condition, scope.workspace)
        case Kind.NUMBER:
            return _number(found, there, condition)
        case Kind.CHOICES:
            return _choices(found, condition)
    if condition.operator is Operator.FILLED:
        return there != ""
    values: Any = condition.value
    wanted = values if condition.operator is Operator.ONE_OF else (values,)
    return or_(*(_holds(key, value) for value in wanted))


def _number(found: Any, there: Any, condition: Condition) -> Truth:
    """What is not a number is neither equal to, greater nor less than one."""
    if condition.operator is Operator.FILLED:
        return there != ""
    # CASE, since the two sides of AND may be tried in any order.
    fits = func.jsonb_typeof(found) == "number"
    as_number = case((fits, cast(found.astext, Numeric)), else_=null())
    return comparing.number(as_number, condition.operator, condition.value)


def _choices(found: Any, condition: Condition) -> Truth:
    if condition.operator is Operator.FILLED:
        return func.coalesce(found.astext, "").not_in(["", "[]"])
    wanted = literal(list(condition.value), ARRAY(Text))  # type: ignore[arg-type]
    several = condition.operator is Operator.HAS_ALL
    return found.has_all(wanted) if several else found.has_any(wanted)


def _holds(key: str, value: Any) -> Truth:
    """Containment, which the index on `attributes` answers."""
    return Contact.attributes.contains(cast(literal({key: value}, JSONB), JSONB))


_BY_PREFIX: dict[str, Callable[[Condition, Subject, Scope], Truth]] = {
    LIST: _list,
    CONSENT: _consent,
    CONSENT_BASIS: _basis,
    CONSENT_SINCE: _since,
    ATTRIBUTE: _attribute,
}
