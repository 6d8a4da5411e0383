"""What comes back of messages to an address that was given up is not about today's address."""

from sqlalchemy import exists, select

from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import images
from webapp.duplicates.journal import Journal
from webapp.incoming.models import AddressSince
from webapp.messages.models import Message


def note(survivor: Contact, absorbed: Contact, journal: Journal) -> None:
    """From now on, bounces of earlier messages stop nothing; one of today's own comes again."""
    table = images.table_of(AddressSince)
    journal.put_aside(table, table.c.contact_id == absorbed.id)
    written_to = exists().where(Message.contact_id == absorbed.id)
    if not db.session.scalar(select(written_to)):
        return
    now = {"since": clock.now()}
    if not journal.change(table, table.c.contact_id == survivor.id, now):
        journal.add(table, {"contact_id": survivor.id, **now})
