"""How many campaigns a person wants at most, and until when none: as conditions on contacts."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock, months


def today(workspace: Workspace) -> date:
    """The day it is where the workspace is."""
    return clock.now().astimezone(ZoneInfo(workspace.timezone)).date()


def paused(workspace: Workspace) -> ColumnElement[bool]:
    """Whether the person wants no campaign before a day to come."""
    return Contact.paused_until > today(workspace)


def had_enough(workspace: Workspace) -> ColumnElement[bool]:
    """Whether the campaign they last got is all they want for now.

    Counted in days, never in hours: a newsletter that leaves each Tuesday at ten reaches
    those who want one a week, whichever Tuesday took a minute longer.
    """
    return or_(
        *(
            and_(
                Contact.frequency == frequency,
                Contact.last_campaign_at >= _beginning(workspace, first),
            )
            for frequency, first in _quiet_days(today(workspace)).items()
        )
    )


def wants_fewer() -> ColumnElement[bool]:
    """Whether it matters when the person last got a campaign."""
    return Contact.frequency != Frequency.ALL


def _quiet_days(day: date) -> dict[Frequency, date]:
    """The first day on which a campaign still counts today."""
    return {
        Frequency.WEEKLY: day - timedelta(days=6),
        # A newsletter of each first of the month comes in March too.
        Frequency.MONTHLY: max(
            day - timedelta(days=29), months.after(day, -1) + timedelta(days=1)
        ),
    }


def _beginning(workspace: Workspace, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(workspace.timezone))
