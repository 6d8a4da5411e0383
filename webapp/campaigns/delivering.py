"""A campaign under way: delivered claim by claim, paused, resumed, cancelled."""

from sqlalchemy import select, update

from webapp.campaigns import claiming, finishing, jobs, planning, restoring, rounds
from webapp.campaigns.models import Campaign, Status
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.messages import leases
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus

CANCELLED = "cancelled"


def deliver(campaign_id: int) -> None:
    """Send up to one claim of a campaign's due messages, then ask for the next.

    Losing this call, or having it twice, does no harm: the rows say what is to be done.
    """
    with leases.held() as lease:
        with transaction():
            restoring.look()
            ids = claiming.claim(campaign_id, lease)
        if not ids:
            return
        rounds.work_off(campaign_id, ids, lease)
    with transaction():
        _go_on(campaign_id)


def wake() -> None:
    """Ask for what should be under way and is not: the rows remember what brokers lose."""
    restoring.look()
    claiming.expire_leases()
    _skip_what_cancelled_campaigns_left()
    sending = select(Campaign).where(Campaign.status == Status.SENDING)
    for campaign in db.session.scalars(sending):
        finishing.finish_if_done(campaign.id)
        wanted = min(
            claiming.due_claims(campaign.id),
            # A server that does not answer is asked by one deliverer.
            1 if campaign.trouble else claiming.most_deliverers(),
        )
        for _ in range(wanted - claiming.deliverers(campaign.id)):
            jobs.deliver.enqueue(campaign_id=campaign.id)


def pause(campaign: Campaign) -> None:
    """Stop within seconds; messages that left have left."""
    planning.lock(campaign)
    planning.move(campaign, Status.PAUSED)


def resume(campaign: Campaign) -> None:
    """Go on where the campaign was paused."""
    planning.lock(campaign)
    if campaign.status != Status.PAUSED:
        raise planning.CannotMove
    planning.move(campaign, Status.SENDING)
    planning.clear_trouble(campaign)
    jobs.deliver.enqueue(campaign_id=campaign.id)


def cancel(campaign: Campaign) -> None:
    """Stop for good: whoever has not got it will not."""
    planning.lock(campaign)
    planning.move(campaign, Status.CANCELLED)
    planning.clear_trouble(campaign)
    campaign.finished_at = clock.now()
    claiming.skip_waiting(campaign.id, CANCELLED)


def resend_uncertain(campaign: Campaign) -> int:
    """Send again what may not have arrived, because a person said so; how many there are."""
    planning.lock(campaign)
    if campaign.status == Status.SENT:
        planning.move(campaign, Status.SENDING)
        campaign.finished_at = None
    elif campaign.status != Status.SENDING:
        raise planning.CannotMove
    again = db.session.execute(
        update(Message)
        .where(
            Message.campaign_id == campaign.id,
            Message.status == MessageStatus.UNCERTAIN,
        )
        .values(
            status=MessageStatus.PENDING,
            leased_by=None,
            not_before=clock.now(),
            finished_at=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    jobs.deliver.enqueue(campaign_id=campaign.id)
    return len(again)


def _go_on(campaign_id: int) -> None:
    """Ask for the next claim, or find that the campaign is finished."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status != Status.SENDING:
        return
    if not claiming.due_claims(campaign_id):
        finishing.finish_if_done(campaign_id)
    elif not campaign.trouble:
        jobs.deliver.enqueue(campaign_id=campaign_id)


def _skip_what_cancelled_campaigns_left() -> None:
    """A message in hand when its campaign was cancelled may have come back since."""
    lately = select(Campaign.id).where(
        Campaign.status == Status.CANCELLED, Campaign.finished_at > clock.ago(days=1)
    )
    for campaign_id in db.session.scalars(lately):
        claiming.skip_waiting(campaign_id, CANCELLED)
