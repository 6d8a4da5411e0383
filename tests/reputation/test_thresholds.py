"""When mail does harm: too many dead addresses, too many complaints."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webapp.reputation import thresholds
from webapp.reputation.thresholds import (
    FEWEST_BOUNCES,
    FEWEST_COMPLAINTS,
    Figures,
    Level,
    Limits,
    What,
)


def percent(range_):
    return some.decimals(*range_, places=2)


LIMITS = some.builds(
    Limits,
    percent(thresholds.BOUNCES),
    percent(thresholds.COMPLAINTS),
    some.integers(*thresholds.LEAST),
)
COUNTS = some.integers(0, 2_000)
FIGURES = some.builds(
    lambda fine, bounces, complaints: Figures(
        fine + bounces + complaints, bounces, complaints
    ),
    some.integers(0, 1_000_000),
    COUNTS,
    COUNTS,
)


@pytest.mark.covers("delivery-43")
@pytest.mark.parametrize(
    ("figures", "what"),
    [
        (Figures(1_000, 51, 0), What.BOUNCES),
        (Figures(1_000, 50, 0), None),
        (Figures(1_000, 0, 4), What.COMPLAINTS),
        (Figures(1_000, 0, 3), None),
        (Figures(1_000, 900, 900), What.COMPLAINTS),
        (Figures(99, 99, 99), None),
        (Figures(100, 0, 1), None),
        (Figures(0, 0, 0), None),
    ],
)
def test_the_usual_limits_are_five_and_three_tenths_of_a_percent(figures, what):
    found = thresholds.excess(figures, Limits())
    assert (found.what if found else None) == what


@given(FIGURES, LIMITS)
def test_a_campaign_stops_only_above_a_limit_and_only_after_enough_messages(
    figures, limits
):
    found = thresholds.excess(figures, limits)
    if found is None:
        return
    assert figures.handed >= limits.least
    assert found.rate > found.limit
    fewest = {What.BOUNCES: FEWEST_BOUNCES, What.COMPLAINTS: FEWEST_COMPLAINTS}
    assert found.number >= fewest[found.what]


@given(FIGURES, LIMITS)
def test_above_both_limits_nothing_goes_on(figures, limits):
    above = (
        figures.bounces >= FEWEST_BOUNCES
        and figures.bounces > limits.bounces * figures.handed / 100
    )
    if above and figures.handed >= limits.least:
        assert thresholds.excess(figures, limits) is not None


@given(FIGURES, LIMITS, some.integers(1, 100_000))
def test_more_messages_that_arrive_never_stop_a_campaign(figures, limits, more):
    if figures.handed < limits.least or thresholds.excess(figures, limits):
        return
    further = Figures(figures.handed + more, figures.bounces, figures.complaints)
    assert thresholds.excess(further, limits) is None


@given(FIGURES, LIMITS)
def test_no_message_need_be_counted_beyond_what_matters(figures, limits):
    most = thresholds.most_that_matters(figures, limits)
    counted = Figures(
        min(figures.handed, most + 1), figures.bounces, figures.complaints
    )
    if most < limits.least:
        assert thresholds.excess(figures, limits) is None
    else:
        stops = thresholds.excess(counted, limits) is not None
        assert stops == (thresholds.excess(figures, limits) is not None)


@given(FIGURES, FIGURES)
def test_figures_since_others_are_never_less_than_nothing(now, before):
    since = now.since(before)
    assert min(since.handed, since.bounces, since.complaints) >= 0


@pytest.mark.parametrize(
    ("number", "of", "level"),
    [
        (10, 99, Level.FEW),
        (0, 100, Level.GOOD),
        (3, 100, Level.GOOD),
        (4, 100, Level.WATCH),
        (5, 100, Level.WATCH),
        (6, 100, Level.ACT),
    ],
)
def test_a_rate_is_good_to_watch_or_to_act_on(number, of, level):
    assert thresholds.level(number, of, Decimal(3), Decimal(5)) is level
