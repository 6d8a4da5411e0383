"""A database that cannot write for a while: what was answered waits for it, and is not sent again."""

from collections import Counter

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.factories import sendings as make
from webapp.campaigns import claiming, delivering, planning, recording, rounds
from webapp.campaigns.models import Deliverer
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

PEOPLE, FEW = 12, 5


@pytest.fixture
def campaign(workspace, monkeypatch):
    monkeypatch.setattr(rounds, "FIRST_HANDFUL", FEW)
    monkeypatch.setattr(rounds, "_PAUSE_SECONDS", 0)
    made, _people = make.campaign_for(workspace, PEOPLE)
    planning.start(made)
    db.session.commit()
    return made


def failing(work, times, error):
    """The same, but for the first so many times."""
    left = iter(range(times))

    def fail(*args, **kwargs):
        if next(left, None) is not None:
            raise OperationalError("", {}, error)
        return work(*args, **kwargs)

    return fail


def statuses():
    db.session.expire_all()
    return Counter(db.session.scalars(select(Message.status)))


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(
            psycopg.errors.DiskFull("No space left on device"), id="full disk"
        ),
        pytest.param(psycopg.errors.AdminShutdown("terminating"), id="shut down"),
        pytest.param(psycopg.errors.DeadlockDetected("deadlock"), id="deadlock"),
    ],
)
@pytest.mark.parametrize("place", [(recording, "record"), (claiming, "mark")])
def test_what_was_answered_waits_until_it_can_be_written_down(
    campaign, outbox, worker, monkeypatch, place, error
):
    module, name = place
    monkeypatch.setattr(module, name, failing(getattr(module, name), 3, error))
    worker()
    assert len({one.rcpt_to for one in outbox.outbox}) == len(outbox.outbox) == PEOPLE
    assert statuses() == {"sent": PEOPLE}


def test_a_database_that_stays_away_leaves_what_left_in_doubt_and_nobody_twice(
    campaign, outbox, worker, monkeypatch
):
    """The process gives up; to the others it is as dead."""
    monkeypatch.setattr(rounds, "INSIST_SECONDS", -1)
    full = psycopg.errors.DiskFull("No space left on device")
    record = recording.record
    monkeypatch.setattr(
        recording, "record", lambda fates, *where: _only_empty(fates, full)
    )
    worker()
    in_doubt = len(outbox.outbox)
    assert claiming.in_flight() == in_doubt > 0
    assert statuses() == {"pending": PEOPLE}
    monkeypatch.setattr(recording, "record", record)
    for dead in db.session.scalars(select(Deliverer)):
        dead.until = clock.ago(seconds=1)
    db.session.commit()
    delivering.wake()
    worker()
    assert len({one.rcpt_to for one in outbox.outbox}) == len(outbox.outbox) == PEOPLE
    assert statuses() == {"uncertain": in_doubt, "sent": PEOPLE - in_doubt}


def _only_empty(fates, error):
    if fates:
        raise OperationalError("", {}, error)
