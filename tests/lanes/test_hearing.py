"""A lane slows down and closes when it is told to, and opens again by little."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.lanes import adapting, hearing, offers, reasons
from webapp.lanes.models import WHOLE_SERVER, Lane

pytestmark = pytest.mark.usefixtures("stopped_clock")

ACCEPTED = Outcome(1, Result.ACCEPTED, 250, "2.0.0", "ok", Stage.BODY)
BUSY = Outcome(1, Result.THROTTLED, 421, "4.3.2", "closing connection")
GMAIL_RATE = Outcome(
    1,
    Result.THROTTLED,
    421,
    "4.7.28",
    "Gmail has detected an unusual rate of unsolicited mail.",
    Stage.RECIPIENT,
)
NO_MAILBOX = Outcome(1, Result.REFUSED, 550, "5.1.1", "User unknown", Stage.RECIPIENT)
POLICY = Outcome(1, Result.REFUSED, 550, "5.7.1", "Rejected by policy", Stage.RECIPIENT)
BLOCKED = Outcome(
    1, Result.REFUSED, 554, "5.7.1", "Blocked using zen.spamhaus.org", Stage.RECIPIENT
)
GONE = Outcome(1, Result.UNSENT, text="Connection refused")


@pytest.fixture
def lane(app):
    """lane("google"): a lane of the installation's server, with the day begun."""

    def make(provider="google", **changes):
        lane_id = offers.lane_of(None, provider)
        if changes:
            db.session.execute(update(Lane).where(Lane.id == lane_id).values(**changes))
        return lane_id

    return make


def row(lane_id):
    return db.session.get(Lane, lane_id, populate_existing=True)


def whole():
    return db.session.scalar(
        select(Lane)
        .where(Lane.provider == WHOLE_SERVER)
        .execution_options(populate_existing=True)
    )


def grant(provider):
    (one,) = offers.grants(None, [provider])
    return one


def later(**span):
    return clock.stopped(clock.ahead(**span))


def test_a_provider_that_takes_our_mail_changes_nothing(lane):
    google = lane()
    assert hearing.heard(google, [ACCEPTED] * 50) == hearing.GO_ON
    assert (row(google).share, row(google).connections_now) == (100, None)
    assert row(google).recent == 50


def test_what_left_lately_fades(lane):
    google = lane()
    hearing.heard(google, [ACCEPTED] * 600)
    with later(seconds=60):
        hearing.heard(google, [ACCEPTED])
        assert row(google).recent == pytest.approx(600 / 2.718281828 + 1)
    with later(days=400):
        hearing.heard(google, [ACCEPTED])
        assert row(google).recent == pytest.approx(1)


@pytest.mark.covers("delivery-28")
def test_a_storm_of_421_slows_one_provider_and_no_other(lane):
    google, orange = lane("google"), lane("orange")
    before = grant("orange")
    hearing.heard(google, [ACCEPTED] * 400)
    verdict = hearing.heard(google, [BUSY] * 200)
    assert (verdict.stop, verdict.wait) == (True, adapting.BRIEFLY)
    assert grant("google").most == 0
    assert grant("orange") == before
    assert offers.take(orange, 100) == 100
    assert row(google).share == 50
    assert row(google).slowed_from == 600
    assert row(google).connections_now == 2


@pytest.mark.covers("delivery-28")
def test_gmail_is_left_alone_for_ten_minutes_then_gets_one_connection_and_one_more_at_a_time(
    lane,
):
    google = lane()
    verdict = hearing.heard(google, [ACCEPTED, GMAIL_RATE])
    assert (verdict.stop, verdict.wait) == (True, timedelta(minutes=10))
    with later(minutes=9, seconds=59):
        assert grant("google").most == 0
    connections = []
    for minute in range(10, 16):
        with later(minutes=minute):
            assert grant("google").most > 0
            connections.append(grant("google").connections)
            hearing.heard(google, [ACCEPTED])
    assert connections == [1, 1, 2, 3, 4, 5]


def test_the_answers_of_one_moment_slow_down_once(lane):
    google = lane()
    hearing.heard(google, [BUSY])
    hearing.heard(google, [BUSY])
    assert row(google).share == 50
    with later(seconds=31):
        hearing.heard(google, [BUSY])
    assert row(google).share == 25


def test_the_time_a_provider_asks_for_is_given(lane):
    google = lane()
    asks = Outcome(1, Result.THROTTLED, 421, "", "Try again in 7 minutes")
    assert hearing.heard(google, [asks]).wait == timedelta(minutes=7)


def test_at_its_slowest_a_lane_pauses_longer_each_time(lane):
    google, pauses = lane(share=adapting.LEAST_SHARE, slowed_from=600.0), []
    now = clock.now()
    for _ in range(6):
        with clock.stopped(now):
            pauses.append(hearing.heard(google, [BUSY]).wait)
            # The pause is over, and one message went ahead.
        now += pauses[-1]
        with clock.stopped(now):
            assert offers.take(google, 10) == 1
    assert pauses == [timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 15)]


def test_success_brings_the_pace_back_little_by_little(lane):
    google = lane()
    hearing.heard(google, [ACCEPTED] * 600 + [BUSY])
    shares = []
    for minute in range(1, 12):
        with later(minutes=minute):
            hearing.heard(google, [ACCEPTED])
            hearing.heard(google, [ACCEPTED])
            shares.append(row(google).share)
    assert shares == [55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 100]
    recovered = row(google)
    assert (recovered.connections_now, recovered.slowed_from) == (None, None)
    assert (recovered.reason, recovered.closed_until) == ("", None)


def test_a_slowed_down_lane_hands_over_so_many_a_minute(lane):
    google = lane()
    hearing.heard(google, [ACCEPTED] * 600 + [BUSY])
    with later(minutes=5):
        # Half of six hundred a minute, ten seconds of it saved up.
        assert offers.take(google, 1000) == 50
        assert 0 < grant("google").seconds_until <= 0.2


def test_without_success_nothing_recovers(lane):
    google = lane()
    hearing.heard(google, [BUSY])
    with later(hours=3):
        assert grant("google").connections == 2


@pytest.mark.covers("delivery-37")
def test_a_policy_refusal_closes_the_lane_and_says_why(lane):
    google = lane()
    verdict = hearing.heard(google, [POLICY, POLICY, POLICY])
    assert (verdict.stop, verdict.wait) == (True, adapting.FIRST_DISTRUST)
    assert "Rejected by policy" in str(verdict.words)
    assert (row(google).reason, row(google).bounced_today) == (reasons.POLICY, 0)
    assert grant("orange").most > 0


@pytest.mark.covers("delivery-37")
def test_a_block_list_closes_the_lane_and_counts_against_nobody(lane):
    google = lane()
    hearing.heard(google, [BLOCKED] * 3)
    assert row(google).reason == reasons.REPUTATION
    assert row(google).bounced_today == 0


def test_one_refusal_among_others_may_be_about_the_message(lane):
    google = lane()
    assert not hearing.heard(google, [POLICY, ACCEPTED, POLICY, POLICY]).stop
    assert hearing.heard(google, [POLICY]).stop


def test_one_small_provider_does_not_close_the_lane_of_all_the_others(lane):
    other = lane("other")
    slow = Outcome(
        1,
        Result.DEFERRED,
        451,
        "4.7.1",
        "temporarily deferred due to reputation",
        Stage.RECIPIENT,
    )
    said = [POLICY] * 9 + [ACCEPTED] + [slow] * 20
    assert not hearing.heard(other, said).stop
    busy = Outcome(1, Result.THROTTLED, 421, "4.7.1", slow.text)
    assert hearing.heard(other, [busy]).wait == adapting.BRIEFLY
    with later(minutes=1):
        assert hearing.heard(other, [ACCEPTED]) == hearing.GO_ON
        assert hearing.heard(other, [POLICY] * 10).stop


def test_greylisting_is_no_wish_for_less(lane):
    google = lane()
    grey = Outcome(
        1,
        Result.DEFERRED,
        450,
        "4.7.1",
        "Greylisted, try again in 300 seconds",
        Stage.RECIPIENT,
    )
    assert hearing.heard(google, [grey] * 50) == hearing.GO_ON


def test_an_unknown_mailbox_is_counted_and_closes_nothing(lane):
    google = lane()
    assert hearing.heard(google, [NO_MAILBOX] * 7) == hearing.GO_ON
    hearing.came_back(None, "google", NO_MAILBOX, is_proven=True)
    assert row(google).bounced_today == 8


def test_a_refused_sender_says_nothing_of_the_provider(lane):
    google = lane()
    sender = Outcome(1, Result.REFUSED, 550, "5.7.1", "Sender denied", Stage.SENDER)
    assert hearing.heard(google, [sender] * 20) == hearing.GO_ON


def test_a_quota_of_the_relay_holds_back_all_providers(lane):
    google = lane()
    lane("orange")
    quota = Outcome(
        1, Result.REFUSED, 550, "5.4.5", "Daily sending quota exceeded", Stage.SENDER
    )
    assert hearing.heard(google, [quota]).wait == timedelta(hours=1)
    assert grant("orange").most == 0
    assert whole().reason == reasons.QUOTA


def test_a_server_that_does_not_answer_closes_for_all_at_the_third_time(lane):
    google = lane()
    lane("orange")
    for _ in range(2):
        verdict = hearing.heard(google, [GONE] * 100)
        assert (verdict.stop, verdict.wait) == (True, adapting.FIRST_PAUSE)
        assert grant("orange").most > 0
    hearing.heard(google, [GONE] * 100)
    assert grant("orange").most == 0
    assert whole().reason == reasons.UNREACHABLE


def test_a_server_that_lets_nobody_in_says_so(lane):
    google = lane()
    refused = Outcome(1, Result.UNSENT, 535, "5.7.8", "Authentication failed")
    for _ in range(3):
        verdict = hearing.heard(google, [refused])
    assert whole().reason == reasons.SIGN_IN
    assert "Authentication failed" in str(verdict.words)


def test_a_server_that_turns_us_away_says_so(lane):
    away = Outcome(1, Result.UNSENT, 554, "5.7.1", "No service for you")
    hearing.heard(lane(), [away])
    assert whole().reason == reasons.TURNED_AWAY


def test_one_message_goes_ahead_and_opens_the_way(lane):
    google = lane()
    for _ in range(3):
        hearing.heard(google, [GONE])
    with later(seconds=15):
        assert grant("google").most == 1
        assert offers.take(google, 100) == 1
        assert offers.take(google, 100) == 0
        assert hearing.heard(google, [ACCEPTED]) == hearing.GO_ON
        assert offers.take(google, 100) == 100
    assert (whole().closings, whole().closed_until, whole().reason) == (0, None, "")


def test_who_fails_again_waits_twice_as_long(lane):
    google, pauses = lane(), []
    for _ in range(2):
        hearing.heard(google, [GONE])
    now = clock.now()
    for _ in range(8):
        with clock.stopped(now):
            offers.take(google, 1)
            pauses.append(hearing.heard(google, [GONE]).wait.total_seconds())
        now += timedelta(seconds=pauses[-1])
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900]


def test_what_was_under_way_when_a_lane_closed_does_not_open_it(lane):
    google = lane()
    hearing.heard(google, [POLICY] * 3)
    assert hearing.heard(google, [ACCEPTED] * 20).stop
    assert grant("google").most == 0


def test_what_was_under_way_when_a_lane_closed_does_not_lengthen_the_pause(lane):
    google = lane()
    hearing.heard(google, [POLICY] * 3)
    assert hearing.heard(google, [POLICY] * 30).wait == adapting.FIRST_DISTRUST


def test_mail_that_did_not_ask_is_counted_and_its_answer_heard(lane):
    google = lane()
    hearing.heard_unasked(None, "google", GMAIL_RATE)
    assert row(google).taken_today == 1
    assert grant("google").seconds_until == 600


def test_a_known_refusal_that_comes_back_closes_the_lane(lane):
    lane("microsoft")
    unknown = Outcome(
        1, Result.REFUSED, 550, "5.7.515", "Access denied", Stage.RECIPIENT
    )
    hearing.came_back(None, "microsoft", unknown, is_proven=True)
    assert grant("microsoft").seconds_until == 3600


def test_what_anybody_may_have_written_closes_nothing_by_itself(lane):
    """A report at a return path: whoever got one message can send it."""
    lane("microsoft", taken_today=100)
    unknown = Outcome(
        1, Result.REFUSED, 550, "5.7.515", "Access denied", Stage.RECIPIENT
    )
    for _ in range(hearing.REFUSALS_OF_OTHERS - 1):
        hearing.came_back(None, "microsoft", unknown, is_proven=False)
    assert grant("microsoft").most > 0
    hearing.came_back(None, "microsoft", unknown, is_proven=False)
    assert grant("microsoft").seconds_until == 3600


@pytest.mark.covers("delivery-37")
def test_many_refusals_that_come_back_close_the_lane(lane):
    google = lane("google", taken_today=400)
    for _ in range(19):
        hearing.heard(google, [ACCEPTED])
        hearing.came_back(None, "google", POLICY, is_proven=True)
    assert grant("google").most > 0
    hearing.came_back(None, "google", POLICY, is_proven=True)
    assert grant("google").most == 0
    assert (row(google).reason, row(google).bounced_today) == (reasons.POLICY, 0)


def test_what_comes_back_about_a_person_opens_nothing(lane):
    google = lane()
    hearing.heard(google, [POLICY] * 3)
    with later(minutes=30):
        offers.take(google, 1)
        hearing.came_back(None, "google", NO_MAILBOX, is_proven=True)
        assert offers.take(google, 1) == 0


def test_what_comes_back_of_a_server_that_is_gone_is_no_trouble(app):
    hearing.came_back(4711, "google", POLICY, is_proven=True)
    assert db.session.scalars(select(Lane.id)).all() == []


def test_a_way_that_reaches_nobody_is_not_heard(app):
    assert hearing.heard(offers.NO_LANE, [GONE] * 9) == hearing.GO_ON


def test_a_lane_that_is_gone_is_not_missed(app):
    assert hearing.heard(4711, [GONE] * 9) == hearing.GO_ON


ANSWERS = [ACCEPTED, BUSY, GMAIL_RATE, NO_MAILBOX, POLICY, BLOCKED, GONE]


@given(
    turns=some.lists(
        some.tuples(
            some.lists(some.sampled_from(ANSWERS), min_size=1, max_size=5),
            some.integers(0, 3600),
        ),
        max_size=20,
    )
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_answered_a_lane_can_always_come_back(bare_app, turns):
    now = clock.now()
    with bare_app.app_context():
        google = offers.lane_of(None, "google")
        for answers, wait in turns:
            with clock.stopped(now):
                if offers.take(google, len(answers)):
                    hearing.heard(google, answers)
                held = row(google)
                assert adapting.LEAST_SHARE <= held.share <= 100
                assert held.connections_now is None or (
                    1 <= held.connections_now < held.connections
                )
            now += timedelta(seconds=wait)
        # The longest pause there is, then an hour of success.
        now += timedelta(days=1)
        for minute in range(60):
            with clock.stopped(now + timedelta(minutes=minute)):
                assert grant("google").most >= 1
                assert offers.take(google, 1) == 1
                hearing.heard(google, [ACCEPTED])
        recovered = row(google)
        assert (recovered.share, recovered.connections_now) == (100, None)
        assert (recovered.closings, recovered.closed_until) == (0, None)
        db.session.rollback()
