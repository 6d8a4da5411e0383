"""Months of the calendar, short ones included."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core import months

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        ("2026-11-10", 1, "2026-12-10"),
        ("2026-11-10", 3, "2027-02-10"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-01", 24, "2028-12-01"),
    ],
)
def test_the_same_day_of_another_month_or_its_last(day, number, expected):
    found = months.after(date.fromisoformat(day), number)
    assert found == date.fromisoformat(expected)


@given(DAYS, st.integers(-60, 60))
def test_it_is_always_in_the_month_one_means(day, number):
    found = months.after(day, number)
    passed = (found.year - day.year) * 12 + found.month - day.month
    assert passed == number
    assert found.day <= day.day
