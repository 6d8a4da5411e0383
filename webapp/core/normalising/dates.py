"""Days as people and spreadsheets write them; the day comes before the month."""

import re
from datetime import date, timedelta

from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _l, sort_key

# Day 0 of a spreadsheet (Excel takes 1900 for a leap year: right from March of it on).
_FIRST = date(1899, 12, 30)
# A serial of five digits: 1927 to 2100. Fewer would be years and ages.
_SERIALS = range(10_000, 73_051)
_YEARS = range(1850, 2151)
_MONTHS = {
    **dict.fromkeys(("janvier", "janv", "jan", "january"), 1),
    **dict.fromkeys(("fevrier", "fevr", "fev", "february", "feb"), 2),
    **dict.fromkeys(("mars", "mar", "march"), 3),
    **dict.fromkeys(("avril", "avr", "april", "apr"), 4),
    **dict.fromkeys(("mai", "may"), 5),
    **dict.fromkeys(("juin", "june", "jun"), 6),
    **dict.fromkeys(("juillet", "juil", "july", "jul"), 7),
    **dict.fromkeys(("aout", "aou", "august", "aug"), 8),
    **dict.fromkeys(("septembre", "sept", "sep", "september"), 9),
    **dict.fromkeys(("octobre", "oct", "october"), 10),
    **dict.fromkeys(("novembre", "nov", "november"), 11),
    **dict.fromkeys(("decembre", "dec", "december"), 12),
}
_TIME = r"(?:[T\s,]+\d{1,2}[:h]\d{2}.*)?"
_BY_YEAR = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}$")
_BY_DAY = re.compile(rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}$")
_PACKED = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,]\d+)?$")
_IN_WORDS = re.compile(
    rf"^(?:[a-z]+\.?,?\s+)?(\d{{1,2}})(?:er|st|nd|rd|th)?[\s-]+([a-z]+)\.?,?[\s-]+(\d{{4}}){_TIME}$",
    re.IGNORECASE,
)
_LONGEST = 60


class NotADate(DomainError):
    """What was written is no day of the calendar."""

    message = _l("This is not a date. Write it as 31/12/2025.")


def read(text: str) -> date:
    """The day that was written: 31/12/2025, 2025-12-31, 31 déc. 2025, or a spreadsheet's 46022.

    :raises NotADate: also for a month above twelve: whoever writes 12/31/2025 means all others so.
    """
    typed = text.strip()[:_LONGEST]
    try:
        found = _numbers(typed)
    except ValueError as error:
        raise NotADate from error
    if found.year not in _YEARS:
        raise NotADate
    return found


def _numbers(typed: str) -> date:
    serial = _SERIAL.match(typed)
    if serial and int(serial[1]) in _SERIALS:
        return _FIRST + timedelta(days=int(serial[1]))
    by_year = _BY_YEAR.match(typed) or _PACKED.match(typed)
    if by_year:
        return date(int(by_year[1]), int(by_year[2]), int(by_year[3]))
    by_day = _BY_DAY.match(typed)
    if by_day:
        return date(_year(by_day[3]), int(by_day[2]), int(by_day[1]))
    in_words = _IN_WORDS.match(sort_key(typed))
    month = _MONTHS.get(in_words[2]) if in_words else None
    if not in_words or not month:
        raise ValueError(typed)
    return date(int(in_words[3]), month, int(in_words[1]))


def _year(digits: str) -> int:
    """Two digits are a year of the last hundred: 85 is 1985."""
    if len(digits) == 4:
        return int(digits)
    this_year = clock.now().year
    year = this_year - this_year % 100 + int(digits)
    return year if year <= this_year else year - 100
