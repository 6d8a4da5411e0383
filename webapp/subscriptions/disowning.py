"""Somebody whose address was entered by others says so: they are forgotten, and left in peace."""

from sqlalchemy import delete, select

from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import events
from webapp.core.db import db
from webapp.subscriptions import blocks, purging
from webapp.subscriptions.events import Disowned
from webapp.subscriptions.models import Confirmation

METHOD = "not_me"


def disown(confirmation: Confirmation) -> str:
    """Block sign-up mails to the address and drop what waits; gives what undoes the block.

    Whoever is known for nothing else is erased at once; of the others, it is recorded as a no.
    """
    contact = db.session.get_one(Contact, confirmation.contact_id)
    undo = blocks.block(contact.workspace_id, contact.email)
    events.publish(Disowned(confirmation.workspace_id, confirmation.widget_version_id))
    db.session.flush()
    db.session.execute(
        delete(Confirmation).where(
            Confirmation.contact_id == contact.id, Confirmation.confirmed_at.is_(None)
        ),
        execution_options={"synchronize_session": False},
    )
    if not purging.forget([contact.id]):
        _refuse(contact)
    return undo


def _refuse(contact: Contact) -> None:
    waiting = (
        select(Purpose)
        .join(ConsentState, ConsentState.purpose_id == Purpose.id)
        .where(
            ConsentState.contact_id == contact.id, ConsentState.state == State.PENDING
        )
        .order_by(Purpose.id)
    )
    for purpose in db.session.scalars(waiting).all():
        ledger.record(contact, purpose, State.REFUSED, Evidence(method=METHOD))
