"""Read what came in and act on it; what fails is tried again, then shown."""

import logging
from datetime import timedelta

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.incoming import acting, jobs, reading
from webapp.incoming.models import InboundEvent

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
    for report in reading.READERS[event.source](event.raw):
        acting.act(report, workspace, event_id=event.id)
    event.processed_at, event.problem = clock.now(), ""


def _note_failure(event_id: int, problem: str) -> None:
    event = db.session.get(InboundEvent, event_id)
    if event is None or event.processed_at is not None:
        return
    event.attempts += 1
    event.problem = problem[:80]
    event.not_before = clock.now() + WAIT * 2**event.attempts
