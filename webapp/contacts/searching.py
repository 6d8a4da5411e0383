"""Find people among a million: by the index, or along their order where nearly everybody fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Select,
    TextClause,
    func,
    select,
    tuple_,
)

from webapp.accounts.models import Workspace
from webapp.contacts import counting, queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.pages import PAGE_SIZE

# Where a page is found among so many of the first, the words are frequent: no index is asked.
LOOKED_AT = 800
# As many as are put in order for a page; beyond, an index gives the order.
SORTED = 64_000


class Sort(StrEnum):
    """The order of what was found."""

    NEWEST = "newest"
    CHANGED = "changed"
    NAME = "name"


_DESCENDING = {Sort.NEWEST, Sort.CHANGED}
_KEYS: dict[Sort, tuple[Any, ...]] = {
    Sort.NEWEST: (Contact.id,),
    Sort.CHANGED: (Contact.updated_at, Contact.id),
    Sort.NAME: (Contact.last_name, Contact.first_name, Contact.id),
}


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the contact with this number, or before it."""

    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Found:
    """A page of people; `older` and `newer` are numbers of contacts, or None."""

    rows: Sequence[Contact]
    sort: Sort
    older: int | None = None
    newer: int | None = None
    # How many there are, where they were few enough to be counted on the way.
    total: int | None = None


def search(workspace: Workspace, words: str, sort: Sort, place: Place) -> Found:
    """A page of the people in whom something begins with each word; of everybody without words.

    As many as `SORTED` are put in any order and counted; more come in one that has an index.
    """
    asked = queries.fits(workspace, words)
    if asked is None:
        return page(queries.matching(workspace, words), quick(workspace, sort), place)
    if sort is not Sort.NAME:
        seen = _along(workspace, sort, place, asked, most=LOOKED_AT)
        if len(seen) > PAGE_SIZE:
            return _found(seen, sort, place)
    numbers, total = _by_index(workspace, asked, sort, place)
    if total > SORTED:
        sort = quick(workspace, sort)
        return _found(_along(workspace, sort, place, asked), sort, place)
    return replace(_found(_people(numbers), sort, place), total=total)


def page(query: Select[Contact], sort: Sort, place: Place) -> Found:
    """A page of these people."""
    asked = _keyed(query, sort, place).limit(PAGE_SIZE + 1)
    return _found(list(db.session.scalars(asked)), sort, place)


def quick(workspace: Workspace, sort: Sort) -> Sort:
    """An order in which everybody can be read: no index keeps a million people by name."""
    is_slow = sort is Sort.NAME and counting.are_many(workspace)
    return Sort.NEWEST if is_slow else sort


def _along(
    workspace: Workspace,
    sort: Sort,
    place: Place,
    asked: TextClause,
    *,
    most: int | None = None,
) -> list[Contact]:
    """Whom the words fit, found by going along an order: of the next `most` people, or of all."""
    columns = Contact.__table__.c
    everybody = queries.matching(workspace).with_only_columns(*columns)
    # The offset keeps PostgreSQL from asking the index of words after all.
    ordered = _keyed(everybody, sort, place).limit(most).offset(0).subquery()
    numbers = db.session.scalars(
        select(ordered.c.id).where(asked).limit(PAGE_SIZE + 1)
    ).all()
    return _people(numbers)


def _by_index(
    workspace: Workspace, asked: TextClause, sort: Sort, place: Place
) -> tuple[Sequence[int], int]:
    """A page of those whom the index of words gives, and how many it gives."""
    keys = _KEYS[sort]
    everybody = queries.matching(workspace).with_only_columns(*keys)
    few = everybody.where(asked).limit(SORTED + 1).cte("few")
    few = few.prefix_with("MATERIALIZED")
    ordered = _keyed(select(few.c.id), sort, place, tuple(few.c)).limit(PAGE_SIZE + 1)
    total = select(func.count()).select_from(few).scalar_subquery()
    row = db.session.execute(select(func.array(ordered.scalar_subquery()), total)).one()
    return row[0], row[1]


def _people(numbers: Sequence[int]) -> list[Contact]:
    """The contacts with these numbers, in this order."""
    found = db.session.scalars(select(Contact).where(Contact.id.in_(numbers)))
    by_number = {contact.id: contact for contact in found}
    return [by_number[number] for number in numbers]


def _keyed(
    query: Select[Any], sort: Sort, place: Place, keys: tuple[Any, ...] = ()
) -> Select[Any]:
    """The query in its order, from the place on; backwards where the page before is asked for.

    :param keys: its columns the order is about, where they are not those of `Contact`.
    """
    keys = keys or _KEYS[sort]
    is_up = (sort in _DESCENDING) == (place.after is not None)
    anchor = place.before if place.after is None else place.after
    query = query.order_by(*(key.asc() if is_up else key.desc() for key in keys))
    if anchor is None:
        return query
    where = select(*_KEYS[sort]).where(Contact.id == anchor)
    told = db.session.execute(where).one_or_none()
    if told is None:
        return query
    here, there = tuple_(*keys), tuple_(*told)
    return query.where(here > there if is_up else here < there)


def _found(rows: list[Contact], sort: Sort, place: Place) -> Found:
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    is_back = place.after is not None
    if is_back:
        rows.reverse()
    has_older = True if is_back else more
    has_newer = more if is_back else place.before is not None
    return Found(
        rows,
        sort,
        older=rows[-1].id if rows and has_older else None,
        newer=rows[0].id if rows and has_newer else None,
    )
