from datetime import UTC, date, datetime

import pytest

from webapp.core import clock
from webapp.core.normalising import dates
from webapp.core.normalising.dates import NotADate


@pytest.fixture
def stopped_2026():
    with clock.stopped(datetime(2026, 6, 1, tzinfo=UTC)):
        yield


@pytest.mark.parametrize(
    "written",
    [
        *("31/12/2025", "31-12-2025", "31.12.2025", "31 12 2025", "2025-12-31"),
        *("2025/12/31", "20251231", "46022", "46022.0", "46022,75", "31 déc. 2025"),
        *(
            "31 décembre 2025",
            "mercredi 31 décembre 2025",
            "31 Dec 2025",
            "31-dec-2025",
        ),
        *("31/12/2025 10:30:00", "2025-12-31T23:59:59Z", " 31/12/25 "),
    ],
)
def test_a_day_is_read_however_people_and_spreadsheets_write_it(written, stopped_2026):
    assert dates.read(written) == date(2025, 12, 31)


def test_a_first_of_the_month_and_a_year_of_two_digits_are_read(stopped_2026):
    assert dates.read("1er janvier 2026") == date(2026, 1, 1)
    assert dates.read("05/03/85") == date(1985, 3, 5)
    assert dates.read("05/03/26") == date(2026, 3, 5)
    assert dates.read("05/03/27") == date(1927, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        *("", "hier", "12/31/2025", "31/02/2025", "29/02/2025", "2025", "123", "99999"),
        *("0000-00-00", "31/12", "01/01/0001", "31 foo 2025", "9" * 5000),
    ],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(NotADate):
        dates.read(written)


def test_the_29_of_february_is_read_in_leap_years():
    assert dates.read("29/02/2024") == date(2024, 2, 29)
