"""Stop writing to people whose mailbox takes no mail, many at once."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Origin, Suppression, SuppressionReason
from webapp.messages.models import Message


def suppress(found: Mapping[int, int], reason: SuppressionReason) -> None:
    """Suppress today's addresses of contacts; with each, the message that found it out."""
    if not found:
        return
    people = db.session.execute(
        select(Contact.id, Contact.workspace_id, Contact.email, Message.campaign_id)
        .join(Message, Message.contact_id == Contact.id)
        .where(Contact.id.in_(found), Message.id.in_(found.values()))
    )
    # Two spellings can have one mark.
    lines = {
        (workspace_id, mark): {
            "workspace_id": workspace_id,
            "address_hash": mark,
            "contact_id": contact_id,
            "reason": reason,
            "origin": Origin.REPORT,
            "campaign_id": campaign_id,
            "created_at": clock.now(),
        }
        for contact_id, workspace_id, email, campaign_id in people
        for mark in [suppression.mark(email)]
    }
    if not lines:
        return
    new = insert(Suppression).values([lines[key] for key in sorted(lines)])
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "address_hash"],
            set_={"contact_id": new.excluded.contact_id, **suppression.stronger(new)},
        )
    )
