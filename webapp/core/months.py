"""Calendar months: a month after 31 January is the last day of February."""

import calendar
from datetime import date


def after(day: date, months: int) -> date:
    """The same day so many months later, or before for a negative number; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
