"""A person moves to another address: confirmed in the new mailbox, told to the old one, undone from there."""

from sqlalchemy import func, select, update

from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import Basis, ConsentEvent, ConsentState, Purpose, State
from webapp.contacts import editing
from webapp.contacts.changing import AddressIsTaken
from webapp.contacts.models import AddressChange, Contact
from webapp.core import addresses, clock, installation, tokens
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.subscriptions import address_changes, blocks, capping, confirming
from webapp.subscriptions.address_changes import MOVED, RESTORED, VALID, Standing

MOST_A_DAY = 5


class AddressIsTheSame(DomainError):
    """The contact has this address already."""

    message = _l("This is the address we write to now.")
    status = 422


class MovingIsFrozen(DomainError):
    """The last move was undone: no other is taken for a while."""

    message = _l(
        "Your address was changed back not long ago. For your safety, it cannot be "
        "changed here for 30 days."
    )
    status = 422


def ask(workspace: Workspace, contact: Contact, typed: str) -> None:
    """Mail a link to the new address; whether one leaves, and who has the address, shows nowhere.

    :raises AddressIsNotValid: when it cannot be an address.
    :raises AddressIsTheSame: when it is the contact's own.
    :raises MovingIsFrozen: when the last move was undone a short while ago.
    """
    address = addresses.normalise(typed)
    if addresses.key(address) == addresses.key(contact.email):
        raise AddressIsTheSame
    if address_changes.is_frozen(contact):
        raise MovingIsFrozen
    mark = capping.mark(address)
    capping.one_at_a_time(mark)
    if _had_enough(contact, mark) or blocks.is_blocked(workspace.id, address):
        return
    address_changes.expire(contact)
    token, now = tokens.random_token(), clock.now()
    db.session.add(
        AddressChange(
            workspace_id=workspace.id,
            contact_id=contact.id,
            new_address=address,
            new_address_hash=mark,
            token_hash=tokens.fingerprint(token),
            requested_at=now,
            expires_at=now + VALID,
        )
    )
    _write("new_address", address, Kind.CONFIRMATION, contact, f"/address/new/{token}")


def confirm(token: str) -> Standing | None:
    """The person pressed the button in the new mailbox: they are written to there from now on.

    Says where it stood before; None for a link we do not know.
    """
    change = address_changes.find(token, lock=True)
    if change is None:
        return None
    before = address_changes.standing(change)
    if before is not Standing.OPEN:
        return before
    try:
        _move(change)
    except AddressIsTaken:
        return Standing.TAKEN
    return before


def undo(token: str) -> Standing | None:
    """It was not the person: back to the old address, where they stay for a while.

    Says where it stood before; None for a link we do not know.
    """
    change = address_changes.find_undo(token, lock=True)
    if change is None:
        return None
    before = address_changes.undo_standing(change)
    if before is not Standing.OPEN:
        return before
    try:
        _restore(change)
    except AddressIsTaken:
        return Standing.TAKEN
    return before


def _move(change: AddressChange) -> None:
    workspace, contact = _whose(change)
    former = contact.email
    editing.move(workspace, contact, change.new_address, "contact.address_changed")
    was_dead = (
        suppression.reason_for(workspace, former) is SuppressionReason.HARD_BOUNCE
    )
    suppression.follow(workspace, contact, former)
    confirming.expire(contact)
    _stand_by(contact, change, MOVED, former)
    token = tokens.random_token()
    change.old_address, change.undo_hash = former, tokens.fingerprint(token)
    change.confirmed_at = clock.now()
    if not was_dead:
        _write("old_address", former, Kind.SERVICE, contact, f"/address/old/{token}")


def _restore(change: AddressChange) -> None:
    workspace, contact = _whose(change)
    former = contact.email
    editing.move(workspace, contact, change.old_address, "contact.address_restored")
    suppression.let_go(workspace, contact, former)
    confirming.expire(contact)
    address_changes.expire(contact)
    _stand_by(contact, change, RESTORED, former)
    # Whoever took the contact further from the wrong mailbox cannot take them back there.
    db.session.execute(
        update(AddressChange)
        .where(AddressChange.contact_id == contact.id, AddressChange.id >= change.id)
        .values(undone_at=clock.now())
    )


def _stand_by(contact: Contact, change: AddressChange, how: str, former: str) -> None:
    """What the person agreed to goes with them, and the proof says from which mailbox to which."""
    rows = db.session.execute(
        select(Purpose, ConsentEvent.text_id)
        .join(ConsentState, ConsentState.purpose_id == Purpose.id)
        .join(ConsentEvent, ConsentEvent.id == ConsentState.event_id)
        .where(
            ConsentState.contact_id == contact.id,
            ConsentState.state == State.GIVEN,
            ConsentState.basis == Basis.CONSENT,
        )
        .order_by(Purpose.id)
    ).all()
    for purpose, text_id in rows:
        evidence = Evidence(
            how,
            text_id=text_id,
            detail={"move": change.id},
            sealed={"former_address": former},
        )
        ledger.record(contact, purpose, State.GIVEN, evidence)


def _write(template: str, to: str, kind: Kind, contact: Contact, path: str) -> None:
    """Nothing the person typed is in the mail, nor anything we know of them."""
    posting.post(
        template,
        to=to,
        workspace=db.session.get_one(Workspace, contact.workspace_id),
        locale=contact.language,
        kind=kind,
        content={"url": installation.address(path)},
    )


def _whose(change: AddressChange) -> tuple[Workspace, Contact]:
    return (
        db.session.get_one(Workspace, change.workspace_id),
        db.session.get_one(Contact, change.contact_id, with_for_update=True),
    )


def _had_enough(contact: Contact, mark: bytes) -> bool:
    """Links to the address count with all sign-up mails it got; one person writes to few addresses."""
    own = select(func.count()).where(
        AddressChange.contact_id == contact.id,
        AddressChange.requested_at > clock.ago(days=1),
    )
    return (db.session.scalar(own) or 0) >= MOST_A_DAY or capping.had_too_many(mark)
