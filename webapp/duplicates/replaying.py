"""The steps of a merge, done backwards."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Executable,
    FromClause,
    Table,
    Text,
    any_,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
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
        table = Model.metadata.tables[step["table"]]
        if step["did"] == "moved":
            _move_back(table, step)
        elif step["did"] == "rewritten":
            _rewrite_back(table, step)
        else:
            db.session.execute(_BACKWARDS[step["did"]](table), {"rows": step["rows"]})


def _move_back(table: Table, step: Mapping[str, Any]) -> None:
    column, key = table.c[step["column"]], images.number(table)
    stays = column.is_(None) if step["to"] is None else column == step["to"]
    numbers = literal(step["rows"], ARRAY(key.type))
    db.session.execute(
        update(table)
        .where(stays, key == any_(numbers))
        .values({column.name: step["from"]})
    )


@cache
def _putting_back(table: Table) -> Executable:
    noted = images.given()
    row = noted.c.value
    columns = images.own(table)
    source = (
        select(*(_standing(column, row) for column in columns))
        .select_from(noted)
        .where(*_parents(table, row))
    )
    names = [column.name for column in columns]
    return insert(table).from_select(names, source).on_conflict_do_nothing()


@cache
def _taking_away(table: Table) -> Executable:
    """Only what is as it was put there."""
    row = images.given().c.value
    return delete(table).where(
        images.this(table, row),
        *(
            column.is_not_distinct_from(images.value(column, row))
            for column in images.own(table)
        ),
    )


@cache
def _changing_back(table: Table) -> Executable:
    """Rows of which nothing was changed again."""
    before, after = _pair(images.given())
    return (
        update(table)
        .where(
            images.this(table, after),
            *(
                or_(~_differ(column, before, after), _is_still(column, after))
                for column in images.own(table)
            ),
        )
        .values(
            {
                column.name: case(
                    (_differ(column, before, after), images.value(column, before)),
                    else_=column,
                )
                for column in images.own(table)
            }
        )
    )


_BACKWARDS = {
    "aside": _putting_back,
    "added": _taking_away,
    "changed": _changing_back,
}


def _rewrite_back(table: Table, step: Mapping[str, Any]) -> None:
    """Value by value: one that was corrected since keeps the correction."""
    db.session.execute(_rewriting_back(table), {"rows": step["rows"]})
    for before, after in step["rows"]:
        values = {
            column.name: _key_by_key(column, before, after)
            for column in images.own(table)
            if isinstance(column.type, JSONB)
            and before[column.name] != after[column.name]
        }
        if values:
            key = images.number(table)
            here = key == cast(after[key.name], key.type)
            db.session.execute(update(table).where(here).values(values))


@cache
def _rewriting_back(table: Table) -> Executable:
    before, after = _pair(images.given())
    plain = [one for one in images.own(table) if not isinstance(one.type, JSONB)]
    return (
        update(table)
        .where(images.this(table, after))
        .values(
            {
                column.name: case(
                    (
                        _differ(column, before, after) & _is_still(column, after),
                        images.value(column, before),
                    ),
                    else_=column,
                )
                for column in plain
                if not column.primary_key
            }
        )
    )


def _key_by_key(column: Column[Any], before: Image, after: Image) -> ColumnElement[Any]:
    old, new = (cast(literal(one[column.name], Text), JSONB) for one in (before, after))
    had, has = (json.loads(one[column.name] or "{}") for one in (before, after))
    found: ColumnElement[Any] = column
    for key in sorted({*had, *has}):
        restored = found.op("-", return_type=column.type)(literal(key, Text))
        if key in had:
            mine = func.jsonb_build_object(key, old[key])
            restored = restored.op("||", return_type=column.type)(mine)
        untouched = column[key].is_not_distinct_from(new[key])
        found = case((untouched, restored), else_=found)
    return found


def _pair(noted: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The row before and after, of each pair that is given."""
    row = noted.c.value
    before, after = (row.op("->", return_type=JSONB())(place) for place in (0, 1))
    return before, after


def _differ(
    column: Column[Any], before: ColumnElement[Any], after: ColumnElement[Any]
) -> Condition:
    texts = (one.op("->>", return_type=Text())(column.name) for one in (before, after))
    old, new = texts
    return old.is_distinct_from(new)


def _is_still(column: Column[Any], after: ColumnElement[Any]) -> Condition:
    return column.is_not_distinct_from(images.value(column, after))


def _standing(column: Column[Any], row: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value; a pointer that may be empty is, where what it pointed to has gone."""
    value = images.value(column, row)
    if not column.nullable or not column.foreign_keys:
        return value
    target = next(iter(column.foreign_keys)).column.table.alias()
    key = target.c[next(iter(column.foreign_keys)).column.name]
    return select(key).where(key == value).scalar_subquery()


def _parents(table: Table, row: ColumnElement[Any]) -> list[Condition]:
    """What the row cannot be without."""
    return [
        exists().where(key.column == images.value(column, row))
        for column in table.columns
        for key in column.foreign_keys
        if not column.nullable
    ]
