"""Hits that were kept long enough: the figures stay, who opened and followed what is erased."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from webapp.accounts.models import Workspace
from webapp.analytics import jobs, remembering
from webapp.campaigns.models import Campaign
from webapp.core import clock, months
from webapp.core.db import db
from webapp.messages import hit_months, tracking
from webapp.messages.models import Hit, JournalFile

log = logging.getLogger(__name__)

# In one transaction; the rest follows in the next.
CAMPAIGNS_AT_ONCE = 20
# Longer than a machine with unread files is down.
JOURNAL_DAYS = 60


def tend_months() -> None:
    """Make the months to come, drop those in which nothing is left."""
    oldest = db.session.scalars(
        select(Workspace.keeps_hits).order_by(Workspace.keeps_hits.desc()).limit(1)
    ).first()
    for tend in (
        hit_months.make_ahead,
        lambda: hit_months.drop_empty(_day(oldest or 0).date()),
    ):
        try:
            with db.session.begin_nested():
                tend()
        except OperationalError:
            # Somebody reads for long: hits go on, and tomorrow is early enough.
            log.warning("The months of hits could not be had; tried again tomorrow")


def ask_all() -> None:
    """Have each workspace's old hits erased."""
    for number in db.session.scalars(select(Workspace.id)):
        jobs.retire_hits_of.enqueue(workspace_id=number)
    db.session.execute(
        delete(JournalFile).where(JournalFile.read_at < clock.ago(days=JOURNAL_DAYS))
    )


def retire(workspace_id: int) -> None:
    """Keep the figures of campaigns with hits that are too old, then erase those."""
    workspace = db.session.get(Workspace, workspace_id)
    if workspace is None:
        return
    before = _day(workspace.keeps_hits)
    concerned = _with_older_hits(workspace, before)
    for campaign in concerned:
        remembering.keep(workspace, campaign)
        db.session.execute(
            delete(Hit)
            .where(Hit.campaign_id == campaign.id, Hit.at < before)
            .execution_options(synchronize_session=False)
        )
    if len(concerned) == CAMPAIGNS_AT_ONCE:
        jobs.retire_hits_of.enqueue(workspace_id=workspace_id)
        return
    campaigns = select(Campaign.id).where(Campaign.workspace_id == workspace.id)
    tracking.forget_strays(workspace, campaigns)


def _with_older_hits(workspace: Workspace, before: datetime) -> Sequence[Campaign]:
    older = select(Hit.id).where(Hit.campaign_id == Campaign.id, Hit.at < before)
    wanted = (
        select(Campaign)
        .where(
            Campaign.workspace_id == workspace.id,
            Campaign.started_at < before,
            older.exists(),
        )
        .order_by(Campaign.id)
        .limit(CAMPAIGNS_AT_ONCE)
    )
    return db.session.scalars(wanted).all()


def _day(months_ago: int) -> datetime:
    """The beginning of the day so many months ago (UTC)."""
    day = months.after(clock.now().date(), -months_ago)
    return datetime.combine(day, time(), UTC)
