"""Put back what an import replaced, field by field, where nobody changed it since."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    not_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from webapp.accounts.models import Workspace
from webapp.contacts import records
from webapp.contacts.fields import ATTRIBUTE, FIELDS, Kind, attribute_key
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db
from webapp.imports.counting import Figures
from webapp.imports.models import ImportRun
from webapp.imports.taking import SOURCE
from webapp.imports.weighing import Scales, known_value, own_names

Span = tuple[int, int]

# By this record we came to know the contact: there is nothing to go back to.
MADE_THE_CONTACT = and_(
    ContactRecord.given.has_key("email"), not_(ContactRecord.replaced.has_key("email"))
)
_RECORD = (
    *("workspace_id", "contact_id", "source", "source_id", "user_id", "at"),
    *("given", "replaced"),
)
_NOTHING = literal({}, JSONB)
_NULL = literal(None, JSONB(none_as_null=False))
_APART = {"synchronize_session": False, "preserve_rowcount": True}


def of(run: ImportRun) -> tuple[ColumnElement[bool], ...]:
    """The records of an import."""
    return (ContactRecord.source == SOURCE, ContactRecord.source_id == run.id)


def within(run: ImportRun, span: Span) -> tuple[ColumnElement[bool], ...]:
    """Those of them from the one number to the other, both included."""
    return (*of(run), ContactRecord.id >= span[0], ContactRecord.id <= span[1])


def restore(run: ImportRun, workspace: Workspace, span: Span) -> Figures:
    """Restore the contacts of these records; how many, and how many values stay as they are now."""
    scales = Scales(run, workspace)
    _lock(run, span)
    weighed = _weighed(scales, run, span)
    kept = func.coalesce(func.sum(_size(weighed.c.given) - _size(weighed.c.back)), 0)
    values_kept = db.session.scalar(select(kept).select_from(weighed)) or 0
    restored = _write(scales, run, weighed)
    db.session.execute(
        update(ContactRecord)
        .where(
            *within(run, span),
            ~MADE_THE_CONTACT,
            ContactRecord.undone_at.is_(None),
        )
        .values(undone_at=clock.now()),
        execution_options=_APART,
    )
    return {"restored": restored, "values_kept": int(values_kept)}


def _lock(run: ImportRun, span: Span) -> None:
    people = select(ContactRecord.contact_id).where(*within(run, span))
    held = select(Contact.id).where(Contact.id.in_(people)).order_by(Contact.id)
    db.session.execute(held.with_for_update())


def _weighed(scales: Scales, run: ImportRun, span: Span) -> CTE:
    """What each record gave, and what goes back: the values that are still those it gave."""
    same = {name: _is_untouched(name) for name in scales.names}
    given, replaced = ContactRecord.given, ContactRecord.replaced
    chosen = (
        select(
            ContactRecord.id,
            ContactRecord.contact_id,
            given,
            _chosen(
                {
                    name: (untouched, func.coalesce(replaced[name], _NULL))
                    for name, untouched in same.items()
                }
            ).label("back"),
            _chosen(
                {name: (untouched, given[name]) for name, untouched in same.items()}
            ).label("gone"),
        )
        .join(Contact, Contact.id == ContactRecord.contact_id)
        .where(*within(run, span), ~MADE_THE_CONTACT, ContactRecord.undone_at.is_(None))
    )
    return chosen.cte("weighed").prefix_with("MATERIALIZED")


def _is_untouched(name: str) -> ColumnElement[bool]:
    said = ContactRecord.given[name]
    known = known_value(Contact, name)
    now = known == said if attribute_key(name) else known == said.astext
    return and_(ContactRecord.given.has_key(name), now)


def _chosen(
    values: dict[str, tuple[ColumnElement[bool], ColumnElement[Any]]],
) -> ColumnElement[Any]:
    """An object of those that are wanted, NULLs among them."""
    whole: ColumnElement[Any] = _NOTHING
    for name, (wanted, value) in values.items():
        one = func.jsonb_build_object(name, value)
        whole = whole.op("||")(
            case((func.coalesce(wanted, False), one), else_=_NOTHING)
        )
    return func.coalesce(whole, _NOTHING, type_=JSONB)


def _write(scales: Scales, run: ImportRun, weighed: CTE) -> int:
    values: dict[str, Any] = {
        name: _value(name, weighed.c.back)
        for name in scales.names
        if attribute_key(name) is None
    }
    own = own_names(scales.names)
    if own:
        values["attributes"] = _own(own, weighed.c.back)
    written = (
        update(Contact)
        .where(Contact.id == weighed.c.contact_id, weighed.c.back != _NOTHING)
        .values(**values, updated_at=clock.now())
        .cte("written")
    )
    said = select(
        literal(run.workspace_id),
        weighed.c.contact_id,
        literal(records.UNDO),
        weighed.c.id,
        literal(run.undone_by),
        literal(clock.now()),
        weighed.c.back,
        weighed.c.gone,
    ).where(weighed.c.back != _NOTHING)
    result = db.session.execute(
        insert(ContactRecord).from_select(list(_RECORD), said).add_cte(written),
        execution_options=_APART,
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _value(name: str, back: Any) -> ColumnElement[Any]:
    said = back[name].astext
    if FIELDS[name].kind is Kind.DATE:
        value: ColumnElement[Any] = cast(said, Date)
    else:
        value = func.coalesce(said, "")
    return case((back.has_key(name), value), else_=getattr(Contact, name))


def _own(keys: list[str], back: Any) -> Any:
    """The fields of the workspace's own as they were; what was not there goes."""
    now: Any = Contact.attributes
    for key in keys:
        said = back[f"{ATTRIBUTE}{key}"]
        without = now.op("-")(literal(key))
        is_null = func.jsonb_typeof(said) == "null"
        put = without.op("||")(func.jsonb_build_object(key, said))
        back_there = case((is_null, without), else_=put)
        now = case((back.has_key(f"{ATTRIBUTE}{key}"), back_there), else_=now)
    return now


def _size(value: Any) -> ColumnElement[int]:
    keys = func.jsonb_object_keys(value).table_valued("key").lateral()
    return func.coalesce(select(func.count()).select_from(keys).scalar_subquery(), 0)
