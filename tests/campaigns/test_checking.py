"""The last look: pauses and wishes for fewer messages count until the message leaves."""

import threading

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import audiences, delivering, planning
from webapp.campaigns.checking import Check
from webapp.campaigns.progress import progress
from webapp.consent.gate import Reason
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports import Result
from webapp.messages.models import Message


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


def start(workspace, mailing):
    campaign = make.campaign(workspace, mailing)
    planning.start(campaign)
    db.session.commit()
    return campaign


def test_somebody_who_paused_after_the_audience_was_frozen_is_skipped(
    outbox, worker, workspace, mailing
):
    anna = audience.subscriber(workspace, mailing)
    campaign = start(workspace, mailing)
    anna.paused_until = clock.ahead(days=30).date()
    worker()
    assert outbox.outbox == []
    assert progress(campaign).skipped == {"paused": 1}


def test_whoever_wants_one_a_week_gets_the_first_of_two_and_not_the_second(
    outbox, worker, workspace, mailing
):
    weekly = audience.subscriber(workspace, mailing, frequency=Frequency.WEEKLY)
    audience.subscriber(workspace, mailing)
    first, second = start(workspace, mailing), start(workspace, mailing)
    worker()
    assert [e.rcpt_to for e in outbox.outbox].count(weekly.email) == 1
    assert len(outbox.outbox) == 3
    skipped = [progress(one).skipped for one in (first, second)]
    assert sorted(skipped, key=len) == [{}, {"often_enough": 1}]


def test_whoever_had_theirs_is_left_out_of_the_next_audience_with_the_reason(
    outbox, worker, workspace, mailing
):
    audience.subscriber(workspace, mailing, frequency=Frequency.MONTHLY)
    audience.subscriber(workspace, mailing, paused_until=clock.ahead(days=2).date())
    audience.subscriber(workspace, mailing)
    start(workspace, mailing)
    worker()
    counted = audiences.measure(make.campaign(workspace, mailing))
    assert counted.receiving == 1
    assert counted.left_out == {Reason.OFTEN_ENOUGH: 1, Reason.PAUSED: 1}


def test_a_message_that_is_tried_again_does_not_stand_in_its_own_way(
    outbox, worker, workspace, mailing
):
    weekly = audience.subscriber(workspace, mailing, frequency=Frequency.WEEKLY)
    outbox.answer(weekly.email, Result.DEFERRED)
    campaign = start(workspace, mailing)
    worker()
    assert progress(campaign).sent == 0
    outbox.answer(weekly.email, Result.ACCEPTED)
    with clock.stopped(clock.ahead(days=1)):
        delivering.wake()
        worker()
    assert progress(campaign).sent == 1


@pytest.mark.parametrize("result", [Result.UNSENT, Result.THROTTLED])
def test_a_message_that_our_server_did_not_take_does_not_stand_in_its_own_way(
    outbox, worker, workspace, mailing, result
):
    """Nobody was written to: whoever wants one a week still gets this one."""
    weekly = audience.subscriber(workspace, mailing, frequency=Frequency.WEEKLY)
    outbox.answer(weekly.email, result)
    campaign = start(workspace, mailing)
    worker()
    assert progress(campaign).waiting == 1
    outbox.answer(weekly.email, Result.ACCEPTED)
    with clock.stopped(clock.ahead(days=1)):
        delivering.wake()
        worker()
    assert progress(campaign).skipped == {}
    assert progress(campaign).sent == 1


def test_nothing_is_written_of_those_who_want_everything(
    outbox, worker, workspace, mailing
):
    anna = audience.subscriber(workspace, mailing)
    start(workspace, mailing)
    worker()
    assert db.session.get_one(Contact, anna.id).last_campaign_at is None


def test_two_campaigns_that_look_at_once_write_to_the_person_once(
    app, workspace, mailing
):
    """The second look waits for the commit of the first, and then sees it."""
    audience.subscriber(workspace, mailing, frequency=Frequency.WEEKLY)
    campaigns = [start(workspace, mailing).id for _ in range(2)]
    going, both_ready = [], threading.Barrier(2, timeout=20)

    def look(campaign_id):
        with app.app_context():
            check = Check(db.session.get_one(make.Campaign, campaign_id))
            number = db.session.scalars(
                select(Message.id).where(Message.campaign_id == campaign_id)
            ).one()
            db.session.rollback()
            both_ready.wait()
            going.extend(check.look([number], clock.now()).going)

    looking = [threading.Thread(target=look, args=[number]) for number in campaigns]
    for one in looking:
        one.start()
    for one in looking:
        one.join(20)
    assert len(going) == 1
