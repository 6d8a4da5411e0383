"""What changed between a form's being shown and sent: nobody's change is overwritten unseen."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from webapp.contacts import changing, records, tidying
from webapp.contacts.models import Contact, ContactRecord
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class ChangedMeanwhile(DomainError):
    """Somebody else changed the same field since the form was shown."""

    message = _l("Somebody changed this meanwhile. Save again to keep what you typed.")

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = tuple(names)


def mark(contact: Contact) -> int:
    """How far the changes of a contact go: what a form keeps until it is sent."""
    newest = select(func.max(ContactRecord.id)).where(
        ContactRecord.contact_id == contact.id
    )
    return db.session.scalar(newest) or 0


def settle(contact: Contact, values: Mapping[str, Any], seen: int) -> dict[str, Any]:
    """The values of a form that was shown at a mark, without those that only others touched since.

    :raises ChangedMeanwhile: naming the fields that both touched.
    """
    told = tidying.tidy(values, contact)
    settled, conflicts = dict(values), []
    for name, was in _before(contact, seen).items():
        wanted = records.stored(told.get(name))
        if name not in values or changing.is_same(wanted, was):
            settled.pop(name, None)
        elif not changing.is_same(wanted, records.value(contact, name)):
            conflicts.append(name)
    if conflicts:
        raise ChangedMeanwhile(conflicts)
    return settled


def _before(contact: Contact, seen: int) -> dict[str, Any]:
    """What stood at the mark in each field that changed since."""
    before: dict[str, Any] = {}
    for record in records.history(contact):
        if record.id > seen:
            before.update({name: record.replaced.get(name) for name in record.given})
    return before
