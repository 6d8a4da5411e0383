"""A file of suppressions taken as a whole: at once when it is short, by a worker when it is long."""

from collections.abc import Callable, Collection
from datetime import timedelta
from time import monotonic

from sqlalchemy import delete, select, text, update

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock, draining
from webapp.core.db import db, transaction
from webapp.core.errors import NotFound
from webapp.deliverability import jobs, suppression_files
from webapp.deliverability.models import Origin, SuppressionImport
from webapp.deliverability.suppression import REFUSALS, mark
from webapp.deliverability.suppression_files import Fault, Line

# A longer file is taken by a worker, so that nobody waits in front of a page.
AT_ONCE = 5_000
MOST_FAULTS = 1_000
# Seconds between two signs of life; whoever gave none for so long was cut off.
SIGN, STALLED = 2.0, timedelta(minutes=5)
# What did not come to its end in a day will not; what it said is of no use after a quarter.
GIVEN_UP, KEPT = timedelta(days=1), timedelta(days=90)
CUT_OFF = "cut_off"
_CHUNK = 20_000

# The first reason stands, but a refusal takes the place of a mailbox that failed.
_ENTER = text(
    """
    INSERT INTO suppression AS s
        (workspace_id, address_hash, reason, origin, created_at)
    SELECT :workspace, hash, reason, :origin, since
    FROM unnest(
        CAST(:hashes AS bytea[]), CAST(:reasons AS text[]), CAST(:since AS timestamptz[])
    ) AS line(hash, reason, since)
    ON CONFLICT (workspace_id, address_hash) DO UPDATE SET
        reason = EXCLUDED.reason, origin = EXCLUDED.origin,
        campaign_id = NULL, created_at = EXCLUDED.created_at
    WHERE s.reason <> ALL(:refusals) AND EXCLUDED.reason = ANY(:refusals)
    RETURNING (xmax = 0)
    """
)
_RECOGNISE = text(
    """
    UPDATE suppression SET contact_id = contact.id
    FROM unnest(CAST(:hashes AS bytea[]), CAST(:addresses AS text[]))
            AS line(hash, address)
        JOIN contact ON contact.workspace_id = :workspace
            AND lower(contact.email) = line.address
    WHERE suppression.workspace_id = :workspace
        AND suppression.address_hash = line.hash
    """
)
# Whoever bears a mark is found by marking everybody: only our own exports ask for it.
_EVERYBODY = text("SELECT email FROM contact WHERE workspace_id = :workspace")


class Interrupted(Exception):
    """The worker ends: another one begins the file anew."""


class Read:
    """What a file said: the lines that hold, each address once, and the faults."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.lines: dict[bytes, Line] = {}
        self.faults: list[tuple[int, str]] = []

    def take(self, read: Line | Fault) -> None:
        """One line more."""
        if isinstance(read, Fault):
            self.faults.append((read.number, read.code))
            return
        if read.fault:
            self.faults.append((read.number, read.fault))
        before = self.lines.get(read.mark)
        is_stronger = read.reason in REFUSALS and (
            before is None or before.reason not in REFUSALS
        )
        if before is None or is_stronger:
            self.lines[read.mark] = read


def begin(
    workspace: Workspace, name: str, content: bytes, user_id: int | None
) -> SuppressionImport:
    """Take the file: all of it or, when it cannot be read, nothing.

    :raises FileIsRefused: when nothing can be taken from it.
    """
    table = suppression_files.open_file(content)
    now = clock.now()
    taken = SuppressionImport(
        workspace_id=workspace.id,
        user_id=user_id,
        name=name[:200],
        content=content,
        total=len(table.rows),
        asked_at=now,
        moved_at=now,
    )
    db.session.add(taken)
    db.session.flush()
    auditing.record(workspace, "suppressions.imported", lines=taken.total)
    if taken.total > AT_ONCE:
        jobs.import_suppressions.enqueue(import_id=taken.id)
        return taken
    _enter(taken, _read(content, lambda _lines: None))
    return taken


def perform(import_id: int) -> None:
    """Take a long file: read with signs of life, then entered in one transaction."""
    with transaction():
        waiting = db.session.get(SuppressionImport, import_id)
        if waiting is None or waiting.finished_at:
            return
        content = waiting.content
    try:
        read = _read(content, _Signs(import_id).done)
    except Interrupted:
        with transaction():
            jobs.import_suppressions.enqueue(import_id=import_id)
        return
    with transaction():
        taken = db.session.get(SuppressionImport, import_id, with_for_update=True)
        if taken and not taken.finished_at:
            _enter(taken, read)


def get(workspace: Workspace, import_id: int) -> SuppressionImport:
    """One of the workspace's own.

    :raises NotFound: also when it is another workspace's.
    """
    found = db.session.get(SuppressionImport, import_id)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def latest(workspace: Workspace, most: int = 5) -> list[SuppressionImport]:
    """The files that were taken last."""
    return list(
        db.session.scalars(
            select(SuppressionImport)
            .where(SuppressionImport.workspace_id == workspace.id)
            .order_by(SuppressionImport.id.desc())
            .limit(most)
        )
    )


def rescue() -> None:
    """Ask again for what was cut off; give up what is a day old, and forget what is long past."""
    now = clock.now()
    db.session.execute(
        update(SuppressionImport)
        .where(
            SuppressionImport.finished_at.is_(None),
            SuppressionImport.asked_at < now - GIVEN_UP,
        )
        .values(finished_at=now, content=b"", trouble=CUT_OFF)
    )
    db.session.execute(
        delete(SuppressionImport).where(SuppressionImport.asked_at < now - KEPT)
    )
    stalled = db.session.scalars(
        select(SuppressionImport.id).where(
            SuppressionImport.finished_at.is_(None),
            SuppressionImport.moved_at < now - STALLED,
        )
    )
    for import_id in stalled:
        jobs.import_suppressions.enqueue(import_id=import_id)


def _read(content: bytes, tell: Callable[[int], None]) -> Read:
    read = Read()
    table = suppression_files.open_file(content)
    for count, line in enumerate(suppression_files.lines(table), 1):
        read.take(line)
        if count % 1_000 == 0:
            tell(count)
    return read


def _enter(taken: SuppressionImport, read: Read) -> None:
    lines = list(read.lines.values())
    added = 0
    for start in range(0, len(lines), _CHUNK):
        added += _enter_some(taken.workspace_id, lines[start : start + _CHUNK])
    bare = {line.mark for line in lines if not line.address}
    if bare:
        _recognise(taken.workspace_id, _bearers(taken.workspace_id, bare))
    taken.added, taken.known = added, len(lines) - added
    taken.faults = [list(fault) for fault in read.faults[:MOST_FAULTS]]
    taken.done, taken.content = taken.total, b""
    taken.finished_at = taken.moved_at = clock.now()


def _enter_some(workspace_id: int, lines: list[Line]) -> int:
    inserted = db.session.scalars(
        _ENTER,
        {
            "workspace": workspace_id,
            "origin": Origin.IMPORT,
            "hashes": [line.mark for line in lines],
            "reasons": [line.reason for line in lines],
            "since": [line.since for line in lines],
            "refusals": sorted(REFUSALS),
        },
    )
    added = sum(bool(one) for one in inserted)
    _recognise(
        workspace_id,
        {line.mark: line.address.lower() for line in lines if line.address},
    )
    return added


def _recognise(workspace_id: int, bearers: dict[bytes, str]) -> None:
    """Tie the lines to the contacts that have these addresses."""
    db.session.execute(
        _RECOGNISE,
        {
            "workspace": workspace_id,
            "hashes": list(bearers),
            "addresses": list(bearers.values()),
        },
    )


def _bearers(workspace_id: int, marks: Collection[bytes]) -> dict[bytes, str]:
    everybody = db.session.scalars(
        _EVERYBODY, {"workspace": workspace_id}, execution_options={"yield_per": 1_000}
    )
    marked = ((mark(email), email.lower()) for email in everybody)
    return {found: email for found, email in marked if found in marks}


class _Signs:
    """Says in the row how far the file is read, now and then."""

    def __init__(self, import_id: int) -> None:
        self.import_id, self.signed = import_id, monotonic()

    def done(self, lines: int) -> None:
        """So many lines are read.

        :raises Interrupted: when this worker is asked to end.
        """
        if draining.requested():
            raise Interrupted
        if monotonic() - self.signed < SIGN:
            return
        self.signed = monotonic()
        with transaction():
            db.session.execute(
                update(SuppressionImport)
                .where(SuppressionImport.id == self.import_id)
                .values(done=lines, moved_at=clock.now())
            )
