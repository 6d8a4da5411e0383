"""What a merge does to rows, noted step by step, so that it can be done backwards."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Table,
    UniqueConstraint,
    delete,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased

from webapp.core.db import Model, db
from webapp.duplicates import images
from webapp.duplicates.images import Condition, Image


class Journal:
    """The steps of one merge, in their order, as JSON."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self.steps: list[dict[str, Any]] = []

    def move(self, column: Column[Any], former: int, to: int) -> None:
        """Give the rows of one contact to another; where only one may be, the other's stays.

        The one too many is nobody's then or, where it must be somebody's, put aside.
        """
        for others in _unique_beside(column):
            twin = aliased(column.table)
            same = [twin.c[one.name] == one for one in others]
            clashing = exists().where(twin.c[column.name] == to, *same)
            if column.nullable:
                self._give(column, (column == former) & clashing, former, None)
            else:
                self.put_aside(column.table, (column == former) & clashing)
        self._give(column, column == former, former, to)

    def put_aside(self, table: Table, where: Condition) -> None:
        """Take rows out of their table, and before them those that cannot be without them."""
        for child in children(table):
            parent = next(iter(child.foreign_keys)).column
            self.put_aside(child.table, child.in_(select(parent).where(where)))
        self.take_out(table, where)

    def take_out(self, table: Table, where: Condition) -> None:
        """Take rows out of their table that nothing hangs on any more."""
        taken = delete(table).where(where).returning(images.image(table))
        self._note("aside", table, db.session.scalars(taken).all())

    def change(self, table: Table, where: Condition, values: Mapping[str, Any]) -> int:
        """Write into rows; how many there were."""
        seen = select(images.image(table)).where(where).with_for_update()
        before = db.session.scalars(seen).all()
        if not before:
            return 0
        written = update(table).where(where).values(values)
        after = {
            images.key_of(table, row): row
            for row in db.session.scalars(written.returning(images.image(table)))
        }
        pairs = [[row, after[images.key_of(table, row)]] for row in before]
        self._note("changed", table, pairs)
        return len(before)

    def add(self, table: Table, values: Mapping[str, Any]) -> None:
        """Put a row into a table."""
        put = insert(table).values(values).returning(images.image(table))
        self._note("added", table, db.session.scalars(put).all())

    def added(self, table: Table, where: Condition) -> None:
        """Note rows that somebody else put there for this merge."""
        found = select(images.image(table)).where(where)
        self._note("added", table, db.session.scalars(found).all())

    def rewritten(self, table: Table, before: Image, after: Image) -> None:
        """Note how a row changed that others go on changing, value by value."""
        self._note("rewritten", table, [[dict(before), dict(after)]])

    def _give(
        self, column: Column[Any], where: Condition, former: int, to: int | None
    ) -> None:
        key = images.number(column.table)
        given = db.session.scalars(
            update(column.table).where(where).values({column.name: to}).returning(key)
        ).all()
        if given:
            step = {"column": column.name, "from": former, "to": to}
            self._note("moved", column.table, list(given), **step)

    def _note(self, done: str, table: Table, rows: Sequence[Any], **more: Any) -> None:
        if rows:
            self.steps.append(
                {"did": done, "table": table.name, "rows": list(rows), **more}
            )


@cache
def children(table: Table) -> list[Column[Any]]:
    """The columns by which rows of other tables hang on rows of this one."""
    return [
        column
        for other in Model.metadata.sorted_tables
        for column in other.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _unique_beside(column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """With which other columns it must be unique."""
    for rule in column.table.constraints:
        if isinstance(rule, UniqueConstraint) and column in list(rule.columns):
            yield [one for one in rule.columns if one is not column]
