"""A campaign under way: delivered turn by turn, paused, resumed, cancelled."""

from datetime import datetime, timedelta
from functools import lru_cache
from threading import Semaphore

from sqlalchemy import Update, select, update

from webapp.campaigns import (
    claiming,
    deliverers,
    finishing,
    jobs,
    planning,
    restoring,
    rounds,
)
from webapp.campaigns.models import Campaign, Deliverer, Status
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.messages import leases
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus

CANCELLED = "cancelled"
# Between two machines that both keep time.
_CLOCKS_DIFFER = timedelta(minutes=1)


def deliver() -> None:
    """Take the place where a deliverer is needed most, for a turn, and ask for the next.

    Losing this call, or having it twice, does no harm: the rows say what is to be done.
    """
    threads = _threads(deliverers.most_of_a_process())
    if not threads.acquire(blocking=False):
        # The others of this process are kept for urgent mail; `wake` asks again.
        return
    try:
        post = _work()
    finally:
        threads.release()
    if post:
        with transaction():
            _go_on(post.campaign_id)


def wake() -> None:
    """Ask for what should be under way and is not: the rows remember what brokers lose."""
    restoring.look()
    claiming.expire()
    _skip_what_cancelled_campaigns_left()
    sending = select(Campaign).where(Campaign.status == Status.SENDING)
    for campaign in db.session.scalars(sending):
        _follow_the_clock(campaign)
        finishing.finish_if_done(campaign.id)
        for _ in range(_wanted(campaign)):
            jobs.deliver.enqueue()


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
    jobs.deliver.enqueue()


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
    jobs.deliver.enqueue()
    return len(again)


@lru_cache
def _threads(most: int) -> Semaphore:
    return Semaphore(most)


def _work() -> deliverers.Post | None:
    with leases.held(_renewal) as lease:
        with transaction():
            restoring.look()
            post = deliverers.take(lease)
        if post:
            rounds.work_off(post)
    return post


def _go_on(campaign_id: int) -> None:
    """Ask for the next turn, of whichever campaign, or find that this one is finished."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.status != Status.SENDING:
        jobs.deliver.enqueue()
    elif not claiming.due(campaign_id, 1):
        finishing.finish_if_done(campaign_id)
        jobs.deliver.enqueue()
    elif not campaign.trouble:
        jobs.deliver.enqueue()


def _follow_the_clock(campaign: Campaign) -> None:
    """Who was due when the campaign began stays due when the clock is set back."""
    if (
        campaign.started_at is None
        or campaign.started_at <= clock.now() + _CLOCKS_DIFFER
    ):
        return
    db.session.execute(
        update(Message)
        .where(
            Message.campaign_id == campaign.id,
            Message.status == MessageStatus.PENDING,
            Message.not_before <= campaign.started_at,
        )
        .values(not_before=clock.now())
        .execution_options(synchronize_session=False)
    )
    campaign.started_at = clock.now()


def _wanted(campaign: Campaign) -> int:
    """How many more deliverers are worth a try, on whichever machine has room for one."""
    # A server that does not answer is asked by one deliverer.
    most = 1 if campaign.trouble else deliverers.most()
    due = claiming.due(campaign.id, most * claiming.WORTH_A_DELIVERER)
    by_amount = -(-due // claiming.WORTH_A_DELIVERER)
    lanes = len(claiming.due_providers(campaign.id)) if due else 0
    return min(max(by_amount, lanes), most) - deliverers.at(campaign.id)


def _renewal(lease: str, until: datetime) -> Update:
    return update(Deliverer).where(Deliverer.lease == lease).values(until=until)


def _skip_what_cancelled_campaigns_left() -> None:
    """A message in hand when its campaign was cancelled may have come back since."""
    lately = select(Campaign.id).where(
        Campaign.status == Status.CANCELLED, Campaign.finished_at > clock.ago(days=1)
    )
    for campaign_id in db.session.scalars(lately):
        claiming.skip_waiting(campaign_id, CANCELLED)
