"""Fewer messages, or none for a while: what a person may choose, and what counts from when."""

from datetime import date

import pytest

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import planning
from webapp.consent import gate
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import Purpose
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.subscriptions import pausing
from webapp.subscriptions.pausing import DayIsNotValid

NOTHING = Measures(opens=False, clicks=False)


def test_one_three_and_six_months_are_offered_with_their_days(workspace, stopped_clock):
    assert pausing.offered(workspace) == {
        1: date(2026, 12, 10),
        3: date(2027, 2, 10),
        6: date(2027, 5, 10),
    }


@pytest.mark.parametrize(
    ("choice", "typed", "expected"),
    [
        ("", "", None),
        ("1", "", date(2026, 12, 10)),
        # The months that were chosen, whatever was typed beside.
        ("1", "2027-01-01", date(2026, 12, 10)),
        ("day", "2026-11-11", date(2026, 11, 11)),
        ("", " 2026-11-11 ", date(2026, 11, 11)),
        ("day", "2028-11-10", date(2028, 11, 10)),
    ],
)
def test_a_pause_ends_on_the_day_that_was_chosen(
    workspace, stopped_clock, choice, typed, expected
):
    assert pausing.day_of(workspace, choice, typed) == expected


@pytest.mark.parametrize(
    "typed", ["", "2026-11-10", "2028-11-11", "10/12/2026", "9999999-01-01", "-1"]
)
def test_a_day_that_is_over_too_far_off_or_none_is_refused(
    workspace, stopped_clock, typed
):
    with pytest.raises(DayIsNotValid):
        pausing.day_of(workspace, "day", typed)


def test_whoever_chooses_fewer_already_had_the_campaign_of_yesterday(
    outbox, worker, workspace
):
    mailing = audience.mailing_list(workspace)
    anna = audience.subscriber(workspace, mailing)
    with clock.stopped(clock.ago(days=1)):
        planning.start(make.campaign(workspace, mailing))
        worker()
    anna = db.session.get_one(Contact, anna.id)
    purpose = db.session.get_one(Purpose, mailing.purpose_id)
    pausing.set_frequency(anna, Frequency.WEEKLY)
    assert gate.ask(anna, workspace, purpose, NOTHING).reason is Reason.OFTEN_ENOUGH
    with clock.stopped(clock.ahead(days=7)):
        assert gate.ask(anna, workspace, purpose, NOTHING).allowed
    pausing.set_frequency(anna, Frequency.ALL)
    assert anna.last_campaign_at is None
    assert gate.ask(anna, workspace, purpose, NOTHING).allowed


def test_fewer_is_fewer():
    assert pausing.is_fewer(Frequency.WEEKLY, "all")
    assert pausing.is_fewer(Frequency.MONTHLY, "weekly")
    assert not pausing.is_fewer(Frequency.WEEKLY, "weekly")
    assert not pausing.is_fewer(Frequency.ALL, "monthly")
