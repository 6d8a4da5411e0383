"""What colleagues write down about a contact, in their own words."""

from sqlalchemy import select

from webapp.accounts import access, auditing
from webapp.accounts.models import User, Workspace
from webapp.contacts.models import Contact, ContactNote
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l

LONGEST = 2000
# More pinned ones would hide what matters.
MOST_PINNED = 3
# More would be a file about somebody.
MOST = 200


class TooManyPinned(DomainError):
    """As many notes are pinned as fit on the page."""

    message = _l("At most 3 notes can be pinned. Take another pin out first.")


class TooManyNotes(DomainError):
    """There are so many notes that nobody reads them."""

    message = _l("There are 200 notes already. Erase some that no longer matter.")


def write(workspace: Workspace, contact: Contact, body: str) -> ContactNote:
    """Add a note; the log says that there is one, never what it says.

    :raises TooManyNotes: beyond `MOST`.
    """
    if len(of(contact)) >= MOST:
        raise TooManyNotes
    note = ContactNote(
        workspace_id=workspace.id,
        contact_id=contact.id,
        user_id=access.current_user_id(),
        body=body.strip()[:LONGEST],
        written_at=clock.now(),
    )
    db.session.add(note)
    db.session.flush()
    auditing.record(workspace, "contact.note_written", contact)
    return note


def erase(workspace: Workspace, contact: Contact, note: ContactNote) -> None:
    """Remove a note for good."""
    db.session.delete(note)
    auditing.record(workspace, "contact.note_erased", contact)


def pin(contact: Contact, note: ContactNote, *, pinned: bool) -> None:
    """Show a note at the top of the contact's first page, or no longer.

    :raises TooManyPinned: beyond `MOST_PINNED`.
    """
    others = [one for one in of(contact) if one.pinned and one.id != note.id]
    if pinned and len(others) >= MOST_PINNED:
        raise TooManyPinned
    note.pinned = pinned


def of(contact: Contact) -> list[ContactNote]:
    """The notes about a contact: pinned ones first, then the newest."""
    return list(
        db.session.scalars(
            select(ContactNote)
            .where(ContactNote.contact_id == contact.id)
            .order_by(ContactNote.pinned.desc(), ContactNote.id.desc())
        )
    )


def get(contact: Contact, note_id: int) -> ContactNote:
    """One note about the contact.

    :raises NotFound: also for a note about somebody else.
    """
    found = db.session.scalar(
        select(ContactNote).where(
            ContactNote.contact_id == contact.id, ContactNote.id == note_id
        )
    )
    if found is None:
        raise NotFound
    return found


def authors(notes: list[ContactNote]) -> dict[int, str]:
    """The names of those who wrote them, by their number."""
    numbers = {note.user_id for note in notes if note.user_id}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(numbers)))
    return {row.id: row.name for row in rows}
