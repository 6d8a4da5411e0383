"""Which mails that are no newsletter wait, and what became of them."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update

from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Kind, Message, Status
from webapp.messages.moves import WAITING

# A sweep asks for no more than this; the next one comes in seconds.
SWEEP = 500


def lock_due(message_id: int) -> Message | None:
    """The mail, ours until the end of the transaction, if it may be sent now."""
    return db.session.scalars(
        select(Message)
        .where(
            Message.id == message_id,
            Message.campaign_id.is_(None),
            Message.status.in_(WAITING),
            Message.not_before <= clock.now(),
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()


def lock_in_hand(message_id: int, lease: str) -> Message | None:
    """The mail this lease is sending, unless it was taken away in the meantime."""
    return db.session.scalars(
        select(Message)
        .where(
            Message.id == message_id,
            Message.status == Status.SENDING,
            Message.leased_by == lease,
        )
        .with_for_update()
    ).one_or_none()


def claim_overdue(until: datetime) -> list[int]:
    """The mails that wait although they are due, each asked for once until then."""
    now = clock.now()
    asked_for = and_(Message.leased_until.is_not(None), Message.leased_until >= now)
    due = (
        select(Message.id)
        .where(
            Message.campaign_id.is_(None),
            Message.status.in_(WAITING),
            Message.not_before <= now,
            ~asked_for,
        )
        .order_by(Message.not_before, Message.id)
        .limit(SWEEP)
        .with_for_update(skip_locked=True)
    )
    return list(
        db.session.scalars(
            update(Message)
            .where(Message.id.in_(due))
            .values(leased_until=until)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
    )


def lost_in_sending() -> list[Message]:
    """The mails, locked, whose worker died with them in hand."""
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.campaign_id.is_(None),
                Message.status == Status.SENDING,
                or_(Message.leased_until.is_(None), Message.leased_until < clock.now()),
            )
            .limit(SWEEP)
            .with_for_update(skip_locked=True)
        )
    )


def count_written_to(contact_id: int, kind: Kind, since: timedelta) -> int:
    """How many messages of a kind were written to the contact in this time up to now."""
    lately = select(func.count()).where(
        Message.contact_id == contact_id,
        Message.kind == kind,
        Message.created_at > clock.now() - since,
    )
    return db.session.scalar(lately) or 0


def last_campaign_at(contact_id: int) -> datetime | None:
    """When the contact was last sent a campaign; None when never."""
    newest = (
        select(Message.dated_at)
        .where(
            Message.contact_id == contact_id,
            Message.kind == Kind.CAMPAIGN,
            Message.status.in_((Status.SENT, Status.SENDING, Status.UNCERTAIN)),
        )
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(1)
    )
    return db.session.scalar(newest)
