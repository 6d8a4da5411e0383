"""What is taken, what must prove some work, what falls in silence."""

import pytest

from webapp.widgets.judging import (
    BUSY_NETWORK,
    CALM_NETWORK,
    PER_DOMAIN,
    PER_LARGE_DOMAIN,
    PER_MAILBOX,
    QUICK,
    UNPROVEN_PER_NETWORK,
    UNPROVEN_PER_WIDGET,
    Counts,
    Reason,
    Signs,
    Verdict,
    judge,
)


def verdict(**signs):
    return judge(Signs(**signs)).verdict


def test_a_plain_sign_up_is_taken():
    assert verdict() is Verdict.ACCEPTED
    assert verdict(seconds=QUICK, can_prove=True) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("signs", "reason"),
    [
        ({"widget_under_burst": True}, Reason.BURST),
        ({"counts": Counts(network=CALM_NETWORK)}, Reason.NETWORK),
        ({"trap_filled": True}, Reason.TRAP),
        ({"seconds": QUICK - 0.1}, Reason.QUICK),
    ],
)
def test_what_looks_odd_costs_a_proof_and_is_taken_with_it(signs, reason):
    asked = judge(Signs(**signs, can_prove=True))
    assert (asked.verdict, asked.reasons) == (Verdict.COSTLIER, (reason,))
    proven = judge(Signs(**signs, can_prove=True, proven=True))
    assert (proven.verdict, proven.reasons) == (Verdict.ACCEPTED, (Reason.PROVEN,))


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(mailbox=PER_MAILBOX), Reason.MAILBOX),
        (Counts(network=BUSY_NETWORK), Reason.NETWORK),
        (Counts(domain=PER_DOMAIN), Reason.DOMAIN),
    ],
)
def test_over_a_cap_no_proof_helps(counts, reason):
    judged = judge(Signs(counts=counts, proven=True, can_prove=True))
    assert (judged.verdict, judged.reasons) == (Verdict.DROPPED, (reason,))


def test_a_large_provider_takes_more():
    counts = Counts(domain=PER_DOMAIN)
    assert verdict(counts=counts, large_domain=True) is Verdict.ACCEPTED
    counts = Counts(domain=PER_LARGE_DOMAIN)
    assert verdict(counts=counts, large_domain=True) is Verdict.DROPPED


def test_who_fills_the_trap_in_no_time_is_a_machine():
    assert verdict(trap_filled=True, seconds=0.1, proven=True) is Verdict.DROPPED


def test_without_script_a_few_are_taken_even_during_a_burst():
    assert verdict(widget_under_burst=True) is Verdict.ACCEPTED
    for counts in (
        Counts(network=UNPROVEN_PER_NETWORK),
        Counts(unproven=UNPROVEN_PER_WIDGET),
    ):
        assert verdict(widget_under_burst=True, counts=counts) is Verdict.DROPPED
        assert verdict(counts=counts) is Verdict.ACCEPTED
