"""Hits from the journal into the database: each once, of people who agree at this moment."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    Select,
    Table,
    and_,
    distinct,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import aliased

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages import journal
from webapp.messages.journal import Line
from webapp.messages.models import Hit, JournalFile, Link, Message

# About 40 000 hits in one transaction.
MOST_BYTES = 2_000_000
# Some scanners follow everything the moment it arrives: not a reader.
TOO_FAST = text("interval '2 seconds'")
BURST = text("interval '10 seconds'")

_new = Table(
    "new_hit",
    MetaData(),
    Column("message_id", BigInteger),
    Column("link_id", BigInteger),
    Column("at", DateTime(timezone=True)),
    Column("by_machine", Boolean),
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
    lines: list[Line] = []
    for path in journal.files(settings().journal_dir):
        lines += _read_on(path)
    if lines:
        _insert(lines)


def _read_on(path: Path) -> list[Line]:
    reached = db.session.get(JournalFile, path.name)
    if reached is None:
        reached = JournalFile(name=path.name, offset=0)
        db.session.add(reached)
    lines, offset = journal.read(path, reached.offset, MOST_BYTES)
    if offset == reached.offset and journal.is_settled(path):
        # Its end was committed by an earlier call; the row stays, in case this one fails.
        path.unlink(missing_ok=True)
    reached.offset, reached.read_at = offset, clock.now()
    return lines


def _insert(lines: Sequence[Line]) -> None:
    connection = db.session.connection()
    _new.create(connection)
    cursor = connection.connection.cursor()
    with cursor.copy("COPY new_hit FROM STDIN") as copy:
        for line in _once_a_second(lines):
            at = datetime.fromtimestamp(line.at_ms / 1000, UTC)
            copy.write_row((line.message_id, line.link_id, at, line.by_machine))
    workspaces = select(Workspace).where(
        Workspace.id.in_(
            select(Message.workspace_id).where(
                Message.id.in_(select(_new.c.message_id))
            )
        )
    )
    for workspace in db.session.scalars(workspaces):
        asked = purposes.measuring(workspace)
        _keep(workspace, asked.opens, _new.c.link_id == 0, Message.tracks_opens)
        _keep(workspace, asked.clicks, _new.c.link_id != 0, Message.tracks_clicks)
    _mark_bursts()


def _once_a_second(lines: Sequence[Line]) -> Iterable[Line]:
    """One hit a second for a link of a message: whoever hammers at it counts no more."""
    kept: dict[tuple[int, int, int], Line] = {}
    for line in lines:
        second = (line.message_id, line.link_id, line.at_ms // 1000)
        if line.by_machine or second not in kept:
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
        Link.id == _new.c.link_id, Link.campaign_id == Message.campaign_id
    )
    rows = (
        select(*_columns().values())
        .join(Message, Message.id == _new.c.message_id)
        .join(Contact, Contact.id == Message.contact_id)
        .outerjoin(Link, stored_link)
        .where(
            of_kind,
            or_(_new.c.link_id == 0, Link.id.is_not(None)),
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
    too_fast = or_(
        Message.finished_at.is_(None),
        _new.c.at < Message.finished_at + TOO_FAST,
    )
    return {
        "workspace_id": Message.workspace_id,
        "campaign_id": Message.campaign_id,
        "message_id": Message.id,
        "contact_id": Message.contact_id,
        "link_id": Link.id,
        "at": _new.c.at,
        "by_machine": or_(_new.c.by_machine, too_fast),
    }


def _mark_bursts() -> None:
    """All links of a message within ten seconds: a scanner, however slowly it began."""
    burst = _bursts().subquery("burst")
    db.session.execute(
        update(Hit)
        .where(
            Hit.contact_id == burst.c.contact_id,
            Hit.message_id == burst.c.message_id,
            Hit.link_id.is_not(None),
            Hit.at >= burst.c.at,
            Hit.at < burst.c.at + BURST,
        )
        .values(by_machine=True)
        .execution_options(synchronize_session=False)
    )


def _bursts() -> Select[int | None, int, datetime]:
    """Where each burst begins, among the people of the new clicks."""
    first, other = aliased(Hit), aliased(Hit)
    followed = select(func.count(distinct(other.link_id))).where(
        other.contact_id == first.contact_id,
        other.message_id == first.message_id,
        other.link_id.is_not(None),
        other.at >= first.at,
        other.at < first.at + BURST,
    )
    all_links = select(func.count()).select_from(Link)
    there_are = all_links.where(Link.campaign_id == first.campaign_id)
    clicked = select(_new.c.message_id).where(_new.c.link_id != 0)
    earliest = select(func.min(_new.c.at)).scalar_subquery()
    return select(first.contact_id, first.message_id, first.at).where(
        first.contact_id.in_(select(Message.contact_id).where(Message.id.in_(clicked))),
        first.at > earliest - BURST,
        first.link_id.is_not(None),
        there_are.scalar_subquery() > 1,
        followed.scalar_subquery() >= there_are.scalar_subquery(),
    )
