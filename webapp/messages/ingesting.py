"""Hits from the journal into the database: each once, of people who agree at this moment."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    text,
)

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages import bursts, jobs, journal
from webapp.messages.journal import Line
from webapp.messages.machines import LETTERS, Signal
from webapp.messages.models import Hit, JournalFile, Link, Message

# About 40 000 hits in one transaction.
MOST_BYTES = 1_500_000
# Some scanners follow a link the moment it arrives: not a reader.
TOO_FAST = text("interval '2 seconds'")
# Nothing we write is in anybody's way; should it be, the journal keeps the hits meanwhile.
_IMPATIENT = text("SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s'")

new = Table(
    "new_hit",
    MetaData(),
    Column("message_id", BigInteger),
    Column("link_id", BigInteger),
    Column("at_ms", BigInteger),
    Column("signal", String),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


def ingest() -> None:
    """Take in what the web processes of this machine wrote since the last time.

    The place reached in each file is committed with its hits: whenever a worker dies,
    no hit is lost and none is counted twice.
    """
    # Two at once would read the same lines.
    taken = db.session.scalar(text("SELECT pg_try_advisory_xact_lock(1986618473)"))
    if not taken:
        return
    db.session.execute(_IMPATIENT)
    lines: list[Line] = []
    budget = MOST_BYTES
    for path in journal.files(settings().journal_dir):
        found, size = _read_on(path, budget)
        lines += found
        budget -= size
        if budget <= 0:
            # There is more than fits into one transaction.
            jobs.ingest_hits.enqueue()
            break
    if lines:
        _insert(lines)


def _read_on(path: Path, most: int) -> tuple[list[Line], int]:
    """The next lines of a file, and how many bytes they are."""
    reached = db.session.get(JournalFile, path.name)
    if reached is None:
        reached = JournalFile(name=path.name, offset=0)
        db.session.add(reached)
    # Asked before: what is written meanwhile is read the next time.
    settled = journal.is_settled(path)
    lines, offset = journal.read(path, reached.offset, most, settled=settled)
    size = offset - reached.offset
    if settled and not size:
        # Its end was committed by an earlier call; the row stays, in case this one fails.
        path.unlink(missing_ok=True)
    if size or reached.read_at is None:
        reached.offset, reached.read_at = offset, clock.now()
    return lines, size


def _insert(lines: Sequence[Line]) -> None:
    connection = db.session.connection()
    new.create(connection)
    cursor = connection.connection.cursor()
    with cursor.copy("COPY new_hit FROM STDIN") as copy:
        copy.write("".join(map(_row, _once_a_second(lines))))
    workspaces = select(Workspace).where(
        Workspace.id.in_(
            select(Message.workspace_id).where(Message.id.in_(select(new.c.message_id)))
        )
    )
    for workspace in db.session.scalars(workspaces):
        asked = purposes.measuring(workspace)
        _keep(workspace, asked.opens, new.c.link_id == 0, Message.tracks_opens)
        _keep(workspace, asked.clicks, new.c.link_id != 0, Message.tracks_clicks)
    earliest = min(line.at_ms for line in lines) / 1000
    clicked = select(new.c.message_id).where(new.c.link_id != 0)
    bursts.mark(clicked, datetime.fromtimestamp(earliest, UTC))


def _row(line: Line) -> str:
    signal = LETTERS.get(line.letter, Signal.AGENT)
    return f"{line.message_id}\t{line.link_id}\t{line.at_ms}\t{signal}\n"


def _once_a_second(lines: Sequence[Line]) -> Iterable[Line]:
    """One hit a second for a link of a message: whoever hammers at it counts no more."""
    kept: dict[tuple[int, int, int], Line] = {}
    for line in lines:
        second = (line.message_id, line.link_id, line.at_ms // 1000)
        if LETTERS.get(line.letter) or second not in kept:
            kept[second] = line
    return kept.values()


def _keep(
    workspace: Workspace,
    purpose: Purpose,
    of_kind: ColumnElement[bool],
    tracked: Any,
) -> None:
    """Keep what may be kept: measured when it was sent, agreed to at this moment."""
    stored_link = and_(
        Link.id == new.c.link_id, Link.campaign_id == Message.campaign_id
    )
    rows = (
        select(*_columns().values())
        .join(Message, Message.id == new.c.message_id)
        .join(Contact, Contact.id == Message.contact_id)
        .outerjoin(Link, stored_link)
        .where(
            of_kind,
            or_(new.c.link_id == 0, Link.id.is_not(None)),
            tracked,
            Message.workspace_id == workspace.id,
            Message.campaign_id.is_not(None),
            Contact.restricted_at.is_(None),
            Contact.id.in_(gate.agreeing(purpose)),
        )
    )
    names = list(_columns())
    db.session.execute(insert(Hit).from_select(names, rows, include_defaults=False))


def _columns() -> dict[str, Any]:
    at = func.to_timestamp(new.c.at_ms / 1000.0)
    too_fast = or_(Message.finished_at.is_(None), at < Message.finished_at + TOO_FAST)
    signal = case(
        (Link.is_trap, Signal.TRAP.value),
        (new.c.signal != "", new.c.signal),
        (too_fast, Signal.EARLY.value),
        else_="",
    )
    return {
        "workspace_id": Message.workspace_id,
        "campaign_id": Message.campaign_id,
        "message_id": Message.id,
        "contact_id": Message.contact_id,
        "link_id": Link.id,
        "at": at,
        "by_machine": signal != "",
        "signal": signal,
    }
