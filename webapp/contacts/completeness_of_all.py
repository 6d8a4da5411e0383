"""Completeness of everybody at once, in one reading of the base; the same rules as for one profile.

A million profiles take seconds: for a job, or for figures that are remembered.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.contacts import completeness
from webapp.contacts.completeness import State
from webapp.contacts.fields import FIELDS, Kind, attribute_key
from webapp.contacts.models import Contact, ContactRecord
from webapp.contacts.records import UNDO
from webapp.core import clock
from webapp.core.db import db


@dataclass(frozen=True)
class FieldFigures:
    """How many profiles have a value in a field, one that can be used, and one that is recent."""

    name: str
    weight: int
    filled: int
    valid: int
    # Valid, and said lately enough; all valid ones where values do not age.
    fresh: int


@dataclass(frozen=True)
class Figures:
    """The completeness of a whole base."""

    people: int
    # The average of the scores of all; None where no field matters, or of nobody.
    score: float | None
    fields: list[FieldFigures]


def count(workspace: Workspace) -> Figures:
    """Count every field of everybody."""
    weights = completeness.weights(workspace)
    lately = _lately(workspace)
    columns: list[Any] = [func.count(), func.avg(_score(weights, lately))]
    for name in weights:
        columns += [
            func.count().filter(is_filled(name)),
            func.count().filter(_is_valid(name)),
            func.count().filter(is_in(name, State.GOOD, lately)),
        ]
    row = db.session.execute(_over(workspace, lately, *columns)).one()
    people, score, *counts = row
    return Figures(
        people,
        None if score is None else round(float(score), 1),
        [
            FieldFigures(name, weight, *counts[3 * place : 3 * place + 3])
            for place, (name, weight) in enumerate(weights.items())
        ],
    )


def in_state(workspace: Workspace, name: str, state: State) -> Select[int]:
    """The contacts of whom a field stands so: those to ask for it."""
    lately = _lately(workspace)
    return _over(workspace, lately, Contact.id).where(is_in(name, state, lately))


def is_filled(name: str) -> ColumnElement[bool]:
    """Whether there is a value in the field."""
    key = attribute_key(name)
    if key is not None:
        found: ColumnElement[bool] = Contact.attributes.has_key(key)
        return found
    column: ColumnElement[Any] = getattr(Contact, name)
    if FIELDS[name].kind is Kind.DATE:
        return column.is_not(None)
    return column != ""


def is_in(name: str, state: State, lately: CTE) -> ColumnElement[bool]:
    """Whether a field of a profile stands so."""
    if state is State.MISSING:
        return ~is_filled(name)
    if state is State.INVALID:
        return and_(is_filled(name), ~_is_valid(name))
    is_fresh = _is_fresh(name, lately)
    return and_(_is_valid(name), is_fresh if state is State.GOOD else ~is_fresh)


def _is_valid(name: str) -> ColumnElement[bool]:
    filled = is_filled(name)
    if name == "postcode":
        french = Contact.country.in_(("", "FR"))
        fits = Contact.postcode.regexp_match(completeness.FRENCH_POSTCODE)
        return and_(filled, or_(~french, fits))
    pattern = completeness.PATTERNS.get(name)
    if pattern is None:
        return filled
    return and_(filled, getattr(Contact, name).regexp_match(pattern))


def _is_fresh(name: str, lately: CTE) -> ColumnElement[bool]:
    if not completeness.ages(name):
        return true()
    is_new = Contact.created_at >= clock.now() - completeness.LASTS
    said = func.coalesce(lately.c.names.contains([name]), literal(value=False))
    return or_(is_new, said)


def _score(weights: dict[str, int], lately: CTE) -> ColumnElement[Any]:
    most = sum(weights.values())
    reached: ColumnElement[Any] = literal(0.0)
    for name, weight in weights.items():
        if weight:
            worth = case(
                (is_in(name, State.GOOD, lately), 1.0),
                (is_filled(name), completeness.DOUBTFUL),
                else_=0.0,
            )
            reached = reached + weight * worth
    return cast(100 * reached / most, Float) if most else cast(None, Float)


def _lately(workspace: Workspace) -> CTE:
    """The fields of which something was said lately, of the people known for longer."""
    since = clock.now() - completeness.LASTS
    field = (
        func.jsonb_object_keys(ContactRecord.given)
        .table_valued("value")
        .render_derived()
    )
    return (
        select(
            ContactRecord.contact_id,
            type_coerce(func.array_agg(field.c.value.distinct()), ARRAY(Text)).label(
                "names"
            ),
        )
        .join(Contact, Contact.id == ContactRecord.contact_id)
        .join(field, true())
        .where(
            Contact.workspace_id == workspace.id,
            Contact.created_at < since,
            ContactRecord.at >= since,
            ContactRecord.undone_at.is_(None),
            ContactRecord.source != UNDO,
        )
        .group_by(ContactRecord.contact_id)
        .cte("lately")
    )


def _over(workspace: Workspace, lately: CTE, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Contact)
        .outerjoin(lately, lately.c.contact_id == Contact.id)
        .where(Contact.workspace_id == workspace.id)
    )
