"""What each line of a file of contacts would change: one SELECT, for the dry run and for the run.

It is put together for one import, since only the fields its file holds are compared.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.fields import ATTRIBUTE, FIELDS, Kind, attribute_key
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability.models import Suppression
from webapp.imports import lines, targets
from webapp.imports.answers import Answers, Conflict
from webapp.imports.models import ImportRow, ImportRun

NEW, UPDATED, UNCHANGED = "new", "updated", "unchanged"
REFUSED, REPEATED, OPT_OUT, RESTRICTED = "refused", "repeated", "opt_out", "restricted"
VERDICTS = (NEW, UPDATED, UNCHANGED, OPT_OUT, REPEATED, RESTRICTED, REFUSED)
# `jsonb_build_object` takes a hundred arguments.
_PAIRS = 45

Span = tuple[int, int]


class Scales:
    """What is compared for one import."""

    def __init__(self, run: ImportRun, workspace: Workspace) -> None:
        """Get ready."""
        self.run, self.workspace = run, workspace
        self.answers = Answers.read(run.answers)
        self.names = field_names(run.mapping)
        # The contact a line speaks of, looked up by index however little the planner knows.
        self.contact = (
            select(Contact, gate.usable().label("usable"))
            .where(
                Contact.workspace_id == workspace.id,
                func.lower(Contact.email) == ImportRow.key,
            )
            .limit(1)
            .lateral("known")
        )

    def rows(self, span: Span) -> list[ColumnElement[bool]]:
        """The lines from the one to the other, both included."""
        first, last = span
        return [
            ImportRow.import_id == self.run.id,
            ImportRow.line >= first,
            ImportRow.line <= last,
        ]

    def weighed(self, span: Span) -> Select[Any]:
        """A row for each line: its verdict, its contact, what would be given and replaced."""
        changes = self._changes()
        contact = self.contact.c
        known = contact.id.is_not(None)
        verdict = case(
            (ImportRow.fault != "", REFUSED),
            (ImportRow.repeats.is_not(None), REPEATED),
            (ImportRow.refusal != "", OPT_OUT),
            (~known, NEW),
            (~contact.usable, RESTRICTED),
            (changes == _EMPTY, UNCHANGED),
            else_=UPDATED,
        )
        return (
            select(
                ImportRow.line,
                verdict.label("verdict"),
                contact.id.label("contact_id"),
                case((known, changes), else_=ImportRow.given).label("given"),
                case((known, self._replaced()), else_=_EMPTY).label("replaced"),
                ImportRow.fault,
                ImportRow.silent,
                self.suppressed().label("suppressed"),
            )
            .select_from(ImportRow)
            .outerjoin(self.contact, true())
            .where(*self.rows(span))
        )

    def updates(self, span: Span) -> Select[Any]:
        """Contact, given and replaced of the lines that change somebody who is known."""
        changes = self._changes()
        return (
            select(
                self.contact.c.id.label("contact_id"),
                changes.label("given"),
                self._replaced().label("replaced"),
                ImportRow.typed,
            )
            .select_from(ImportRow)
            .join(self.contact, true())
            .where(*self.rows(span), *TAKEN, self.contact.c.usable, changes != _EMPTY)
        )

    def suppressed(self) -> ColumnElement[bool]:
        """Whether nothing is sent to the address of a line."""
        return exists().where(
            Suppression.workspace_id == self.workspace.id,
            Suppression.address_hash == ImportRow.mark,
        )

    def known(self, name: str) -> ColumnElement[Any]:
        """What is known of a field now: text, "" for nothing; JSON or NULL of the workspace's own."""
        return known_value(self.contact.c, name)

    def is_empty(self, name: str) -> ColumnElement[bool]:
        """Whether nothing is known of a field."""
        known = self.known(name)
        return known.is_(None) if attribute_key(name) else known == ""

    def said(self, name: str) -> ColumnElement[Any]:
        """What a line says of a field, as `known` would say it."""
        value = ImportRow.given[name]
        return value if attribute_key(name) else value.astext

    def changes(self, name: str) -> ColumnElement[bool]:
        """Whether a line changes this field of its contact."""
        is_said = ImportRow.given.has_key(name)
        empty = self.is_empty(name)
        differs = or_(empty, self.known(name) != self.said(name))
        rule = {
            Conflict.FILL: empty,
            Conflict.OVERWRITE: differs,
            Conflict.NEWER: or_(empty, and_(differs, self._is_newer())),
        }[Conflict(self.answers.conflict)]
        return and_(is_said, rule)

    def _is_newer(self) -> ColumnElement[bool]:
        collected = noon(self.answers.collected_on or date.min)
        at = cast(ImportRow.more["at"].astext, DateTime(timezone=True))
        return func.coalesce(at, literal(collected)) > self.contact.c.updated_at

    def _changes(self) -> ColumnElement[Any]:
        return as_object(
            {
                name: case((self.changes(name), ImportRow.given[name]))
                for name in self.names
            }
        )

    def _replaced(self) -> ColumnElement[Any]:
        return as_object(
            {
                name: case(
                    (
                        and_(self.changes(name), ~self.is_empty(name)),
                        func.to_jsonb(self.known(name)),
                    )
                )
                for name in self.names
            }
        )


# The lines that say something of a contact.
TAKEN = (ImportRow.fault == "", ImportRow.repeats.is_(None), ImportRow.refusal == "")
_EMPTY = literal({}, JSONB)


def known_value(contact: Any, name: str) -> ColumnElement[Any]:
    """What stands in a field of a contact; `contact` has its columns."""
    key = attribute_key(name)
    if key is not None:
        value: ColumnElement[Any] = contact.attributes[key]
        return value
    column: ColumnElement[Any] = getattr(contact, name)
    if FIELDS[name].kind is Kind.DATE:
        return func.coalesce(cast(column, Text), "")
    return column


def field_names(mapping: Sequence[str]) -> list[str]:
    """The fields that a file can change, by the names that records use."""
    found = dict.fromkeys(name for _place, name in lines.fields_of(mapping))
    for name in ("phone", "landline"):
        if name in mapping:
            found[name] = None
    if targets.FULL_NAME in mapping:
        found |= dict.fromkeys(("civility", "first_name", "last_name"))
    return list(found)


def own_names(names: Sequence[str]) -> list[str]:
    """Those of the workspace's own, by their keys."""
    return [name.removeprefix(ATTRIBUTE) for name in names if attribute_key(name)]


def next_span(run: ImportRun, after: int, most: int) -> Span | None:
    """The next so many lines; None after the last."""
    following = (
        select(ImportRow.line)
        .where(ImportRow.import_id == run.id, ImportRow.line > after)
        .order_by(ImportRow.line)
        .limit(most)
        .subquery()
    )
    row = db.session.execute(
        select(func.min(following.c.line), func.max(following.c.line))
    ).one()
    return None if row[0] is None else (row[0], row[1])


def noon(day: date) -> datetime:
    """A moment for a day of which no hour is known."""
    return datetime.combine(day, time(12), UTC)


def as_object(values: dict[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """A JSON object of those that are not NULL."""
    pairs = list(values.items())
    parts: list[ColumnElement[Any]] = [
        func.jsonb_build_object(
            *(part for pair in pairs[first : first + _PAIRS] for part in pair)
        )
        for first in range(0, len(pairs), _PAIRS)
    ]
    whole: ColumnElement[Any] = _EMPTY
    for part in parts:
        whole = whole.op("||")(part)
    return func.jsonb_strip_nulls(whole, type_=JSONB)
