"""The hour of the reader: nine in the morning is nine in the morning everywhere."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import composing, delivering, planning
from webapp.campaigns.models import Status
from webapp.campaigns.progress import progress
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

PARIS = ZoneInfo("Europe/Paris")
# It is Tuesday 10 November 2026, nine in the morning in Paris.
THURSDAY_AT_NINE = datetime(2026, 11, 12, 9, tzinfo=PARIS)


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def reader(workspace, mailing):
    def somewhere(**where):
        person = audience.subscriber(workspace, mailing)
        for name, value in where.items():
            setattr(person, name, value)
        db.session.flush()
        return person

    return somewhere


@pytest.fixture
def scheduled(stopped_clock, workspace, mailing):
    def schedule(at=THURSDAY_AT_NINE):
        made = make.campaign(workspace, mailing)
        composing.schedule(made, at, in_readers_zone=True)
        return made

    return schedule


def hours(campaign):
    """At which moment each contact gets it."""
    rows = db.session.execute(
        select(Message.contact_id, Message.not_before).where(
            Message.campaign_id == campaign.id
        )
    )
    return {row.contact_id: row.not_before for row in rows}


def begin(campaign):
    with clock.stopped(campaign.starts_at):
        planning.start_due()
    assert campaign.status == Status.SENDING


@pytest.mark.parametrize(
    ("where", "zone"),
    [
        ({}, "Europe/Paris"),
        ({"country": "FR"}, "Europe/Paris"),
        ({"country": "FR", "postcode": "97400"}, "Indian/Reunion"),
        ({"country": "FR", "postcode": "97200"}, "America/Martinique"),
        ({"postcode": "98800"}, "Pacific/Noumea"),
        ({"country": "RE"}, "Indian/Reunion"),
        ({"country": "CA"}, "America/Toronto"),
        ({"country": "CA", "time_zone": "America/Vancouver"}, "America/Vancouver"),
        ({"country": "FR", "time_zone": "Asia/Kolkata"}, "Asia/Kolkata"),
        ({"time_zone": "Mars/Olympus"}, "Europe/Paris"),
    ],
)
def test_each_reader_gets_it_at_nine_of_their_own_time(scheduled, reader, where, zone):
    person = reader(**where)
    campaign = scheduled()
    begin(campaign)
    local = hours(campaign)[person.id].astimezone(ZoneInfo(zone))
    assert (local.day, local.hour, local.minute) == (12, 9, 0)


def test_it_begins_when_it_is_nine_for_the_first_of_them(scheduled, reader):
    reader(country="FR")
    assert scheduled().starts_at == THURSDAY_AT_NINE
    reader(country="RE")
    nine_there = datetime(2026, 11, 12, 9, tzinfo=ZoneInfo("Indian/Reunion"))
    campaign = scheduled()
    assert campaign.starts_at == nine_there
    with clock.stopped(nine_there.replace(hour=8, minute=59)):
        planning.start_due()
    assert campaign.status == Status.SCHEDULED


def test_where_the_hour_is_over_already_it_leaves_at_once(scheduled, reader):
    east, west = reader(country="RE"), reader(country="FR")
    # In half an hour here; three hours ago over there.
    at = datetime(2026, 11, 10, 9, 30, tzinfo=PARIS)
    campaign = scheduled(at)
    begin(campaign)
    assert hours(campaign) == {east.id: clock.now(), west.id: at}


def test_what_begins_later_than_it_might_have_is_not_late(scheduled, reader):
    reader(country="NZ")
    campaign = scheduled(datetime(2026, 11, 10, 9, 30, tzinfo=PARIS))
    planning.start_due()
    assert (campaign.status, campaign.trouble) == (Status.SENDING, "")


def test_it_is_finished_when_the_last_reader_has_it(outbox, worker, scheduled, reader):
    here, there = reader(country="FR"), reader(country="MQ")
    campaign = scheduled()
    begin(campaign)
    with clock.stopped(THURSDAY_AT_NINE):
        worker()
        assert [one.rcpt_to for one in outbox.outbox] == [here.email]
        counted = progress(campaign)
        assert (counted.waiting, counted.later) == (1, 1)
        assert counted.last_at == THURSDAY_AT_NINE.replace(
            tzinfo=ZoneInfo("America/Martinique")
        )
        delivering.wake()
        assert campaign.status == Status.SENDING
    with clock.stopped(THURSDAY_AT_NINE.replace(hour=14, minute=1)):
        delivering.wake()
        worker()
    assert [one.rcpt_to for one in outbox.outbox] == [here.email, there.email]
    assert campaign.status == Status.SENT
    assert progress(campaign).later == 0


def test_cancelling_reaches_those_whose_hour_has_not_come(
    outbox, worker, scheduled, reader
):
    reader(country="FR")
    reader(country="MQ")
    campaign = scheduled()
    begin(campaign)
    with clock.stopped(THURSDAY_AT_NINE):
        worker()
        delivering.pause(campaign)
        delivering.cancel(campaign)
        assert progress(campaign).skipped == {"cancelled": 1}
        assert progress(campaign).later == 0


def test_sent_now_it_leaves_now_everywhere(scheduled, reader):
    reader(country="NZ"), reader(country="US")
    campaign = scheduled()
    composing.send_now(campaign)
    assert set(hours(campaign).values()) == {clock.now()}


def test_a_draft_again_has_forgotten_the_hour_of_readers(scheduled, reader):
    reader(country="RE")
    campaign = scheduled()
    planning.unschedule(campaign)
    assert (campaign.in_readers_zone, campaign.starts_at) == (False, None)


def test_an_hour_that_the_change_of_time_leaves_out_is_found_all_the_same(
    stopped_clock, workspace, mailing, reader
):
    reader(country="US")
    campaign = make.campaign(workspace, mailing)
    # New York goes from two to three that night.
    at = datetime(2027, 3, 14, 2, 30, tzinfo=PARIS)
    composing.schedule(campaign, at, in_readers_zone=True)
    with clock.stopped(at):
        planning.start_due()
    (moment,) = hours(campaign).values()
    assert moment == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
