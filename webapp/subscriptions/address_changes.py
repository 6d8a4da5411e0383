"""The moves of people to another address: what can still be done with them, and for how long."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.models import AddressChange, Contact
from webapp.core import clock, tokens
from webapp.core.db import db

VALID = timedelta(days=1)
# How long the old mailbox can take the contact back, and keeps them there once it did.
UNDO = timedelta(days=30)
# A link that ended still says so for a while.
KEPT = timedelta(days=7)
# How the ledger says that consent went along.
METHODS = MOVED, RESTORED = "new_address", "address_restored"


class Standing(StrEnum):
    """What a link about a move can still do."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"
    # Somebody else is known by the address.
    TAKEN = "taken"


def find(token: str, *, lock: bool = False) -> AddressChange | None:
    """The move that this link confirms; locked, nobody else acts on it before the commit."""
    return _find(AddressChange.token_hash == tokens.fingerprint(token), lock=lock)


def find_undo(token: str, *, lock: bool = False) -> AddressChange | None:
    """The move that this link undoes."""
    return _find(AddressChange.undo_hash == tokens.fingerprint(token), lock=lock)


def standing(change: AddressChange) -> Standing:
    """What can be done with the link to the new address, now."""
    if change.confirmed_at:
        return Standing.EXPIRED if change.undone_at else Standing.DONE
    if change.expires_at <= clock.now():
        return Standing.EXPIRED
    return Standing.TAKEN if _is_taken(change, change.new_address) else Standing.OPEN


def undo_standing(change: AddressChange) -> Standing:
    """What can be done with the link to the old address, now."""
    if change.undone_at:
        return Standing.DONE
    if (change.confirmed_at or change.requested_at) <= clock.now() - UNDO:
        return Standing.EXPIRED
    return Standing.TAKEN if _is_taken(change, change.old_address) else Standing.OPEN


def at_new_address(change: AddressChange) -> Contact | None:
    """Whom the workspace knows by the new address, as long as the link to it is young."""
    if change.expires_at <= clock.now():
        return None
    return _known_by(change, change.new_address)


def expire(contact: Contact) -> None:
    """Only the last link asked for is good."""
    db.session.execute(
        update(AddressChange)
        .where(
            AddressChange.contact_id == contact.id,
            AddressChange.confirmed_at.is_(None),
            AddressChange.expires_at > clock.now(),
        )
        .values(expires_at=clock.now())
    )


def is_frozen(contact: Contact) -> bool:
    """Whether the old mailbox undid a move of the contact a short while ago."""
    lately = select(AddressChange.id).where(
        AddressChange.contact_id == contact.id,
        AddressChange.undone_at > clock.now() - UNDO,
    )
    return db.session.scalar(lately.limit(1)) is not None


def purge() -> None:
    """Forget moves nobody confirmed, and those the old mailbox can no more undo."""
    now = clock.now()
    unanswered = AddressChange.confirmed_at.is_(None) & (
        AddressChange.expires_at <= now - KEPT
    )
    over = (AddressChange.confirmed_at <= now - UNDO) & or_(
        AddressChange.undone_at.is_(None), AddressChange.undone_at <= now - UNDO
    )
    db.session.execute(
        delete(AddressChange).where(or_(unanswered, over)),
        execution_options={"synchronize_session": False},
    )


def count_mails_to(mark: bytes, since: timedelta) -> int:
    """How many links were mailed to an address in this time, in the whole installation."""
    asked = select(func.count()).where(
        AddressChange.new_address_hash == mark,
        AddressChange.requested_at > clock.now() - since,
    )
    return db.session.scalar(asked) or 0


def _find(which: ColumnElement[bool], *, lock: bool) -> AddressChange | None:
    query = select(AddressChange).where(which)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def _is_taken(change: AddressChange, address: str) -> bool:
    known = _known_by(change, address)
    return known is not None and known.id != change.contact_id


def _known_by(change: AddressChange, address: str) -> Contact | None:
    workspace = db.session.get_one(Workspace, change.workspace_id)
    return queries.find_by_email(workspace, address)
