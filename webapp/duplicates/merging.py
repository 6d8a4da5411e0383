"""Make two contacts one: the survivor keeps its number, its address and its consents.

What the absorbed contact was is the survivor's from then on; its row goes, so that nothing
lists it, counts it or writes to it, and comes back when the merge is undone.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from webapp.accounts import auditing
from webapp.accounts.models import User, Workspace
from webapp.consent import evidence
from webapp.contacts import changing, queries, records
from webapp.contacts.aliases import ContactAlias
from webapp.contacts.events import ContactsChanged
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.duplicates import (
    arriving,
    images,
    pairs,
    pointers,
    refusals,
    survivorship,
    waiting_mail,
)
from webapp.duplicates.journal import Journal
from webapp.duplicates.models import MergeEvent
from webapp.duplicates.pointers import Rule

SOURCE = records.MERGE


class ContactIsItself(DomainError):
    """There are no two contacts to make one of."""

    message = _l("These are not two contacts.")
    status = 422


class ContactIsRestricted(DomainError):
    """The data of one of them is used for nothing (GDPR article 18)."""

    message = _l(
        "The use of one contact’s data is restricted: nothing is done with it, so they"
        " are not merged. Lift the restriction first."
    )


def merge(
    workspace: Workspace,
    survivor: Contact,
    absorbed: Contact,
    by: User | None,
    choices: Mapping[str, str] | None = None,
    *,
    alone: bool = False,
) -> MergeEvent:
    """Make two contacts one, all of it or nothing.

    :param by: who decided it, or asked for all that is safe.
    :param alone: nobody looked at these two: it was safe.
    :param choices: whose value is kept, by unit of `survivorship`: "survivor", "absorbed".
    :raises ContactIsItself: also when they are of two workspaces.
    :raises ContactIsRestricted: when the data of one of them is used for nothing.
    :raises MessageIsLeaving: when a message to one of them is on its way at this moment.
    """
    _hold(workspace, survivor, absorbed)
    rows = survivorship.rows(queries.attributes(workspace), survivor, absorbed)
    values = survivorship.outcome(rows, choices or {})
    columns = survivorship.columns(survivor, absorbed)
    event = _begin(survivor, absorbed, by, choices or {})
    event.is_automatic = alone
    journal = Journal()
    _hand_over(event, survivor, absorbed, journal)
    _bury(survivor, absorbed, journal)
    _write(event, survivor, values, columns, journal)
    event.journal = journal.steps
    auditing.record(
        workspace, "contacts.merged", survivor, by=by, absorbed=event.absorbed_id
    )
    events.publish(ContactsChanged(workspace.id, SOURCE))
    db.session.flush()
    # Many rows are somebody else's now.
    db.session.expire_all()
    return event


def _hold(workspace: Workspace, survivor: Contact, absorbed: Contact) -> None:
    """Nobody else writes to the two, nor do they say anything, until the commit."""
    if survivor.id == absorbed.id:
        raise ContactIsItself
    db.session.flush()
    numbers = [survivor.id, absorbed.id]
    found = db.session.scalars(
        select(Contact)
        .where(Contact.workspace_id == workspace.id, Contact.id.in_(numbers))
        .order_by(Contact.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) < len(numbers):
        raise ContactIsItself
    if any(one.restricted_at for one in found):
        raise ContactIsRestricted
    evidence.quieten(numbers)


def _begin(
    survivor: Contact,
    absorbed: Contact,
    by: User | None,
    choices: Mapping[str, str],
) -> MergeEvent:
    pair = pairs.of(survivor, absorbed)
    event = MergeEvent(
        workspace_id=survivor.workspace_id,
        contact_id=survivor.id,
        survivor_id=survivor.id,
        absorbed_id=absorbed.id,
        user_id=by.id if by else None,
        at=clock.now(),
        score=pair.score if pair else None,
        levels=pair.levels if pair else {},
        choices=dict(choices),
        said_until=refusals.last_event(),
    )
    db.session.add(event)
    db.session.flush()
    return event


def _hand_over(
    event: MergeEvent, survivor: Contact, absorbed: Contact, journal: Journal
) -> None:
    held = pointers.held(absorbed.id)
    if "message.contact_id" in held:
        waiting_mail.stop(survivor, absorbed, journal)
        arriving.note(survivor, journal)
    if "consent_state.contact_id" in held:
        refusals.carry(survivor, absorbed, event.said_until, journal)
    if "suppression.contact_id" in held:
        refusals.carry_suppression(survivor, absorbed, journal)
    if held & {"dup_pair.a_id", "dup_pair.b_id"}:
        pairs.hand_over(survivor, absorbed, journal)
    for column in pointers.of(Rule.MOVED, held):
        journal.move(column, absorbed.id, survivor.id)
    for column in pointers.of(Rule.ASIDE, held):
        journal.put_aside(column.table, column == absorbed.id)


def _bury(survivor: Contact, absorbed: Contact, journal: Journal) -> None:
    """Take the row away; its number and its address lead to the survivor."""
    journal.add(
        images.table_of(ContactAlias),
        {
            "former_id": absorbed.id,
            "workspace_id": absorbed.workspace_id,
            "contact_id": survivor.id,
            "email": absorbed.email,
            "since": clock.now(),
        },
    )
    contacts = images.table_of(Contact)
    journal.take_out(contacts, contacts.c.id == absorbed.id)
    db.session.expunge(absorbed)


def _write(
    event: MergeEvent,
    survivor: Contact,
    values: Mapping[str, Any],
    columns: Mapping[str, Any],
    journal: Journal,
) -> None:
    """What the survivor says now; the record of it goes when the merge is undone."""
    table, kept = images.table_of(Contact), images.table_of(ContactRecord)
    before = images.of(table, table.c.id == survivor.id)
    changing.put(survivor, values, source=SOURCE, source_id=event.id)
    for name, value in columns.items():
        setattr(survivor, name, value)
    survivor.updated_at = clock.now()
    db.session.flush()
    journal.rewritten(table, before, images.of(table, table.c.id == survivor.id))
    mine = (kept.c.source == SOURCE) & (kept.c.source_id == event.id)
    journal.added(kept, mine & (kept.c.contact_id == survivor.id))
