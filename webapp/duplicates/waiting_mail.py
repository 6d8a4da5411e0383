"""What waits to leave to a contact that is absorbed does not leave; nobody gets a campaign twice."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from webapp.campaigns import claiming
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.duplicates import images
from webapp.duplicates.journal import Journal
from webapp.messages import moves
from webapp.messages.models import Message, Status

MERGED = "merged"
# It reached them, or may have.
_LEFT = (Status.SENT, Status.UNCERTAIN)


class MessageIsLeaving(DomainError):
    """A message to one of the two is in the hands of a mail server."""

    message = _l(
        "A message is leaving to one of these contacts at this very moment. Try again"
        " in a minute."
    )


def stop(survivor: Contact, absorbed: Contact, journal: Journal) -> None:
    """Skip what waits for the absorbed, and what the survivor would get a second time.

    :raises MessageIsLeaving: when it is too late for that, for a moment.
    """
    waiting = _waiting(survivor, absorbed)
    for campaign_id in sorted({one.campaign_id for one in waiting if one.campaign_id}):
        claiming.keep_from_marking(campaign_id)
    if any(_is_leaving(one) for one in waiting):
        raise MessageIsLeaving
    if not waiting:
        return
    numbers = [one.id for one in waiting if one.contact_id == absorbed.id]
    numbers += _second_ones(survivor, absorbed)
    table = images.table_of(Message)
    journal.change(
        table,
        table.c.id.in_(numbers) & table.c.status.in_(moves.WAITING),
        {
            "status": Status.SKIPPED,
            "reason": MERGED,
            "finished_at": clock.now(),
            # As of every mail that is done with.
            "content": {},
            "recipient": "",
        },
    )


def waiting_for(contact: Contact) -> ColumnElement[bool]:
    """The messages that have not left yet."""
    under_way = [*moves.WAITING, *moves.IN_HAND]
    return (Message.contact_id == contact.id) & Message.status.in_(under_way)


def _waiting(survivor: Contact, absorbed: Contact) -> list[Message]:
    query = select(Message).where(waiting_for(survivor) | waiting_for(absorbed))
    fresh = query.order_by(Message.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


def _is_leaving(message: Message) -> bool:
    return message.status in moves.IN_HAND or claiming.is_in_flight(message)


def _second_ones(survivor: Contact, absorbed: Contact) -> list[int]:
    """Messages to the survivor of campaigns that left to the absorbed."""
    left = aliased(Message)
    return list(
        db.session.scalars(
            select(Message.id)
            .join(left, left.campaign_id == Message.campaign_id)
            .where(
                waiting_for(survivor),
                left.contact_id == absorbed.id,
                left.status.in_(_LEFT),
            )
        )
    )
