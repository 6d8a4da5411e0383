"""Where a message may go, and what an answer means for it."""

from datetime import timedelta

import pytest

from webapp.core import clock
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.messages import moves, outcomes
from webapp.messages.models import Status


def test_every_state_has_its_moves():
    assert moves.MOVES.keys() == set(Status)


def test_a_state_is_final_or_waiting_or_in_hand():
    groups = [moves.FINAL, moves.WAITING, moves.IN_HAND]
    assert sorted(one for group in groups for one in group) == sorted(Status)


@pytest.mark.parametrize("after", [Status.PENDING, Status.CLAIMED, Status.SENDING])
def test_what_was_sent_never_comes_back(after):
    with pytest.raises(moves.MoveNotAllowed):
        moves.check(Status.SENT, after)


def test_what_was_skipped_or_refused_stays_so():
    for state in (Status.SKIPPED, Status.BOUNCED, Status.FAILED):
        assert moves.MOVES[state] == set()


def _decide(result, *, attempts=1, resend=False, **outcome):
    return outcomes.decide(
        Outcome(1, result, **outcome), attempts, resend_uncertain=resend
    )


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (Result.ACCEPTED, Status.SENT),
        (Result.REFUSED, Status.BOUNCED),
        (Result.DEFERRED, Status.DEFERRED),
        (Result.UNCERTAIN, Status.UNCERTAIN),
    ],
)
def test_an_answer_about_a_person_is_hers(result, status):
    decision = _decide(result, stage=Stage.BODY)
    assert (decision.status, decision.burned) == (status, True)


@pytest.mark.parametrize("result", [Result.THROTTLED, Result.UNSENT])
def test_an_answer_about_us_costs_the_person_nothing(result):
    decision = _decide(result)
    assert (decision.status, decision.burned) == (Status.PENDING, False)


def test_a_message_too_large_for_the_server_bounces_nobody():
    decision = _decide(Result.REFUSED, stage=Stage.LOCAL, enhanced="5.3.4")
    assert decision.status is Status.PENDING


def test_an_address_that_is_none_bounces():
    decision = _decide(Result.REFUSED, stage=Stage.LOCAL, enhanced="5.1.3")
    assert decision.status is Status.BOUNCED


def test_an_address_in_another_script_that_the_server_does_not_carry_bounces_nobody():
    decision = _decide(Result.REFUSED, stage=Stage.LOCAL, enhanced="5.6.7")
    assert (decision.status, decision.reason) == (Status.FAILED, "other_script")


@pytest.mark.covers("delivery-29")
def test_each_attempt_waits_longer_than_the_one_before_give_or_take_a_fifth():
    for attempts, planned in enumerate(outcomes.DELAYS, start=1):
        wait = _decide(Result.DEFERRED, attempts=attempts, stage=Stage.RECIPIENT).wait
        assert planned * 0.8 <= wait <= planned * 1.2


def test_a_next_attempt_that_would_be_too_late_is_none():
    decision = _decide(Result.DEFERRED, stage=Stage.RECIPIENT)
    now = clock.now()
    settled = outcomes.settle(decision, now, now + timedelta(minutes=1))
    assert (settled.status, settled.reason) == (Status.FAILED, "expired")


def test_what_was_in_doubt_is_given_up_as_in_doubt():
    decision = _decide(Result.UNCERTAIN, resend=True)
    now = clock.now()
    assert outcomes.settle(decision, now, now).status is Status.UNCERTAIN
