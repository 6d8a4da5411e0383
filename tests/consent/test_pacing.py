"""How often, and until when not at all: what people asked for, counted in days."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import gate
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import State
from webapp.contacts.models import Frequency
from webapp.core import clock

NOTHING = Measures(opens=False, clicks=False)


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def anna(workspace, letter):
    return subscriber(workspace, letter)


def on(day, *, hour=12):
    return clock.stopped(datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC))


@pytest.fixture
def ask(workspace, letter):
    """The reason why a person is not written to, or None."""
    return lambda person: (
        gate.ask(person, workspace, purpose_of(letter), NOTHING).reason
    )


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        ("2026-03-02", 12, Reason.PAUSED),
        # Eleven at night in London is the next day in Paris.
        ("2026-03-02", 23, None),
        ("2026-03-03", 8, None),
    ],
)
def test_a_pause_ends_by_itself_at_midnight_where_the_shop_is(
    anna, ask, day, hour, expected
):
    anna.paused_until = date(2026, 3, 3)
    with on(day, hour=hour):
        assert ask(anna) == expected


@pytest.mark.parametrize(
    ("frequency", "last", "day", "expected"),
    [
        (Frequency.ALL, "2026-03-09", "2026-03-10", None),
        (Frequency.WEEKLY, None, "2026-03-10", None),
        (Frequency.WEEKLY, "2026-03-04", "2026-03-10", Reason.OFTEN_ENOUGH),
        # A newsletter of each Tuesday.
        (Frequency.WEEKLY, "2026-03-03", "2026-03-10", None),
        (Frequency.MONTHLY, "2026-03-02", "2026-03-31", Reason.OFTEN_ENOUGH),
        (Frequency.MONTHLY, "2026-03-02", "2026-04-01", None),
        # A newsletter of each first of the month, and of each last.
        (Frequency.MONTHLY, "2026-02-01", "2026-03-01", None),
        (Frequency.MONTHLY, "2026-02-02", "2026-03-01", Reason.OFTEN_ENOUGH),
        (Frequency.MONTHLY, "2026-01-31", "2026-02-28", Reason.OFTEN_ENOUGH),
        (Frequency.MONTHLY, "2026-02-28", "2026-03-31", None),
        (Frequency.MONTHLY, "2025-12-31", "2026-01-31", None),
    ],
)
def test_who_wants_fewer_messages_is_left_alone_for_so_many_days(
    anna, ask, frequency, last, day, expected
):
    anna.frequency = frequency
    if last:
        anna.last_campaign_at = datetime.fromisoformat(last).replace(
            hour=12, tzinfo=UTC
        )
    with on(day, hour=8):
        assert ask(anna) == expected


@pytest.mark.parametrize("state", [None, State.PENDING, State.REFUSED, State.WITHDRAWN])
def test_whoever_did_not_agree_is_not_said_to_pause(workspace, letter, ask, state):
    bert = make_contact(workspace)
    bert.paused_until = clock.ahead(days=9).date()
    if state:
        says(bert, purpose_of(letter), state)
    assert ask(bert) not in {None, Reason.PAUSED}


def test_the_reasons_have_words():
    assert set(gate.WORDS) == set(Reason)
