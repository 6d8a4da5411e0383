"""Days as a workspace counts them: its midnights, spans before and after today, anniversaries."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.segments.kinds import Operator
from webapp.segments.tree import Ago, Condition, Last, Window

# Whoever was born on the 29th of February has their day on the 28th in other years.
LEAP_DAY = 229
EVE = 228
A_YEAR = 365

# From one day to another, both included; None: open.
Span = tuple[date | None, date | None]


def today(workspace: Workspace) -> date:
    """The day it is where the workspace is."""
    return clock.now().astimezone(ZoneInfo(workspace.timezone)).date()


def midnight(day: date, workspace: Workspace) -> datetime:
    """The moment at which a day begins there, whatever the clocks do that night."""
    return datetime.combine(day, time.min, ZoneInfo(workspace.timezone))


def span(condition: Condition, now: date) -> Span:
    """The days for which a condition about a day holds, on the day `now`."""
    value = condition.value
    if isinstance(value, tuple):
        first, last = value
        return first, last  # type: ignore[return-value]
    if isinstance(value, date):
        return _around(condition.operator, value)
    return _relative(condition.operator, int(value or 0), now)


def of_window(window: Window, now: date) -> Span:
    """The days of a window; the last N days are open at the end."""
    if isinstance(window, Last):
        return now - timedelta(days=window.days), None
    if isinstance(window, Ago):
        return now - timedelta(days=window.far), now - timedelta(days=window.near)
    return window.first, window.last


def anniversaries(days: int, now: date) -> tuple[int, int] | None:
    """The first and last day of the year, as month x 100 + day, from today to so many days later.

    The last may come before the first: over New Year. None: every day of the year.
    """
    if days >= A_YEAR:
        return None
    end = now + timedelta(days=days)
    is_eve = code(end) == EVE and (end + timedelta(days=1)).month > end.month
    return code(now), LEAP_DAY if is_eve else code(end)


def code(day: date) -> int:
    """A day of the year as a number that sorts as it does."""
    return day.month * 100 + day.day


def _around(operator: Operator, day: date) -> Span:
    if operator is Operator.BEFORE:
        return None, day - timedelta(days=1)
    if operator is Operator.AFTER:
        return day + timedelta(days=1), None
    if operator is Operator.SINCE:
        return day, None
    return day, day


def _relative(operator: Operator, days: int, now: date) -> Span:
    span = timedelta(days=days)
    if operator is Operator.IN_NEXT:
        return now, now + span
    if operator is Operator.DAYS_AGO:
        return now - span, now - span
    if operator is Operator.LONGER_THAN:
        return None, now - span - timedelta(days=1)
    return now - span, now
