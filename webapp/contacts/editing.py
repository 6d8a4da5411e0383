"""Change what is known about a contact; the log names the fields, never the values."""

from typing import Any

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts import changing, meanwhile
from webapp.contacts.models import Contact
from webapp.core import clock


def change(
    workspace: Workspace,
    contact: Contact,
    values: dict[str, Any],
    *,
    seen: int | None = None,
) -> list[str]:
    """Correct a contact (GDPR article 16) and say which fields changed.

    :param seen: the mark of the form (`meanwhile.mark`): what others changed since is kept.
    :raises AddressIsTaken: when another contact has the new address.
    :raises ChangedMeanwhile: when somebody else changed the same field since.
    """
    named = changing.named(values)
    if seen is not None:
        named = meanwhile.settle(contact, named, seen)
    changed = sorted(changing.take(contact, named, source="staff"))
    if changed:
        auditing.record(workspace, "contact.changed", contact, fields=changed)
    return changed


def move(workspace: Workspace, contact: Contact, address: str, action: str) -> None:
    """Give the contact the address they proved to be theirs; `action` is what the log calls it.

    :raises AddressIsTaken: when another contact has it.
    """
    contact.last_contact_at = clock.now()
    changing.write(contact, {"email": address}, source="preferences")
    auditing.record(workspace, action, contact)


def restrict(workspace: Workspace, contact: Contact) -> None:
    """Keep the data and use it for nothing (GDPR article 18)."""
    contact.restricted_at = contact.restricted_at or clock.now()
    contact.updated_at = clock.now()
    auditing.record(workspace, "contact.restricted", contact)


def lift_restriction(workspace: Workspace, contact: Contact) -> None:
    """Use the data again, within what the person agreed to."""
    contact.restricted_at, contact.updated_at = None, clock.now()
    auditing.record(workspace, "contact.restriction_lifted", contact)
