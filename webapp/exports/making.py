"""Make the file of an export: in small transactions, with signs of life, begun anew where cut off."""

import tempfile
from array import array
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from webapp.accounts import auditing
from webapp.accounts.models import User, Workspace
from webapp.consent.models import State
from webapp.core import clock, draining
from webapp.core.db import db, transaction
from webapp.core.errors import DomainError
from webapp.core.i18n import speaking
from webapp.core.spreadsheets.writing import write
from webapp.exports import choosing, columns, facts, jobs
from webapp.exports.cells import Cells
from webapp.exports.choosing import Chosen
from webapp.exports.files import KEPT, file_of, folder
from webapp.exports.models import Export

AT_ONCE = 2000
# Seconds between two signs of life; whoever gave none for so long was cut off.
SIGN, STALLED = 2.0, timedelta(minutes=5)


class Interrupted(Exception):
    """The worker ends, or nobody wants the file any more."""


def perform(number: int) -> None:
    """Make the file; cut off, it is begun anew."""
    with transaction():
        export = db.session.get(Export, number)
        if export is None or export.finished_at is not None:
            return
        locale = export.locale
    with tempfile.TemporaryDirectory(dir=folder()) as corner:
        path = Path(corner) / "table"
        try:
            with speaking(locale):
                people = _write(number, path)
        except Interrupted:
            with transaction():
                jobs.make.enqueue(export_id=number)
            return
        except DomainError:
            _give_up(number)
            return
        size = path.stat().st_size
        path.rename(file_of(number))
    _finish(number, people, size)


def rescue() -> None:
    """Ask again for what was cut off."""
    stalled = db.session.scalars(
        select(Export.id).where(
            Export.finished_at.is_(None), Export.moved_at < clock.now() - STALLED
        )
    )
    for number in stalled:
        jobs.make.enqueue(export_id=number)


def _write(number: int, path: Path) -> int:
    """The table; says how many people are in it."""
    with transaction():
        export = db.session.get_one(Export, number)
        workspace = db.session.get_one(Workspace, export.workspace_id)
        wanted = columns.chosen(workspace, export.columns)
        labels = [str(column.label) for column in wanted]
        zone, kind = ZoneInfo(workspace.timezone), export.kind
        numbers = _numbers(workspace, export)
        export.total, export.moved_at = len(numbers), clock.now()
    signs = _Signs(number)
    cells = Cells(wanted, zone)
    write(kind, path, labels, _rows(numbers, cells, signs))
    return signs.people


def _numbers(workspace: Workspace, export: Export) -> "array[int]":
    """Eight bytes a person, so that a million is read without holding the database."""
    chosen = Chosen(
        export.mailing_list_id,
        State(export.state or State.GIVEN),
        export.segment_id,
        export.words,
    )
    found = choosing.people(workspace, chosen).execution_options(yield_per=10_000)
    return array("q", db.session.scalars(found))


def _rows(numbers: "array[int]", cells: Cells, signs: "_Signs") -> Iterator[list[Any]]:
    for first in range(0, len(numbers), AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        with transaction():
            people = facts.of(some.tolist())
        for person in people:
            yield cells.of(person)
        signs.done(len(some), len(people))


def _finish(number: int, people: int, size: int) -> None:
    with transaction():
        export = db.session.get(Export, number)
        if export is None:
            file_of(number).unlink(missing_ok=True)
            return
        now = clock.now()
        export.done = export.total = people
        export.size, export.words = size, ""
        export.finished_at = export.moved_at = now
        export.delete_at = now + KEPT
        _note(export)


def _note(export: Export) -> None:
    """Who took what, and how many people; never who they are."""
    workspace = db.session.get_one(Workspace, export.workspace_id)
    by = db.session.get(User, export.user_id) if export.user_id else None
    auditing.record(
        workspace,
        "contacts.exported",
        export,
        by=by,
        of=export.of,
        kind=export.kind,
        people=export.done,
        fields=export.columns,
    )


def _give_up(number: int) -> None:
    """The list or the segment is gone, or does not hold together."""
    with transaction():
        now = clock.now()
        db.session.execute(
            update(Export)
            .where(Export.id == number)
            .values(
                trouble="gone",
                words="",
                finished_at=now,
                moved_at=now,
                delete_at=now + KEPT,
            )
        )


class _Signs:
    """Says in the row how far the file is, now and then."""

    def __init__(self, number: int) -> None:
        self.number, self.steps, self.people = number, 0, 0
        self.signed = monotonic()

    def done(self, steps: int, people: int) -> None:
        """So many more were looked at, and so many written.

        :raises Interrupted: when this worker is asked to end, or the export was deleted.
        """
        self.steps += steps
        self.people += people
        if draining.requested():
            raise Interrupted
        if monotonic() - self.signed < SIGN:
            return
        self.signed = monotonic()
        with transaction():
            told = db.session.scalar(
                update(Export)
                .where(Export.id == self.number)
                .values(done=self.steps, moved_at=clock.now())
                .returning(Export.id)
            )
        if told is None:
            raise Interrupted
