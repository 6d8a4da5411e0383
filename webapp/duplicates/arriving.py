"""What comes back of messages to an address that was given up is not about today's address."""

from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.duplicates import images
from webapp.duplicates.journal import Journal
from webapp.incoming.models import AddressSince


def note(survivor: Contact, journal: Journal) -> None:
    """From now on, bounces of earlier messages stop nothing; one of today's own comes again."""
    table, now = images.table_of(AddressSince), {"since": clock.now()}
    if not journal.change(table, table.c.contact_id == survivor.id, now):
        journal.add(table, {"contact_id": survivor.id, **now})
