"""The day of the last open, of people who said nothing about opens: to stop writing to who left.

Off unless the workspace wants it. One date a person, written over; no hour, no message, no
device, and no use but the one count of `count_idle` (CNIL, 2026-042).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import BigInteger, any_, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts.models import Workspace
from webapp.consent import idling, pacing
from webapp.consent.events import ConsentRecorded
from webapp.consent.models import PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock, months
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages import day_journal, jobs
from webapp.messages.models import JournalFile

MOST_BYTES = 100_000
ROWS_AT_ONCE = 10_000
# Fewer than these would name somebody.
FEWEST = 10


def take() -> None:
    """Take in what the web processes of this machine wrote since the last time."""
    # Two at once would read the same lines.
    if not db.session.scalar(text("SELECT pg_try_advisory_xact_lock(1986618474)")):
        return
    for path in day_journal.files(settings().journal_dir):
        contacts = _read_on(path)
        if contacts:
            _keep(day_journal.day_of(path), contacts)


def forget(workspace_id: int) -> None:
    """Erase every such day of a workspace, some thousand people at a time."""
    some = (
        select(Contact.id)
        .where(Contact.workspace_id == workspace_id, Contact.last_open_on.is_not(None))
        .limit(ROWS_AT_ONCE)
    )
    erased = db.session.scalars(
        update(Contact)
        .where(Contact.id.in_(some))
        .values(last_open_on=None)
        .returning(Contact.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(erased) == ROWS_AT_ONCE:
        jobs.forget_last_opens.enqueue(workspace_id=workspace_id)


def forget_when_said(fact: ConsentRecorded) -> None:
    """Whoever speaks about opens, or leaves a list, has no such day any more."""
    about_opens = fact.kind is PurposeKind.OPENS
    left = fact.kind is PurposeKind.NEWSLETTER and fact.state in {
        State.WITHDRAWN,
        State.REFUSED,
    }
    if about_opens or left:
        db.session.execute(
            update(Contact)
            .where(Contact.id == fact.contact_id, Contact.last_open_on.is_not(None))
            .values(last_open_on=None)
        )


def count_idle(workspace: Workspace, months_ago: int) -> int | None:
    """How many opened nothing for so many months, as far as is known; None: fewer than `FEWEST`."""
    day = months.after(pacing.today(workspace), -months_ago)
    found = db.session.scalar(
        select(func.count())
        .select_from(Contact)
        .where(
            Contact.workspace_id == workspace.id,
            Contact.last_open_on < day,
            Contact.id.in_(idling.keeping_last_open(workspace)),
        )
    )
    return found if found and found >= FEWEST else None


def _read_on(path: Path) -> list[int]:
    reached = db.session.get(JournalFile, path.name)
    if reached is None:
        reached = JournalFile(name=path.name, offset=0)
        db.session.add(reached)
    contacts, offset = day_journal.read(path, reached.offset, MOST_BYTES)
    if offset == reached.offset and day_journal.is_settled(path):
        path.unlink(missing_ok=True)
    reached.offset, reached.read_at = offset, clock.now()
    return contacts


def _keep(day: date, contacts: Sequence[int]) -> None:
    """Write the day over an earlier one, where it may be kept at this moment."""
    among_them = Contact.id == any_(literal(list(contacts), ARRAY(BigInteger)))
    theirs = select(Contact.workspace_id).where(among_them)
    # Held until the commit: what is switched off meanwhile is erased after this.
    workspaces = (
        select(Workspace)
        .where(Workspace.keeps_last_open, Workspace.id.in_(theirs))
        .order_by(Workspace.id)
        .with_for_update(read=True)
    )
    for workspace in db.session.scalars(workspaces).all():
        db.session.execute(
            update(Contact)
            .where(
                among_them,
                Contact.id.in_(idling.keeping_last_open(workspace)),
                or_(Contact.last_open_on.is_(None), Contact.last_open_on < day),
            )
            .values(last_open_on=day)
            .execution_options(synchronize_session=False)
        )
