"""Rows as text, exactly: as PostgreSQL writes every value, and reads it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    Text,
    and_,
    cast,
    literal,
    null,
    select,
    tuple_,
)

from webapp.core.db import Model, db

Image = Mapping[str, str | None]
Condition = ColumnElement[bool]


def table_of(model: type[Model]) -> Table:
    """The table of a model."""
    return Model.metadata.tables[model.__tablename__]


def of(table: Table, where: Condition) -> dict[str, str | None]:
    """One row as text."""
    rows = db.session.execute(select(*texts(table)).where(where))
    return dict(rows.mappings().one())


def texts(table: Table) -> list[ColumnElement[Any]]:
    """Every column that holds something of its own, as text."""
    return [
        cast(column, Text).label(column.name)
        for column in table.columns
        if column.computed is None
    ]


def typed(table: Table, name: str, text: str | None) -> ColumnElement[Any]:
    """The value of a column from its text."""
    if text is None:
        return null()
    return cast(literal(text, Text), table.c[name].type)


def same(table: Table, image: Image, names: Sequence[str]) -> Condition:
    """The row has these values still."""
    return and_(
        *(
            table.c[name].is_not_distinct_from(typed(table, name, image[name]))
            for name in names
        )
    )


def this(table: Table, image: Image) -> Condition:
    """It is this row, by its key."""
    keys = list(table.primary_key.columns)
    values = [typed(table, key.name, image[key.name]) for key in keys]
    return tuple_(*keys) == tuple_(*values)


def number(table: Table) -> Column[Any]:
    """What tells the rows apart: the first column of the key."""
    return next(iter(table.primary_key.columns))
