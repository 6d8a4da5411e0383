"""The addresses no newsletter goes to again, known by a keyed hash that outlives the contact."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.contacts.events import AddressEntered
from webapp.contacts.models import Contact
from webapp.core import addresses, clock
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.deliverability.models import Suppression, SuppressionReason


@dataclass(frozen=True)
class Tally:
    """How many addresses are suppressed for one reason."""

    reason: SuppressionReason
    addresses: int


def suppress(
    workspace: Workspace,
    address: str,
    reason: SuppressionReason,
    contact: Contact | None = None,
) -> None:
    """Never write to the address again; the first reason stands, and asking twice does no harm.

    The contact with the address is found when it is not given.
    """
    known = contact or contacts.find_by_email(workspace, address)
    contact_id = known.id if known else None
    db.session.execute(
        insert(Suppression)
        .values(
            workspace_id=workspace.id,
            address_hash=_mark(address),
            contact_id=contact_id,
            reason=reason,
            created_at=clock.now(),
        )
        .on_conflict_do_update(
            index_elements=["workspace_id", "address_hash"],
            set_={"contact_id": contact_id},
        )
    )


def lift(workspace: Workspace, contact: Contact) -> None:
    """The person asked for our mail again, and proved the address."""
    db.session.execute(
        delete(Suppression).where(
            Suppression.workspace_id == workspace.id,
            (Suppression.address_hash == _mark(contact.email))
            | (Suppression.contact_id == contact.id),
        )
    )


def is_suppressed(workspace: Workspace, address: str) -> bool:
    """Whether the address must not get a newsletter."""
    return reason_for(workspace, address) is not None


def reason_for(workspace: Workspace, address: str) -> SuppressionReason | None:
    """Why the address must not get a newsletter; None when it may."""
    found = db.session.scalar(
        select(Suppression.reason).where(
            Suppression.workspace_id == workspace.id,
            Suppression.address_hash == _mark(address),
        )
    )
    return SuppressionReason(found) if found else None


def find(workspace: Workspace, contact: Contact) -> Suppression | None:
    """The suppression that stops mail to this contact, if any."""
    return db.session.scalar(
        select(Suppression).where(
            Suppression.workspace_id == workspace.id,
            Suppression.contact_id == contact.id,
        )
    )


def tallies(workspace: Workspace) -> list[Tally]:
    """How many addresses are suppressed, by reason, the most frequent first."""
    rows = db.session.execute(
        select(Suppression.reason, func.count())
        .where(Suppression.workspace_id == workspace.id)
        .group_by(Suppression.reason)
        .order_by(func.count().desc())
    )
    return [Tally(SuppressionReason(reason), number) for reason, number in rows]


def recognise(fact: AddressEntered) -> None:
    """A contact that comes (back) with a suppressed address is suppressed at once."""
    db.session.execute(
        update(Suppression)
        .where(
            Suppression.workspace_id == fact.workspace_id,
            Suppression.address_hash == _mark(fact.email),
        )
        .values(contact_id=fact.contact_id)
    )


def follow(workspace: Workspace, contact: Contact, former: str) -> None:
    """The contact moved here from a former address: what they refused is refused here too.

    A dead mailbox stays behind; and one that was dead here is not, since our mail came through.
    """
    refused = reason_for(workspace, former)
    let_go(workspace, contact, former)
    if reason_for(workspace, contact.email) is SuppressionReason.HARD_BOUNCE:
        lift(workspace, contact)
    if refused not in {None, SuppressionReason.HARD_BOUNCE}:
        suppress(workspace, contact.email, refused, contact)


def let_go(workspace: Workspace, contact: Contact, former: str) -> None:
    """What stands against a former address of the contact stands against them no more."""
    db.session.execute(
        update(Suppression)
        .where(
            Suppression.workspace_id == workspace.id,
            Suppression.contact_id == contact.id,
            Suppression.address_hash == _mark(former),
        )
        .values(contact_id=None)
    )


def _mark(address: str) -> bytes:
    return addresses.keyed_hash(address, derived_key("suppression"))
