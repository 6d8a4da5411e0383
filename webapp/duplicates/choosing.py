"""Which of two contacts stays: the one whose address may be written to."""

from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.duplicates import refusals


def in_order(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Who stays and who is absorbed, unless a colleague chooses otherwise."""
    if _weight(other) > _weight(one):
        return other, one
    return one, other


def _weight(contact: Contact) -> tuple[object, ...]:
    """Consents cannot go along to another address, everything else can."""
    agreed = list(refusals.states(contact).values()).count(State.GIVEN)
    is_open = not refusals.is_stopped(contact)
    # Then the address they used last, then the contact known for longest.
    return (is_open and agreed > 0, agreed, contact.last_contact_at, -contact.id)
