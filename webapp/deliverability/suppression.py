"""The addresses no newsletter goes to again, known by a keyed hash that outlives the contact."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.dml import Insert

from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.contacts.events import AddressEntered
from webapp.contacts.models import Contact
from webapp.core import addresses, clock
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability.models import Origin, Suppression, SuppressionReason

# Somebody's will: they alone undo it, by signing up again and proving the address.
REFUSALS = frozenset(
    {
        SuppressionReason.UNSUBSCRIBED_FROM_ALL,
        SuppressionReason.COMPLAINT,
        SuppressionReason.ERASED,
        SuppressionReason.STAFF,
    }
)
# The same with what they refused under another address: a refusal of this one is stronger.
OF_THE_PERSON = REFUSALS | {SuppressionReason.MERGED}
# A mailbox that takes no mail says nothing about what the person wants.
DEAD_MAILBOX = frozenset(
    {SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCES}
)


class OnlyThePersonMayLift(DomainError):
    """The person refused our mail: no colleague can want it in their place."""

    status = 409
    message = _l(
        "This person refused your mail. They alone can undo that, by signing up again"
        " and confirming from their own inbox."
    )


class NotSuppressed(DomainError):
    """There is nothing to lift."""

    message = _l("This address is not suppressed.")


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
    *,
    origin: Origin | None = None,
    campaign_id: int | None = None,
) -> None:
    """Never write to the address again; asking twice does no harm.

    The first reason stands, but a refusal takes the place of a mailbox that failed. The
    contact with the address is found when it is not given.
    """
    known = contact or contacts.find_by_email(workspace, address)
    new = insert(Suppression).values(
        workspace_id=workspace.id,
        address_hash=mark(address),
        contact_id=known.id if known else None,
        reason=reason,
        origin=origin or "",
        campaign_id=campaign_id,
        created_at=clock.now(),
    )
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["workspace_id", "address_hash"],
            set_={"contact_id": new.excluded.contact_id, **stronger(new)},
        )
    )


def stronger(new: Insert) -> dict[str, object]:
    """What a line takes over from a new one: all of it, where the new one alone is a refusal."""
    wins = and_(Suppression.reason.not_in(REFUSALS), new.excluded.reason.in_(REFUSALS))
    return {
        column.name: case((wins, new.excluded[column.name]), else_=column)
        for column in (
            Suppression.reason,
            Suppression.origin,
            Suppression.campaign_id,
            Suppression.created_at,
        )
    }


def lift(workspace: Workspace, contact: Contact) -> None:
    """The person asked for our mail again, and proved the address."""
    db.session.execute(
        delete(Suppression).where(
            Suppression.workspace_id == workspace.id,
            (Suppression.address_hash == mark(contact.email))
            | (Suppression.contact_id == contact.id),
        )
    )


def lift_by_hand(workspace: Workspace, address: str) -> Suppression:
    """A colleague knows that the mailbox takes mail again; the line that stood, for the audit log.

    :raises NotSuppressed: when nothing stands against the address.
    :raises OnlyThePersonMayLift: when the person refused our mail.
    """
    found = look_up(workspace, address)
    if found is None:
        raise NotSuppressed
    if found.reason in OF_THE_PERSON:
        raise OnlyThePersonMayLift
    db.session.delete(found)
    db.session.flush()
    return found


def look_up(workspace: Workspace, address: str) -> Suppression | None:
    """What stands against this address, if anything: found by its mark."""
    here = (workspace.id, mark(address))
    return db.session.get(Suppression, here, populate_existing=True)


def is_suppressed(workspace: Workspace, address: str) -> bool:
    """Whether the address must not get a newsletter."""
    return reason_for(workspace, address) is not None


def reason_for(workspace: Workspace, address: str) -> SuppressionReason | None:
    """Why the address must not get a newsletter; None when it may."""
    found = db.session.scalar(
        select(Suppression.reason).where(
            Suppression.workspace_id == workspace.id,
            Suppression.address_hash == mark(address),
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


def dead_mailboxes(workspace: Workspace) -> Select[int | None]:
    """The contacts whose mailbox took no mail: a fact about it, not a wish of theirs."""
    return select(Suppression.contact_id).where(
        Suppression.workspace_id == workspace.id,
        Suppression.reason.in_(DEAD_MAILBOX),
        Suppression.contact_id.is_not(None),
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
            Suppression.address_hash == mark(fact.email),
        )
        .values(contact_id=fact.contact_id)
    )


def follow(workspace: Workspace, contact: Contact, former: str) -> None:
    """The contact moved here from a former address: what they refused is refused here too.

    A dead mailbox stays behind; and one that was dead here is not, since our mail came through.
    """
    refused = reason_for(workspace, former)
    let_go(workspace, contact, former)
    if reason_for(workspace, contact.email) in DEAD_MAILBOX:
        lift(workspace, contact)
    if refused is not None and refused not in DEAD_MAILBOX:
        suppress(workspace, contact.email, refused, contact)


def let_go(workspace: Workspace, contact: Contact, former: str) -> None:
    """What stands against a former address of the contact stands against them no more."""
    db.session.execute(
        update(Suppression)
        .where(
            Suppression.workspace_id == workspace.id,
            Suppression.contact_id == contact.id,
            Suppression.address_hash == mark(former),
        )
        .values(contact_id=None)
    )


def mark(address: str) -> bytes:
    """By what we recognise an address without keeping it."""
    return addresses.keyed_hash(address, secret())


def secret() -> bytes:
    """The key of all marks of this installation."""
    return derived_key("suppression")
