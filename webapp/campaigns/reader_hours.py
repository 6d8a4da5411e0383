"""A campaign at the hour of its readers: the same hour of the day, wherever they are.

Who lives further east gets it earlier than the workspace's own hour, who lives further west
later. Nobody gets it later than that: where the hour is over already when the campaign
begins to leave, it leaves at once.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.contacts import time_zones
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db


def begins_at(workspace: Workspace, at: datetime) -> datetime:
    """When it is that hour for the first of the workspace's contacts: from now to `at`."""
    keys = db.session.scalars(
        select(time_zones.key()).where(Contact.workspace_id == workspace.id).distinct()
    )
    moments = _moments(workspace, at)
    first = min([at, *(moments[key] for key in keys if key in moments)])
    return max(first, clock.now())


def beginning() -> ColumnElement[datetime | None]:
    """When a scheduled campaign is to begin, for a statement about campaigns."""
    return func.coalesce(Campaign.starts_at, Campaign.scheduled_at)


def not_before(campaign: Campaign, now: datetime) -> ColumnElement[datetime]:
    """When the message to a contact may leave, for the statement that freezes the audience."""
    moment = DateTime(timezone=True)
    if not campaign.in_readers_zone or campaign.scheduled_at is None:
        return literal(now, moment)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    at = campaign.scheduled_at
    moments = {k: m.isoformat() for k, m in _moments(workspace, at).items()}
    theirs = literal(moments, JSONB).op("->>")(time_zones.key())
    hour = func.coalesce(cast(theirs, moment), literal(at, moment))
    return func.greatest(hour, literal(now, moment))


def _moments(workspace: Workspace, at: datetime) -> dict[str, datetime]:
    """The moment for each key of a contact's zone."""
    wall = at.astimezone(ZoneInfo(workspace.timezone)).replace(tzinfo=None)
    return {
        key: wall.replace(tzinfo=ZoneInfo(zone))
        for key, zone in time_zones.zones().items()
    }
