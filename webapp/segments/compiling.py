"""From the rules of a segment to one SELECT of contacts."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.consent.models import ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.segments.rules import Condition, Group, Match
from webapp.segments.subjects import ATTRIBUTE, LIST, Operator
from webapp.subscriptions.models import MailingList

Truth = ColumnElement[bool]
ISO_DATE = r"^\d{4}-\d\d-\d\d$"


def members(workspace: Workspace, rules: Group) -> Select[int]:
    """The ids of the workspace's contacts for whom the rules hold now; values are always bound.

    Nobody is among them who asked us to use their data for nothing.
    """
    return select(Contact.id).where(
        Contact.workspace_id == workspace.id, gate.usable(), _truth(rules, workspace)
    )


def _truth(node: Condition | Group, workspace: Workspace) -> Truth:
    if isinstance(node, Group):
        join = and_ if node.match is Match.ALL else or_
        return join(*(_truth(rule, workspace) for rule in node.rules))
    if node.subject.startswith(LIST):
        return _list(node, workspace)
    if node.subject.startswith(ATTRIBUTE):
        return _attribute(node.subject.removeprefix(ATTRIBUTE), node)
    if node.subject == "birth_date":
        return _nullable(Contact.birth_date, node)
    return _text(Contact.__table__.c[node.subject], node)


def _list(condition: Condition, workspace: Workspace) -> Truth:
    # Its purpose is looked up first: a join would hide how many people are on the list.
    purpose = (
        select(MailingList.purpose_id)
        .where(
            MailingList.id == int(condition.subject.removeprefix(LIST)),
            MailingList.workspace_id == workspace.id,
        )
        .scalar_subquery()
    )
    on_it = (
        exists()
        .where(
            ConsentState.contact_id == Contact.id,
            ConsentState.purpose_id == purpose,
            ConsentState.state == State.GIVEN,
        )
        .correlate(Contact)
    )
    match condition.operator, condition.value:
        case Operator.NOT_ON, _:
            return ~on_it
        case Operator.SINCE, date() as day:
            return on_it.where(ConsentState.since >= _morning(day, workspace))
        case Operator.LONGER_THAN, int() as days:
            return on_it.where(ConsentState.since < clock.ago(days=days))
    return on_it


def _morning(day: date, workspace: Workspace) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(workspace.timezone))


def _text(column: ColumnElement[str], condition: Condition) -> Truth:
    match condition.operator, condition.value:
        case Operator.EQUALS, str() as value:
            return func.lower(column) == func.lower(value)
        case Operator.IS_NOT, str() as value:
            return func.lower(column) != func.lower(value)
        case Operator.CONTAINS, str() as value:
            return column.icontains(value, autoescape=True)
        case Operator.EMPTY, _:
            return column == ""
    return column != ""


def _nullable(column: Any, condition: Condition) -> Truth:
    value: Any = condition.value
    match condition.operator:
        case Operator.EMPTY:
            truth = column.is_(None)
        case Operator.FILLED:
            truth = column.is_not(None)
        case Operator.EQUALS:
            truth = column == value
        case Operator.IS_NOT:
            truth = column.is_distinct_from(value)
        case Operator.GREATER:
            truth = column > value
        case _:
            truth = column < value
    return truth  # type: ignore[no-any-return]


def _attribute(key: str, condition: Condition) -> Truth:
    shown = Contact.attributes[key].astext
    # Without a value there is no text: nothing contains, equals or exceeds anything.
    there = func.coalesce(shown, "")
    match condition.operator:
        case Operator.EQUALS:
            return _holds(key, condition.value)
        case Operator.IS_NOT:
            return ~_holds(key, condition.value)
        case Operator.CONTAINS:
            return there.icontains(str(condition.value), autoescape=True)
        case Operator.EMPTY:
            return there == ""
        case Operator.FILLED:
            return there != ""
    return _beyond(key, condition)


def _holds(key: str, value: Any) -> Truth:
    """Containment, which the index on `attributes` answers."""
    plain = value.isoformat() if isinstance(value, date) else value
    return Contact.attributes.contains(cast(literal({key: plain}, JSONB), JSONB))


def _beyond(key: str, condition: Condition) -> Truth:
    """Greater or less; what is not a number (or not a date) is neither."""
    value, found = condition.value, Contact.attributes[key]
    left: ColumnElement[Any]
    right: Any
    if isinstance(value, date):
        fits = found.astext.regexp_match(ISO_DATE)
        # As text: an ISO date sorts as its day does, and nothing can fail to convert.
        left, right = found.astext.collate("C"), value.isoformat()
    else:
        fits = func.jsonb_typeof(found) == "number"
        left, right = cast(found.astext, Numeric), cast(literal(value), Numeric)
    beyond = left > right if condition.operator is Operator.GREATER else left < right
    # CASE, since the two sides of AND may be tried in any order.
    return case((fits, beyond), else_=false())
