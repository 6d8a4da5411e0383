"""A colleague entered somebody by mistake, and says so before anything came of it."""

from sqlalchemy import update

from webapp.accounts import access
from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages import moves
from webapp.messages.models import Kind, Message, Status
from webapp.subscriptions.models import Confirmation, MailingList

UNDONE = "undone"


class IsConfirmed(DomainError):
    """The person has pressed the button: now it is their word."""

    message = _l(
        "The customer has already confirmed. They can unsubscribe by any message."
    )


def take_back(confirmation: Confirmation) -> None:
    """Make the link useless, and keep the mail here if it has not left.

    A mail that never left counts for no cap: the right address may be entered at once.

    :raises IsConfirmed: when it is too late.
    """
    db.session.refresh(confirmation, with_for_update=True)
    if confirmation.confirmed_at:
        raise IsConfirmed
    if _withhold(confirmation):
        db.session.delete(confirmation)
    else:
        confirmation.expires_at = clock.now()
    db.session.flush()


def close(contact: Contact, mailing_list: MailingList) -> None:
    """Say in the ledger that the request no longer waits, of somebody who is known otherwise."""
    purpose = db.session.get_one(Purpose, mailing_list.purpose_id)
    today = ledger.state_of(contact, purpose)
    if today is None or today.state != State.PENDING:
        return
    evidence = Evidence(
        method="staff", user_id=access.current_user_id(), detail={"undone": True}
    )
    ledger.record(contact, purpose, State.WITHDRAWN, evidence)


def _withhold(confirmation: Confirmation) -> bool:
    kept = db.session.scalars(
        update(Message)
        .where(
            Message.contact_id == confirmation.contact_id,
            Message.kind == Kind.CONFIRMATION,
            Message.status.in_(moves.WAITING),
            Message.created_at >= confirmation.requested_at,
        )
        .values(
            status=Status.SKIPPED, reason=UNDONE, content={}, finished_at=clock.now()
        )
        .returning(Message.id)
    )
    return bool(kept.all())
