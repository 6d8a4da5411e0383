"""The calendar day by which mail is counted: that of Paris, as for all that comes daily."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.core import clock

ZONE = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day it is."""
    return clock.now().astimezone(ZONE).date()


def seconds_left() -> float:
    """The seconds until the next day begins; a day has from 23 to 25 hours."""
    tomorrow = datetime.combine(today() + timedelta(days=1), time(), ZONE)
    return tomorrow.timestamp() - clock.now().timestamp()
