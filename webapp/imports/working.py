"""What a worker does for an import, step by step: each step is one transaction, with its own mark.

Cut off anywhere, the marks say what is done: a step is done whole or not at all, and once.
"""

import logging
from contextlib import ExitStack
from time import monotonic

from flask_babel import force_locale
from psycopg.errors import (
    DeadlockDetected,
    ForeignKeyViolation,
    SerializationFailure,
)
from sqlalchemy.exc import DBAPIError

from webapp.accounts.models import Workspace
from webapp.contacts.events import ContactsChanged
from webapp.core import clock, draining, events
from webapp.core.db import db, transaction
from webapp.core.errors import DomainError
from webapp.imports import (
    counting,
    jobs,
    kinds,
    moves,
    staging,
    undoing,
    weighing,
)
from webapp.imports.models import ImportRun, Kind, Status
from webapp.imports.staging import Chunks
from webapp.imports.taking import BaseHasChanged

log = logging.getLogger(__name__)

# Lines of one step: a second or so each.
READ_AT_ONCE, WEIGHED_AT_ONCE, TAKEN_AT_ONCE = 20_000, 50_000, 20_000
TOLD_AT_ONCE = 500
# Seconds after which a worker lets others come up.
BUDGET = 60.0
# Two wait for one another; somebody else entered, or removed, the same person just now.
_PASSING = (DeadlockDetected, ForeignKeyViolation, SerializationFailure)
# How often a step is begun anew when somebody else writes to the same people.
ATTEMPTS = 8


def perform(run_id: int) -> None:
    """Go on with an import until it is done, this worker ends, or a minute is over."""
    ends = monotonic() + BUDGET
    with ExitStack() as stack:
        worker = Worker(run_id, stack)
        while worker.step():
            if draining.requested() or monotonic() > ends:
                with transaction():
                    jobs.work.enqueue(run_id=run_id)
                return


class Worker:
    """One worker on one import; it keeps the file open between two steps."""

    def __init__(self, run_id: int, stack: ExitStack) -> None:
        """Get ready."""
        self.run_id, self.stack = run_id, stack
        self.chunks: Chunks | None = None
        self.read = -1

    def step(self) -> bool:
        """Do one step; False when there is none left for now."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction():
                    return self._step()
            except (BaseHasChanged, DBAPIError) as error:
                if attempt == ATTEMPTS or not _is_passing(error):
                    raise
                log.info("Import %s: a step is begun anew", self.run_id)
            except DomainError as error:
                self._fail(error)
                return False
        return False

    def _step(self) -> bool:
        run = db.session.get(ImportRun, self.run_id)
        if run is None or run.status not in moves.MOVING:
            return False
        held = moves.hold(self.run_id, Status(run.status))
        if held is None:
            return False
        held.moved_at = clock.now()
        if held.status == Status.CHECKING:
            return self._check(held)
        return take_step(held) if held.status == Status.RUNNING else undoing.step(held)

    def _check(self, run: ImportRun) -> bool:
        if "lines" not in run.expected:
            self._read(run)
            return True
        return weigh_step(run)

    def _read(self, run: ImportRun) -> None:
        if self.chunks is None or self.read != run.staged:
            self.chunks = self.stack.enter_context(staging.open_chunks(run))
        number = self.chunks.write(READ_AT_ONCE)
        run.staged += number
        self.read = run.staged
        if not number:
            staging.count_anew()
            run.total = run.staged
            staging.find_repeats(run)
            run.expected = {"lines": run.total}

    def _fail(self, error: DomainError) -> None:
        """The file cannot be read to its end: say why, in the language of the workspace."""
        with transaction():
            run = moves.hold(self.run_id, Status.CHECKING)
            if run is None:
                raise error
            workspace = db.session.get_one(Workspace, run.workspace_id)
            with force_locale(workspace.locale):
                run.trouble = str(error)
            moves.move(run, Status.FAILED)


def weigh_step(run: ImportRun) -> bool:
    """Weigh some lines more: the dry run."""
    span = weighing.next_span(run, run.weighed, _most(run, WEIGHED_AT_ONCE))
    if span is None:
        moves.move(run, Status.CHECKED)
        run.checked_at = clock.now()
        return False
    run.expected = counting.add(run.expected, kinds.of(run).count(span))
    run.weighed = span[1]
    return True


def take_step(run: ImportRun) -> bool:
    """Take some lines more."""
    span = weighing.next_span(run, run.taken, _most(run, TAKEN_AT_ONCE))
    if span is None:
        moves.move(run, Status.DONE)
        run.finished_at = clock.now()
        return False
    run.figures = counting.add(run.figures, kinds.of(run).take(span))
    run.taken = span[1]
    events.publish(ContactsChanged(run.workspace_id, "import"))
    return True


def _most(run: ImportRun, of_people: int) -> int:
    """Orders and events go one by one through their own doors: fewer make a step."""
    return of_people if run.kind in {Kind.CONTACTS, Kind.OPT_OUTS} else TOLD_AT_ONCE


def _is_passing(error: BaseHasChanged | DBAPIError) -> bool:
    """Whether the same step will do better once the others are done."""
    if isinstance(error, BaseHasChanged):
        return True
    return isinstance(error.orig, _PASSING)
