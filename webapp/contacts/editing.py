"""Change what is known about a contact; the log names the fields, never the values."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts.events import AddressEntered
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class AddressIsTaken(DomainError):
    """Another contact of the workspace has this address."""

    message = _l("Another contact already has this address.")


def change(workspace: Workspace, contact: Contact, values: dict[str, Any]) -> list[str]:
    """Correct a contact (GDPR article 16) and say which fields changed.

    :raises AddressIsTaken: when another contact has the new address.
    """
    changed = [name for name in values if getattr(contact, name) != values[name]]
    if not changed:
        return []
    _write(contact, {name: values[name] for name in changed})
    if "email" in changed:
        events.publish(AddressEntered(workspace.id, contact.id, contact.email))
    auditing.record(workspace, "contact.changed", contact, fields=sorted(changed))
    return changed


def move(workspace: Workspace, contact: Contact, address: str, action: str) -> None:
    """Give the contact the address they proved to be theirs; `action` is what the log calls it.

    :raises AddressIsTaken: when another contact has it.
    """
    _write(contact, {"email": address, "last_contact_at": clock.now()})
    events.publish(AddressEntered(workspace.id, contact.id, address))
    auditing.record(workspace, action, contact)


def restrict(workspace: Workspace, contact: Contact) -> None:
    """Keep the data and use it for nothing (GDPR article 18)."""
    contact.restricted_at = contact.restricted_at or clock.now()
    auditing.record(workspace, "contact.restricted", contact)


def lift_restriction(workspace: Workspace, contact: Contact) -> None:
    """Use the data again, within what the person agreed to."""
    contact.restricted_at = None
    auditing.record(workspace, "contact.restriction_lifted", contact)


def _write(contact: Contact, values: dict[str, Any]) -> None:
    try:
        with db.session.begin_nested():
            for name, value in values.items():
                setattr(contact, name, value)
            contact.updated_at = clock.now()
    except IntegrityError as error:
        raise AddressIsTaken from error
