"""Days and nights of a workspace."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from webapp.core import clock
from webapp.segments import days

PARIS = SimpleNamespace(timezone="Europe/Paris")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_day_begins_at_the_midnight_of_paris(moment, day):
    with clock.stopped(moment):
        assert days.today(PARIS) == day
    start = days.midnight(day, PARIS)
    assert start <= moment < days.midnight(day + timedelta(days=1), PARIS)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)]
)
def test_the_days_on_which_clocks_change_are_shorter_and_longer(day, hours):
    start = days.midnight(day, PARIS).astimezone(UTC)
    end = days.midnight(day + timedelta(days=1), PARIS).astimezone(UTC)
    assert end - start == timedelta(hours=hours)


def test_a_day_that_begins_an_hour_late_begins_when_it_begins():
    """In Beirut the clocks go forward at midnight: 0 o'clock is not there."""
    beirut = SimpleNamespace(timezone="Asia/Beirut")
    start = days.midnight(date(2026, 3, 29), beirut)
    assert start.astimezone(UTC) == datetime(2026, 3, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "now", "found"),
    [
        (1, date(2026, 2, 26), (226, 227)),
        # Without a 29th of February, those born on one have their day on the 28th.
        (2, date(2026, 2, 26), (226, 229)),
        (3, date(2026, 2, 26), (226, 301)),
        (1, date(2026, 3, 1), (301, 302)),
        (2, date(2028, 2, 26), (226, 228)),
        (3, date(2028, 2, 26), (226, 229)),
        (7, date(2026, 12, 28), (1228, 104)),
        (365, date(2026, 1, 1), None),
    ],
)
def test_anniversaries_follow_the_year(ahead, now, found):
    assert days.anniversaries(ahead, now) == found
