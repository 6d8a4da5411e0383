"""A clock that is set back an hour in mid-campaign: nobody twice, nobody lost, nobody late."""

from collections import Counter

import pytest
from sqlalchemy import select, update

from tests.factories import sendings as make
from webapp.campaigns import claiming, deliverers, delivering, planning, rounds
from webapp.campaigns.models import Deliverer, Status
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports import Result
from webapp.lanes import offers
from webapp.lanes.models import Lane
from webapp.messages.models import Message
from workers.schedule import TIMETABLE, Daily, Scheduler

PEOPLE, FEW = 12, 5


@pytest.fixture
def campaign(workspace, stopped_clock, monkeypatch):
    monkeypatch.setattr(rounds, "FIRST_HANDFUL", FEW)
    made, _people = make.campaign_for(workspace, PEOPLE)
    planning.start(made)
    db.session.commit()
    return made


def an_hour_back():
    return clock.stopped(clock.ago(hours=1))


def statuses():
    db.session.expire_all()
    return Counter(db.session.scalars(select(Message.status)))


def test_a_campaign_goes_on_though_it_seems_to_begin_only_in_an_hour(
    campaign, outbox, worker
):
    with an_hour_back():
        delivering.wake()
        worker()
        assert len({one.rcpt_to for one in outbox.outbox}) == PEOPLE
        assert len(outbox.outbox) == PEOPLE
        assert campaign.status == Status.SENT


def test_what_is_on_its_way_when_the_clock_jumps_is_written_down_once(
    campaign, outbox, worker, monkeypatch
):
    send, jump = outbox.send, an_hour_back()

    def send_and_jump(envelopes):
        yield from send(envelopes)
        if len(outbox.outbox) <= FEW:
            jump.__enter__()

    monkeypatch.setattr(outbox, "send", send_and_jump)
    worker()
    assert statuses() == {"sent": FEW, "pending": PEOPLE - FEW}
    delivering.wake()
    worker()
    jump.__exit__(None, None, None)
    assert len({one.rcpt_to for one in outbox.outbox}) == len(outbox.outbox) == PEOPLE
    assert statuses() == {"sent": PEOPLE}


def test_whoever_is_put_off_is_not_tried_before_the_time(campaign, outbox, worker):
    """To wait an hour longer harms nobody; to insist does."""
    [first] = db.session.scalars(select(Message).order_by(Message.id).limit(1)).all()
    email = db.session.get_one(Contact, first.contact_id).email
    outbox.answer(email, Result.DEFERRED)
    worker()
    tried = len(outbox.outbox)
    with an_hour_back():
        delivering.wake()
        worker()
        assert len(outbox.outbox) == tried
    assert statuses() == {"sent": PEOPLE - 1, "deferred": 1}


def test_the_messages_of_the_dead_are_uncertain_once_the_clock_has_caught_up(
    campaign, outbox, worker, app
):
    app.extensions["broker"].flush_all()
    deliverers.take("dead")
    claiming.mark("dead", campaign.id, "other", 3)
    db.session.commit()
    with an_hour_back():
        delivering.wake()
        worker()
        # Nobody knows yet that it is dead.
        assert statuses()["uncertain"] == 0
    with clock.stopped(clock.ahead(hours=1)):
        delivering.wake()
        worker()
        assert statuses() == {"sent": PEOPLE - 3, "uncertain": 3}
        assert db.session.scalars(select(Deliverer)).all() == []


def test_a_lane_with_a_pace_does_not_wait_for_the_clock(app, stopped_clock):
    lane = offers.lane_of(None, "free")
    db.session.execute(update(Lane).values(per_minute=60, tokens=0))
    assert offers.take(lane, 100) == 0
    with an_hour_back():
        assert offers.take(lane, 100) == 10
        assert offers.take(lane, 100) == 0
        with clock.stopped(clock.ahead(seconds=3)):
            assert offers.take(lane, 100) == 3


def test_the_scheduler_goes_on_at_once(bare_app, stopped_clock):
    every = [line for line in TIMETABLE if not isinstance(line, Daily)]
    scheduler = Scheduler(bare_app, TIMETABLE)
    assert len(scheduler.tick()) == len(TIMETABLE)
    with an_hour_back():
        scheduler.tick()
        longest = max(line.seconds for line in every)
        with clock.stopped(clock.ahead(seconds=longest)):
            assert {line.job for line in every} <= set(scheduler.tick())


def test_what_comes_once_a_day_comes_no_second_time_at_once(bare_app, stopped_clock):
    scheduler = Scheduler(
        bare_app, [line for line in TIMETABLE if isinstance(line, Daily)]
    )
    assert scheduler.tick()
    with an_hour_back():
        assert scheduler.tick() == []
