"""Take some lines into the base: people, and what is said of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
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
    *("given", "replaced"),
)
# What every contact has, whatever the file says.
_ALWAYS = (
    *("workspace_id", "email", "source", "attributes"),
    *("last_contact_at", "created_at", "updated_at"),
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
    weighed = scales.updates(span).order_by(Contact.id)
    db.session.execute(weighed.with_for_update(of=Contact))


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
        .returning(Contact.id)
        .cte("written")
    )
    kept = select(
        *_record(scales, weighed.c.contact_id), weighed.c.given, weighed.c.replaced
    ).join(written, written.c.id == weighed.c.contact_id)
    return _write_records(kept)


def _add(scales: Scales, span: Span) -> int:
    """The people nobody knew, with what is said of them."""
    plain = [name for name in scales.names if attribute_key(name) is None]
    given = ImportRow.given
    names = [name for name in plain if name != "language"]
    language = func.coalesce(given["language"].astext, scales.workspace.locale)
    blank = [name for name in FIELDS if name not in {*plain, "email", "language"}]
    now = literal(clock.now())
    chosen = (
        select(
            literal(scales.workspace.id),
            ImportRow.email,
            literal(SOURCE),
            _own(weighing.own_names(scales.names), given),
            _last_contact(scales),
            now,
            now,
            language,
            *(_first(name, given) for name in names),
            *(_nothing(name) for name in blank),
        )
        .select_from(ImportRow)
        .outerjoin(Contact, scales.same_person())
        .where(*scales.rows(span), *TAKEN, Contact.id.is_(None))
        # In one order everywhere: two imports of the same people wait, and do not deadlock.
        .order_by(ImportRow.key)
    )
    made = (
        insert_or_not(Contact)
        .from_select([*_ALWAYS, "language", *names, *blank], chosen)
        .on_conflict_do_nothing(index_elements=["workspace_id", text("lower(email)")])
        .returning(Contact.id, func.lower(Contact.email).label("key"))
        .cte("made")
    )
    said = given.op("||")(func.jsonb_build_object("email", ImportRow.email))
    kept = (
        select(*_record(scales, made.c.id), said, literal({}, JSONB))
        .select_from(made)
        .join(ImportRow, ImportRow.key == made.c.key)
        .where(*scales.rows(span), *TAKEN)
    )
    return _write_records(kept)


def _recognise(scales: Scales, span: Span) -> None:
    """Who comes with an address that is suppressed is suppressed at once."""
    ours = Suppression.workspace_id == scales.workspace.id
    if db.session.scalar(select(literal(1)).where(ours).limit(1)) is None:
        return
    known = (
        select(Contact.id, ImportRow.mark)
        .select_from(ImportRow)
        .join(Contact, scales.same_person())
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


def _write_records(chosen: Any) -> int:
    result = db.session.execute(
        insert(ContactRecord).from_select(list(_RECORD), chosen),
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
