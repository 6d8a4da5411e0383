"""Read what came in and act on it; what fails is tried again, then shown."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.incoming import acting, jobs, reading
from webapp.incoming.models import InboundEvent
from webapp.incoming.reports import Kind, Report
from webapp.messages.models import Message

log = logging.getLogger(__name__)

# After so many failures, somebody has to look at it.
MOST_ATTEMPTS = 5
WAIT = timedelta(minutes=5)
# A sweep asks for no more than this; the next one comes in a minute.
SWEEP = 500


def process(event_id: int) -> None:
    """Read an event and act on all it says, or on nothing of it; once."""
    try:
        with transaction():
            _process(event_id)
    except acting.StillLeaving:
        # The sweep asks for it again.
        with transaction():
            db.session.get_one(InboundEvent, event_id).not_before = clock.now()
    except Exception as error:
        log.exception("An inbound event could not be processed")
        with transaction():
            _note_failure(event_id, type(error).__name__)


def process_waiting() -> None:
    """Ask again for what is stored and not processed: the broker may have lost it."""
    waiting = (
        select(InboundEvent.id)
        .where(
            InboundEvent.processed_at.is_(None),
            InboundEvent.not_before < clock.ago(seconds=30),
            InboundEvent.attempts < MOST_ATTEMPTS,
        )
        .order_by(InboundEvent.not_before, InboundEvent.id)
        .limit(SWEEP)
    )
    for event_id in db.session.scalars(waiting):
        jobs.process.enqueue(event_id=event_id)


def _process(event_id: int) -> None:
    event = db.session.scalars(
        select(InboundEvent)
        .where(InboundEvent.id == event_id, InboundEvent.processed_at.is_(None))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if event is None:
        return
    workspace = db.session.get(Workspace, event.workspace_id or 0)
    reports = reading.READERS[event.source](event.raw)
    for report in reports:
        acting.act(report, workspace, event_id=event.id)
    event.workspace_id = event.workspace_id or _whose(reports)
    event.processed_at, event.problem = clock.now(), ""
    if all(report.kind is Kind.AUTO_REPLY for report in reports):
        # What somebody's machine says of their holidays is nothing to keep.
        event.raw = b""


def _whose(reports: Sequence[Report]) -> int | None:
    """The workspace of the messages it speaks of: a mail brings no other sign of whose it is."""
    numbers = {report.message for report in reports if report.message}
    return db.session.scalar(
        select(Message.workspace_id).where(Message.id.in_(numbers)).limit(1)
    )


def _note_failure(event_id: int, problem: str) -> None:
    event = db.session.get(InboundEvent, event_id)
    if event is None or event.processed_at is not None:
        return
    event.attempts += 1
    event.problem = problem[:80]
    event.not_before = clock.now() + WAIT * 2**event.attempts
