"""Refusals heard while we sent: what they say of people counts as if it had come back later.

Campaigns write down what servers say in handfuls and stop for nothing; this reads it after them.
"""

from datetime import timedelta

from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.classifying import Category, classify
from webapp.incoming import bouncing, jobs
from webapp.incoming.bouncing import Refusal
from webapp.incoming.models import MessageReport
from webapp.incoming.reports import Kind
from webapp.messages.models import Message, Status

# What one transaction takes; the next one is asked for at once.
HANDFUL = 1000
# Older ones were taken, or speak of a mailbox as it was.
LATELY = timedelta(days=3)


def take() -> None:
    """Act on the refusals that servers gave us lately, and ask again while there are more."""
    fresh = _fresh()
    bouncing.refused([_refusal(message) for message in fresh])
    if len(fresh) == HANDFUL:
        jobs.take_refusals.enqueue()


def _fresh() -> list[Message]:
    told = (
        select(MessageReport.id)
        .where(
            MessageReport.message_id == Message.id, MessageReport.kind == Kind.BOUNCE
        )
        .exists()
    )
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.status == Status.BOUNCED,
                Message.finished_at > clock.now() - LATELY,
                ~told,
            )
            .order_by(Message.id)
            .limit(HANDFUL)
            .with_for_update(skip_locked=True)
        )
    )


def _refusal(message: Message) -> Refusal:
    return Refusal(
        message.id,
        _category(message),
        message.smtp_code or 0,
        text=message.smtp_reply,
        at=message.finished_at,
    )


def _category(message: Message) -> Category:
    """What was found when it was said; else what its words say."""
    if message.reason in set(Category):
        return Category(message.reason)
    return classify(message.smtp_code or 0, "", message.smtp_reply, message.provider)
