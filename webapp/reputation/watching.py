"""Campaigns under way, looked at every half a minute: paused before they do harm."""

from sqlalchemy import Select, func, select, update

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import delivering, holding, planning
from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.i18n import speaking
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind as Told
from webapp.messages.models import Message, Status
from webapp.reputation import causes, rules, thresholds, words
from webapp.reputation.causes import Cause
from webapp.reputation.models import CampaignPause
from webapp.reputation.thresholds import Excess, Figures

# Handed over, whatever became of it.
HANDED = (Status.SENT, Status.BOUNCED, Status.UNCERTAIN)
NOTHING = Figures(0, 0, 0)


def watch() -> None:
    """Look at every campaign that is being sent; each has a transaction of its own."""
    with transaction():
        sending = db.session.scalars(
            select(Campaign.id).where(Campaign.status == CampaignStatus.SENDING)
        ).all()
    for campaign_id in sending:
        with transaction():
            look_at(campaign_id)


def look_at(campaign_id: int) -> None:
    """Pause the campaign when it does harm; figures that somebody accepted count no more."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        return
    before = db.session.get(CampaignPause, campaign_id, populate_existing=True)
    if before is not None and before.resumed_at is None:
        _accept(before, count(campaign))
        return
    limits = rules.of(campaign.workspace_id)
    settled = _settled(before)
    harm = _harm(campaign)
    matters = thresholds.most_that_matters(harm.since(settled), limits)
    if matters < limits.least:
        return
    found = Figures(
        _handed(campaign, settled.handed + matters + 1), harm.bounces, harm.complaints
    )
    excess = thresholds.excess(found.since(settled), limits)
    if excess:
        _pause(campaign, excess, found)


def count(campaign: Campaign) -> Figures:
    """The figures of a campaign as they stand."""
    harm = _harm(campaign)
    return Figures(_handed(campaign), harm.bounces, harm.complaints)


def _harm(campaign: Campaign) -> Figures:
    """Bounces and complaints alone: few rows each, found along their indexes."""
    bounces = (
        select(func.count())
        .select_from(Message)
        .outerjoin(
            MessageReport,
            (MessageReport.message_id == Message.id)
            & (MessageReport.kind == Told.BOUNCE),
        )
        .where(
            Message.campaign_id == campaign.id,
            Message.status == Status.BOUNCED,
            causes.expression() == Cause.HARD,
        )
    )
    complaints = (
        select(func.count())
        .select_from(MessageReport)
        .join(Message, Message.id == MessageReport.message_id)
        .where(
            MessageReport.workspace_id == campaign.workspace_id,
            MessageReport.kind == Told.COMPLAINT,
            MessageReport.at >= campaign.created_at,
            Message.campaign_id == campaign.id,
        )
    )
    return Figures(0, _number(bounces), _number(complaints))


def _handed(campaign: Campaign, most: int | None = None) -> int:
    """Messages handed over, counted no further than it matters."""
    handed = (
        select(Message.id)
        .where(Message.campaign_id == campaign.id, Message.status.in_(HANDED))
        .limit(most)
        .subquery()
    )
    return _number(select(func.count()).select_from(handed))


def _number(counted: Select[int]) -> int:
    return db.session.scalar(counted) or 0


def _settled(before: CampaignPause | None) -> Figures:
    if before is None:
        return NOTHING
    return Figures(before.handed, before.bounces, before.complaints)


def _accept(before: CampaignPause, found: Figures) -> None:
    """It goes on because somebody read the figures: what comes from now on is judged alone."""
    db.session.execute(
        update(CampaignPause)
        .where(CampaignPause.campaign_id == before.campaign_id)
        .values(
            handed=found.handed,
            bounces=found.bounces,
            complaints=found.complaints,
            resumed_at=clock.now(),
        )
    )


def _pause(campaign: Campaign, excess: Excess, found: Figures) -> None:
    planning.lock(campaign)
    if campaign.status != CampaignStatus.SENDING:
        return
    delivering.pause(campaign)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    with speaking(workspace.locale):
        holding.ask(campaign, words.of_excess(excess))
    db.session.merge(
        CampaignPause(
            campaign_id=campaign.id,
            paused_at=clock.now(),
            handed=found.handed,
            bounces=found.bounces,
            complaints=found.complaints,
            resumed_at=None,
        )
    )
    auditing.record(
        workspace,
        "campaign.paused_by_itself",
        campaign,
        because=excess.what,
        number=excess.number,
        messages=excess.handed,
    )
