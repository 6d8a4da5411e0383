"""Rows of a campaign taken in hand by one deliverer, given back, or taken from the dead."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select, text, update

from webapp.campaigns.models import Campaign
from webapp.campaigns.models import Status as CampaignStatus
from webapp.core import clock
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages import leases, moves
from webapp.messages.models import Message, Status

# What a fast server takes in a third of a second: more rows a claim gain little.
CLAIM = 1000
_LOCK_CLASS = 0x766F6C70


def claim(campaign_id: int, lease: str) -> list[int]:
    """Take up to CLAIM due messages; none when enough deliverers are at this campaign."""
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, :campaign)"),
        {"kind": _LOCK_CLASS, "campaign": campaign_id % 2**31},
    )
    if deliverers(campaign_id) >= most_deliverers():
        return []
    due = (
        select(Message.id)
        .where(_due(campaign_id), _is_sending(campaign_id))
        .order_by(Message.not_before, Message.id)
        .limit(CLAIM)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalars(
        update(Message)
        .where(Message.id.in_(due))
        .values(
            status=Status.CLAIMED,
            leased_by=lease,
            leased_until=clock.now() + leases.duration(),
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken)


def give_back(lease: str, wait: timedelta) -> None:
    """Let go of what was claimed and never marked; nobody takes it before `wait`."""
    db.session.execute(
        update(Message)
        .where(Message.leased_by == lease, Message.status == Status.CLAIMED)
        .values(
            status=Status.PENDING,
            leased_by=None,
            leased_until=None,
            not_before=clock.now() + wait,
        )
        .execution_options(synchronize_session=False)
    )


def expire_leases() -> None:
    """Take messages from workers that died: what may have left is uncertain for good."""
    now = clock.now()
    lapsed = and_(Message.leased_until < now, Message.campaign_id.is_not(None))
    db.session.execute(
        update(Message)
        .where(lapsed, Message.status == Status.CLAIMED)
        .values(status=Status.PENDING, leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    # The lease's name stays: if its holder lives after all, it still writes what it knows.
    db.session.execute(
        update(Message)
        .where(lapsed, Message.status == Status.SENDING)
        .values(status=Status.UNCERTAIN, leased_until=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def deliverers(campaign_id: int) -> int:
    """How many deliverers have messages of this campaign in hand."""
    return (
        db.session.scalar(
            select(func.count(Message.leased_by.distinct())).where(
                Message.campaign_id == campaign_id,
                Message.status.in_(moves.IN_HAND),
                Message.leased_until >= clock.now(),
            )
        )
        or 0
    )


def most_deliverers() -> int:
    """One for each worker process: threads share the processor, processes do not."""
    return settings().worker_processes


def due_claims(campaign_id: int) -> int:
    """How many claims the messages that are due would fill, as far as it matters."""
    most = CLAIM * most_deliverers()
    some = select(Message.id).where(_due(campaign_id)).limit(most).subquery()
    count = db.session.scalar(select(func.count()).select_from(some)) or 0
    return -(-count // CLAIM)


def is_done(campaign_id: int) -> bool:
    """Whether no message is left in a state it can leave: counted, never assumed."""
    unfinished = exists().where(
        Message.campaign_id == campaign_id,
        Message.status.in_(set(Status) - moves.FINAL),
    )
    return not db.session.scalar(select(unfinished))


def skip_waiting(campaign_id: int, reason: str) -> None:
    """Write off what nobody has begun to send."""
    db.session.execute(
        update(Message)
        .where(
            Message.campaign_id == campaign_id,
            Message.status.in_(moves.WAITING | {Status.CLAIMED}),
        )
        .values(
            status=Status.SKIPPED,
            reason=reason,
            leased_by=None,
            leased_until=None,
            finished_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def _due(campaign_id: int) -> ColumnElement[bool]:
    return and_(
        Message.campaign_id == campaign_id,
        Message.status.in_(moves.WAITING),
        Message.not_before <= clock.now(),
    )


def _is_sending(campaign_id: int) -> ColumnElement[bool]:
    return exists().where(
        Campaign.id == campaign_id, Campaign.status == CampaignStatus.SENDING
    )
