"""Until when messages to a contact went to another address than today's."""

from sqlalchemy import exists, literal, select
from sqlalchemy.dialects.postgresql import insert

from webapp.contacts.events import AddressEntered
from webapp.core import clock
from webapp.core.db import db
from webapp.incoming.models import AddressSince
from webapp.messages.models import Message


def remember(fact: AddressEntered) -> None:
    """What comes back from now on of earlier messages speaks of the address before.

    A contact that was never written to has no address before.
    """
    written_to = exists().where(Message.contact_id == fact.contact_id)
    moved = insert(AddressSince).from_select(
        ["contact_id", "since"],
        select(literal(fact.contact_id), literal(clock.now())).where(written_to),
    )
    db.session.execute(
        moved.on_conflict_do_update(
            index_elements=["contact_id"], set_={"since": moved.excluded.since}
        )
    )
