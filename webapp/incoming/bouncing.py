"""What follows from refusals: for the messages at once, for the people when it is about them.

Everything is decided from what is stored, never from the order in which it came: the same
refusals, heard in any order and any number of times, leave the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.classifying import Category
from webapp.deliverability.models import SuppressionReason
from webapp.deliverability.reply_patterns import ABOUT_PERSON
from webapp.incoming import suppressing
from webapp.incoming.models import AddressSince, MessageReport
from webapp.incoming.reports import Kind
from webapp.messages import moves
from webapp.messages.models import Message, Status

# A mailbox that is full, or sleeps, may take mail again.
SOFT = frozenset({Category.INACTIVE_MAILBOX, Category.MAILBOX_FULL})
MOST_SOFT = 3
SOFT_SPAN = timedelta(days=15)
# A domain that the DNS does not know may have been forgotten by its owner for a day.
SECOND_LOOK = timedelta(hours=24)
LAST_LOOK = timedelta(days=60)
# The domain itself says that it takes no mail (RFC 7505, RFC 7504): nothing to confirm.
NULL_MX = ("5.1.10",)
NO_MAIL = (521, 556)
# A message that left less than this ago may still come back: it proves no mailbox.
_MAY_COME_BACK = timedelta(days=5)

SENT_ON = func.coalesce(Message.dated_at, Message.created_at)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Refusal:
    """A message was refused: what the refusal is about, and its words."""

    message_id: int
    category: Category
    code: int = 0
    enhanced: str = ""
    text: str = ""
    at: datetime | None = None
    event_id: int | None = None


def refused(refusals: Sequence[Refusal]) -> list[int]:
    """Note what was refused, and stop writing where the refusals are about the person.

    :returns: the messages of which this was not known, or known as less grave.
    """
    # Of two refusals of one message, the graver one stands, whichever came first.
    by_gravity = sorted(refusals, key=lambda refusal: refusal.category.gravity)
    said = {refusal.message_id: refusal for refusal in by_gravity}
    if not said:
        return []
    messages = _locked(said)
    _move(messages, said)
    news = _note(messages, said)
    _about_people(news)
    return sorted(news)


def _locked(ids: Collection[int]) -> Sequence[Message]:
    return db.session.scalars(
        select(Message)
        .where(Message.id.in_(ids))
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _move(messages: Sequence[Message], said: dict[int, Refusal]) -> None:
    """Also out of `sending`: a report can be faster than the note that the server took it."""
    now = clock.now()
    for message in messages:
        if message.status not in moves.sources(Status.BOUNCED):
            continue
        refusal = said[message.id]
        message.status, message.reason = Status.BOUNCED, refusal.category
        message.smtp_code, message.smtp_reply = refusal.code or None, refusal.text
        message.leased_by = message.leased_until = None
        message.finished_at = message.finished_at or now
        message.content, message.recipient = {}, ""
    db.session.flush()


def _note(messages: Sequence[Message], said: dict[int, Refusal]) -> set[int]:
    if not messages:
        return set()
    graver = _rank(MessageReport.category)
    new = insert(MessageReport).values(
        [_row(message, said[message.id]) for message in messages]
    )
    told = ("category", "code", "enhanced", "text", "at", "event_id")
    return set(
        db.session.scalars(
            new.on_conflict_do_update(
                index_elements=["message_id", "kind"],
                set_={column: new.excluded[column] for column in told},
                where=_rank(new.excluded.category) > graver,
            ).returning(MessageReport.message_id)
        )
    )


def _rank(category: ColumnElement[str] | object) -> ColumnElement[int]:
    order = [str(known) for known in ABOUT_PERSON]
    return func.coalesce(func.array_position(order, category), 0)


def _row(message: Message, refusal: Refusal) -> dict[str, object]:
    now = clock.now()
    return {
        "workspace_id": message.workspace_id,
        "message_id": message.id,
        "contact_id": message.contact_id,
        "event_id": refusal.event_id,
        "kind": Kind.BOUNCE,
        "category": refusal.category,
        "code": refusal.code,
        "enhanced": refusal.enhanced,
        "text": refusal.text,
        "at": min(refusal.at or now, now),
    }


def _about_people(news: Collection[int]) -> None:
    """Stop writing to the people whose refusals, with those before, say so."""
    if not news:
        return
    gone = _contacts(_gone().where(MessageReport.message_id.in_(news)))
    suppressing.suppress(gone, SuppressionReason.HARD_BOUNCE)
    tired = _contacts(
        _bounces(MessageReport).where(
            MessageReport.message_id.in_(news), MessageReport.category.in_(SOFT)
        )
    )
    full = _contacts(_full_for_long(tired)) if tired else {}
    suppressing.suppress(full, SuppressionReason.SOFT_BOUNCES)


def _contacts(found: Select[Any]) -> dict[int, int]:
    """The people found, each with the last of the messages concerned."""
    rows = db.session.execute(
        found.with_only_columns(
            MessageReport.contact_id, func.max(MessageReport.message_id)
        ).group_by(MessageReport.contact_id)
    )
    return {int(row[0]): int(row[1]) for row in rows if row[0]}


def _bounces(report: type[MessageReport]) -> Select[Any]:
    """Bounces of messages to the address a contact has today."""
    return (
        select(report)
        .join(Message, Message.id == report.message_id)
        .outerjoin(AddressSince, AddressSince.contact_id == report.contact_id)
        .where(
            report.kind == Kind.BOUNCE,
            report.contact_id.is_not(None),
            func.coalesce(AddressSince.since, LONG_AGO) <= SENT_ON,
        )
    )


def _gone() -> Select[Any]:
    """Bounces that say that there is no such mailbox, or no such domain to this day."""
    other = aliased(MessageReport)
    apart = func.abs(func.extract("epoch", other.at - MessageReport.at))
    seen_twice = (
        select(other.id)
        .where(
            other.contact_id == MessageReport.contact_id,
            other.category == Category.BAD_DOMAIN,
            apart.between(SECOND_LOOK.total_seconds(), LAST_LOOK.total_seconds()),
        )
        .exists()
    )
    says_no = MessageReport.enhanced.in_(NULL_MX) | MessageReport.code.in_(NO_MAIL)
    return _bounces(MessageReport).where(
        or_(
            MessageReport.category == Category.INVALID_RECIPIENT,
            and_(
                MessageReport.category == Category.BAD_DOMAIN,
                or_(says_no, seen_twice),
            ),
        )
    )


def _full_for_long(contact_ids: Collection[int]) -> Select[Any]:
    """Bounces of those to whom nothing has come through for so many messages and so long."""
    arrived = aliased(Message)
    arrived_on = func.coalesce(arrived.dated_at, arrived.created_at)
    last_arrived = (
        select(func.max(arrived_on))
        .where(
            arrived.contact_id == MessageReport.contact_id,
            arrived.status == Status.SENT,
            arrived_on < clock.now() - _MAY_COME_BACK,
        )
        .scalar_subquery()
    )
    return (
        _bounces(MessageReport)
        .where(
            MessageReport.contact_id.in_(contact_ids),
            MessageReport.category.in_(SOFT),
            func.coalesce(last_arrived, LONG_AGO) < SENT_ON,
        )
        .having(
            func.count() >= MOST_SOFT,
            func.max(SENT_ON) - func.min(SENT_ON) >= SOFT_SPAN,
        )
    )
