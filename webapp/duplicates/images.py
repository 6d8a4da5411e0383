"""Rows as text, exactly: as PostgreSQL writes every value, and reads it back."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, array

from webapp.core.db import Model, db

Image = Mapping[str, str | None]
Condition = ColumnElement[bool]


def table_of(model: type[Model]) -> Table:
    """The table of a model."""
    return Model.metadata.tables[model.__tablename__]


def of(table: Table, where: Condition) -> dict[str, str | None]:
    """One row as text."""
    return dict(db.session.execute(select(image(table)).where(where)).scalar_one())


@cache
def image(table: Table) -> ColumnElement[Any]:
    """Every value of a row that is its own, as text, by the name of the column."""
    columns = own(table)
    names = array([column.name for column in columns], type_=Text)
    return func.jsonb_object(names, array([cast(one, Text) for one in columns]))


@cache
def own(table: Table) -> list[Column[Any]]:
    """The columns that are not worked out from others."""
    return [column for column in table.columns if column.computed is None]


def given() -> FromClause:
    """The images that a statement is given as `rows`."""
    rows = func.jsonb_array_elements(bindparam("rows", type_=JSONB))
    return rows.table_valued("value").render_derived("noted")


def value(column: Column[Any], noted: ColumnElement[Any]) -> ColumnElement[Any]:
    """What an image says of the column."""
    return cast(noted.op("->>", return_type=Text())(column.name), column.type)


def this(table: Table, noted: ColumnElement[Any]) -> Condition:
    """It is the row of the image, by its key."""
    return and_(*(key == value(key, noted) for key in table.primary_key.columns))


def key_of(table: Table, image: Image) -> tuple[str | None, ...]:
    """What tells the row of an image apart."""
    return tuple(image[key.name] for key in table.primary_key.columns)


def number(table: Table) -> Column[Any]:
    """What tells the rows apart: the first column of the key."""
    return next(iter(table.primary_key.columns))
