"""Take a change of a profile back: the values of before, as a change of its own."""

from typing import Any

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.contacts import changing, records
from webapp.contacts.models import Contact, ContactRecord
from webapp.contacts.records import UNDO
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l

# A merge moved more than values: it is taken back as a whole, where it was made.
MERGE = "merge"
# A contact is always known by an address, and always spoken to in a language.
NEVER_EMPTY = frozenset({"email", "language"})


class ChangedSince(DomainError):
    """A value that the change gave is another one by now: taking it back would lose that one."""

    message = _l(
        "Something was changed again since. Take the later change back first, or "
        "correct the contact by hand."
    )


class CannotBeUndone(DomainError):
    """It is undone already, or it is how we came to know the contact, or a merge."""

    message = _l("This change cannot be undone here.")


def undo(workspace: Workspace, contact: Contact, record: ContactRecord) -> None:
    """Restore what the change replaced.

    :raises CannotBeUndone: when it is undone already, made the contact, or was a merge.
    :raises ChangedSince: when a value is no longer the one it gave.
    :raises AddressIsTaken: when somebody else has the address of before by now.
    """
    db.session.refresh(contact, with_for_update=True)
    if not can_be_undone(record):
        raise CannotBeUndone
    if later(contact, record):
        raise ChangedSince
    before: dict[str, Any] = {name: record.replaced.get(name) for name in record.given}
    record.undone_at = clock.now()
    _let_stand(record)
    changed = changing.write(contact, before, source=UNDO, source_id=record.id)
    auditing.record(workspace, "contact.change_undone", contact, fields=sorted(changed))


def can_be_undone(record: ContactRecord) -> bool:
    """Whether there is something to go back to, as long as nothing changed since."""
    made_the_contact = bool(NEVER_EMPTY & set(record.given) - set(record.replaced))
    changed_nothing = record.given == record.replaced
    return (
        record.undone_at is None
        and record.source != MERGE
        and not made_the_contact
        and not changed_nothing
    )


def later(contact: Contact, record: ContactRecord) -> list[str]:
    """The fields whose value is no longer the one the change gave."""
    return [
        name
        for name, said in record.given.items()
        if not changing.is_same(records.value(contact, name), said)
    ]


def get(contact: Contact, record_id: int) -> ContactRecord:
    """One change of the contact.

    :raises NotFound: also for a change of somebody else.
    """
    found = db.session.scalar(
        select(ContactRecord).where(
            ContactRecord.contact_id == contact.id, ContactRecord.id == record_id
        )
    )
    if found is None:
        raise NotFound
    return found


def _let_stand(record: ContactRecord) -> None:
    """What an undo took back stands again when the undo itself is taken back."""
    if record.source != UNDO or record.source_id is None:
        return
    first = db.session.get(ContactRecord, record.source_id)
    if first is not None:
        first.undone_at = None
