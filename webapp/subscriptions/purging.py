"""Forget sign-ups that nobody confirmed."""

import logging
from collections import Counter
from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, delete, exists, func

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.consent import evidence
from webapp.consent.models import ConsentState, State
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import Model, db
from webapp.messages.models import Kind, Message
from webapp.subscriptions.models import Confirmation, MailingList

log = logging.getLogger(__name__)

# A contact that came by these doors is known for another reason than the sign-up.
OTHER_DOORS = ("staff", "import", "demo", "api")
# What we reckon out of the rest says nothing new about anybody.
RECKONED = {
    *("contact_stats", "segment_member", "segment_change", "stage_change"),
    *("match_due", "match_profile", "dup_pair", "quality_finding"),
}

_contact_id = Contact.__table__.c.id


def purge_unconfirmed() -> int:
    """Remove requests nobody answered in the days of their list, and the people who were never anything else.

    Says how many people were removed, here and in the audit log of each workspace.
    """
    kept = func.make_interval(0, 0, 0, MailingList.purge_days)
    removed = db.session.scalars(
        delete(Confirmation)
        .where(
            Confirmation.mailing_list_id == MailingList.id,
            Confirmation.confirmed_at.is_(None),
            Confirmation.requested_at <= clock.now() - kept,
        )
        .returning(Confirmation.contact_id),
        execution_options={"synchronize_session": False},
    )
    gone = forget(set(removed))
    for workspace_id, people in gone.items():
        workspace = db.session.get_one(Workspace, workspace_id)
        auditing.record(workspace, "contacts.forgotten", people=people)
    log.info("Forgot %d people who did not confirm", gone.total())
    return gone.total()


def forget(contacts: Collection[int]) -> Counter[int]:
    """Erase those of these people of whom nothing else is known; says how many by workspace."""
    rows = db.session.execute(
        delete(Contact)
        .where(Contact.id.in_(contacts), Contact.source.not_in(OTHER_DOORS))
        .where(*_never_anything_else())
        .returning(Contact.id, Contact.workspace_id),
        execution_options={"synchronize_session": False},
    ).all()
    evidence.shred([row.id for row in rows])
    return Counter(row.workspace_id for row in rows)


def _never_anything_else() -> list[ColumnElement[bool]]:
    """Nobody else holds a row about them but the requests and their mails."""
    return [
        ~exists().where(column == Contact.id, *_besides(table))
        for table in Model.metadata.sorted_tables
        if table.name not in RECKONED
        for column in table.columns
        if any(key.column is _contact_id for key in column.foreign_keys)
    ]


def _besides(table: Table) -> list[ColumnElement[bool]]:
    if table is ConsentState.__table__:
        return [ConsentState.state != State.PENDING]
    if table is Message.__table__:
        return [Message.kind.not_in((Kind.CONFIRMATION, Kind.SERVICE))]
    if table is ContactRecord.__table__:
        return [ContactRecord.source.in_(OTHER_DOORS)]
    return []
