"""Forget sign-ups that nobody confirmed."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, select

from webapp.consent import evidence
from webapp.consent.models import ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import Model, db
from webapp.messages.models import Kind, Message
from webapp.subscriptions.models import Confirmation

# What was never agreed to is not kept longer (GDPR article 5(1)(e)).
KEPT = timedelta(days=30)
# A contact that came by these doors is known for another reason than the sign-up.
OTHER_DOORS = ("staff", "import", "demo", "api")

_contact_id = Contact.__table__.c.id


def purge_unconfirmed() -> int:
    """Remove old requests nobody answered, and the people who were never anything else.

    Says how many people were removed.
    """
    old = select(Confirmation.contact_id).where(
        Confirmation.confirmed_at.is_(None),
        Confirmation.requested_at <= clock.now() - KEPT,
    )
    waiting = set(db.session.scalars(old))
    db.session.execute(
        delete(Confirmation).where(
            Confirmation.confirmed_at.is_(None),
            Confirmation.requested_at <= clock.now() - KEPT,
        )
    )
    removed = db.session.execute(
        delete(Contact)
        .where(Contact.id.in_(waiting), Contact.source.not_in(OTHER_DOORS))
        .where(*_never_anything_else())
        .returning(Contact.id),
        execution_options={"synchronize_session": False},
    )
    gone = removed.scalars().all()
    evidence.shred(gone)
    return len(gone)


def _never_anything_else() -> list[ColumnElement[bool]]:
    """Nobody else holds a row about them but the requests and their mails."""
    return [
        ~exists().where(column == Contact.id, *_besides(table))
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.column is _contact_id for key in column.foreign_keys)
    ]


def _besides(table: Table) -> list[ColumnElement[bool]]:
    if table is ConsentState.__table__:
        return [ConsentState.state != State.PENDING]
    if table is Message.__table__:
        return [Message.kind != Kind.CONFIRMATION]
    return []
