"""The steps of a merge, done backwards."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    case,
    cast,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from webapp.core.db import Model, db
from webapp.duplicates import images
from webapp.duplicates.images import Condition, Image


def backwards(steps: Sequence[Mapping[str, Any]]) -> None:
    """Undo the steps, the last one first; what was changed or deleted since stays as it is."""
    for step in reversed(steps):
        _UNDOING[step["did"]](Model.metadata.tables[step["table"]], step)


def _move_back(table: Table, step: Mapping[str, Any]) -> None:
    column = table.c[step["column"]]
    stays = column.is_(None) if step["to"] is None else column == step["to"]
    db.session.execute(
        update(table)
        .where(stays, images.number(table).in_(step["rows"]))
        .values({column.name: step["from"]})
    )


def _put_back(table: Table, step: Mapping[str, Any]) -> None:
    for row in step["rows"]:
        kept = [name for name in row if name in table.c]
        source = select(*(_standing(table, name, row[name]) for name in kept))
        db.session.execute(
            insert(table)
            .from_select(kept, source.where(*_parents(table, row)))
            .on_conflict_do_nothing()
        )


def _change_back(table: Table, step: Mapping[str, Any]) -> None:
    for before, after in step["rows"]:
        changed = [name for name in before if before[name] != after[name]]
        if changed:
            db.session.execute(
                update(table)
                .where(images.this(table, after), images.same(table, after, changed))
                .values(
                    {name: images.typed(table, name, before[name]) for name in changed}
                )
            )


def _take_away(table: Table, step: Mapping[str, Any]) -> None:
    for row in step["rows"]:
        db.session.execute(
            delete(table).where(
                images.this(table, row), images.same(table, row, list(row))
            )
        )


def _rewrite_back(table: Table, step: Mapping[str, Any]) -> None:
    """Value by value: one that was corrected since keeps the correction."""
    for before, after in step["rows"]:
        values = {
            name: _unless_corrected(table, name, before, after)
            for name, old in before.items()
            if old != after[name]
        }
        if values:
            db.session.execute(
                update(table).where(images.this(table, after)).values(values)
            )


def _unless_corrected(
    table: Table, name: str, before: Image, after: Image
) -> ColumnElement[Any]:
    column = table.c[name]
    if isinstance(column.type, JSONB):
        return _key_by_key(table, name, before, after)
    return case(
        (images.same(table, after, [name]), images.typed(table, name, before[name])),
        else_=column,
    )


def _key_by_key(
    table: Table, name: str, before: Image, after: Image
) -> ColumnElement[Any]:
    column = table.c[name]
    old, new = (images.typed(table, name, image[name]) for image in (before, after))
    had, has = (json.loads(image[name] or "{}") for image in (before, after))
    found: ColumnElement[Any] = column
    for key in sorted({*had, *has}):
        restored = found - key
        if key in had:
            restored = restored + func.jsonb_build_object(key, old[key])
        untouched = column[key].is_not_distinct_from(new[key])
        found = case((untouched, restored), else_=found)
    return found


def _standing(table: Table, name: str, text: str | None) -> ColumnElement[Any]:
    """The value; a pointer that may be empty is, where what it pointed to has gone."""
    column = table.c[name]
    value = cast(images.typed(table, name, text), column.type)
    if text is None or not column.nullable or not column.foreign_keys:
        return value
    target = next(iter(column.foreign_keys)).column
    return select(target).where(target == value).scalar_subquery()


def _parents(table: Table, row: Image) -> list[Condition]:
    """What the row cannot be without."""
    return [
        exists().where(key.column == images.typed(table, column.name, row[column.name]))
        for column in table.columns
        for key in column.foreign_keys
        if not column.nullable and column.name in row
    ]


_UNDOING = {
    "moved": _move_back,
    "aside": _put_back,
    "changed": _change_back,
    "added": _take_away,
    "rewritten": _rewrite_back,
}
