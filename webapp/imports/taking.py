"""Take some lines into the base: people, and what is said of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    String,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from webapp.contacts.fields import ATTRIBUTE, FIELDS, Kind, attribute_key
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import Suppression
from webapp.imports import counting, weighing
from webapp.imports.counting import Figures
from webapp.imports.models import ImportRow
from webapp.imports.weighing import NEW, TAKEN, UPDATED, Scales, Span
from webapp.subscriptions.models import MailingList

# What records and contacts say of the door.
SOURCE = "import"
_RECORD = (
    *("workspace_id", "contact_id", "source", "source_id", "user_id", "at"),
    *("given", "replaced", "typed"),
)
_APART = {"synchronize_session": False, "preserve_rowcount": True}


class BaseHasChanged(Exception):
    """Somebody else wrote to these very people between two statements: begin the span anew."""


def take(scales: Scales, span: Span, lists: list[MailingList]) -> Figures:
    """Write what these lines say; gives the figures, as the dry run counts them.

    :raises BaseHasChanged: when another writer was faster; nothing may be kept then.
    """
    figures = counting.count(scales, span, lists)
    if figures.get(UPDATED):
        _lock(scales, span)
        if _update(scales, span) != figures[UPDATED]:
            raise BaseHasChanged
    if figures.get(NEW):
        if _add(scales, span) != figures[NEW]:
            raise BaseHasChanged
        _recognise(scales, span)
    return figures


def _lock(scales: Scales, span: Span) -> None:
    """Hold whom the lines change, in one order everywhere: two imports wait, and do not deadlock."""
    changed = scales.updates(span).subquery("changed")
    people = select(Contact.id).where(Contact.id.in_(select(changed.c.contact_id)))
    db.session.execute(people.order_by(Contact.id).with_for_update())


def _update(scales: Scales, span: Span) -> int:
    weighed = scales.updates(span).cte("weighed").prefix_with("MATERIALIZED")
    values: dict[str, Any] = {
        name: _value(name, weighed.c.given, getattr(Contact, name))
        for name in scales.names
        if attribute_key(name) is None
    }
    own = weighing.own_names(scales.names)
    if own:
        values["attributes"] = Contact.attributes.op("||")(_own(own, weighed.c.given))
    written = (
        update(Contact)
        .where(Contact.id == weighed.c.contact_id)
        .values(**values, updated_at=clock.now())
        .cte("written")
    )
    kept = select(
        *_record(scales, weighed.c.contact_id),
        weighed.c.given,
        weighed.c.replaced,
        _or_none(weighed.c.typed),
    )
    return _write_records(kept, written)


def _add(scales: Scales, span: Span) -> int:
    """The people nobody knew, with what is said of them.

    :raises IntegrityError: when somebody else enters one of them at this moment.
    """
    sequence = func.pg_get_serial_sequence(Contact.__tablename__, "id")
    fresh = (
        select(
            func.nextval(sequence).label("id"),
            ImportRow.email,
            ImportRow.given,
            ImportRow.typed,
        )
        .select_from(ImportRow)
        .outerjoin(scales.contact, true())
        .where(*scales.rows(span), *TAKEN, scales.contact.c.id.is_(None))
        # In one order everywhere: two imports of the same people wait, and do not deadlock.
        .order_by(ImportRow.key)
        .cte("fresh")
        .prefix_with("MATERIALIZED")
    )
    names, values = _columns(scales, fresh.c.given)
    made = (
        insert_or_not(Contact)
        .from_select(
            ["id", "email", *names], select(fresh.c.id, fresh.c.email, *values)
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", text("lower(email)")])
        .cte("made")
    )
    email = func.jsonb_build_object("email", fresh.c.email)
    said = select(
        *_record(scales, fresh.c.id),
        fresh.c.given.op("||")(email),
        literal({}, JSONB),
        _or_none(fresh.c.typed),
    )
    return _write_records(said, made)


def _columns(scales: Scales, given: Any) -> tuple[list[str], list[ColumnElement[Any]]]:
    """The columns of somebody new, and their values: what the file says, and what all have."""
    now = literal(clock.now())
    said = {name for name in scales.names if attribute_key(name) is None}
    values: dict[str, ColumnElement[Any]] = {
        "workspace_id": literal(scales.workspace.id),
        "source": literal(SOURCE),
        "attributes": _own(weighing.own_names(scales.names), given),
        "last_contact_at": _last_contact(scales),
        "created_at": now,
        "updated_at": now,
        **{
            name: _first(name, given) if name in said else _nothing(name)
            for name in FIELDS
            if name not in {"email", "language"}
        },
        "language": func.coalesce(given["language"].astext, scales.workspace.locale),
    }
    return list(values), list(values.values())


def _recognise(scales: Scales, span: Span) -> None:
    """Who comes with an address that is suppressed is suppressed at once."""
    ours = Suppression.workspace_id == scales.workspace.id
    if db.session.scalar(select(literal(1)).where(ours).limit(1)) is None:
        return
    known = (
        select(scales.contact.c.id, ImportRow.mark)
        .select_from(ImportRow)
        .join(scales.contact, true())
        .where(*scales.rows(span), *TAKEN)
        .cte("known")
    )
    db.session.execute(
        update(Suppression)
        .where(
            ours,
            Suppression.address_hash == known.c.mark,
            Suppression.contact_id.is_distinct_from(known.c.id),
        )
        .values(contact_id=known.c.id),
        execution_options=_APART,
    )


def _record(scales: Scales, contact_id: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [
        literal(scales.workspace.id),
        contact_id,
        literal(SOURCE),
        literal(scales.run.id),
        literal(scales.run.user_id),
        literal(clock.now()),
    ]


def _or_none(typed: Any) -> ColumnElement[Any]:
    return func.coalesce(typed, literal({}, JSONB))


def _write_records(chosen: Any, beside: CTE) -> int:
    """Write the records, and what is written beside them in the same statement."""
    result = db.session.execute(
        insert(ContactRecord).from_select(list(_RECORD), chosen).add_cte(beside),
        execution_options=_APART,
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _value(name: str, given: Any, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The new value of a column, or the one that stands."""
    return case((given.has_key(name), _typed(name, given)), else_=column)


def _first(name: str, given: Any) -> ColumnElement[Any]:
    """The value of somebody new."""
    if FIELDS[name].kind is Kind.DATE:
        return _typed(name, given)
    return func.coalesce(given[name].astext, "")


def _typed(name: str, given: Any) -> ColumnElement[Any]:
    said: ColumnElement[Any] = given[name].astext
    return cast(said, Date) if FIELDS[name].kind is Kind.DATE else said


def _nothing(name: str) -> ColumnElement[Any]:
    if FIELDS[name].kind is Kind.DATE:
        return cast(None, Date)
    return literal("", String)


def _own(keys: Sequence[str], given: Any) -> ColumnElement[Any]:
    """The fields of the workspace's own, by their keys."""
    named = {key: given[f"{ATTRIBUTE}{key}"] for key in keys}
    return weighing.as_object(named)


def _last_contact(scales: Scales) -> ColumnElement[Any]:
    """The last sign of life we know of: the day they were collected. Retention counts from it."""
    day = scales.answers.collected_on
    return literal(min(clock.now(), weighing.noon(day)) if day else clock.now())
