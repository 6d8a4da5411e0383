"""Take a whole import back: what it brought goes, what it replaced comes back, what happened since stays.

Contacts that it alone brought, and that did nothing since, are removed. Its consents are withdrawn
by new events; no event is ever deleted. The refusals it brought stay: only people undo those.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)

from webapp.accounts.models import Workspace
from webapp.consent import many
from webapp.consent.many import Shared
from webapp.consent.models import ConsentEvent, ConsentState, State
from webapp.contacts.events import ContactsChanged
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock, events
from webapp.core.db import Model, db
from webapp.imports import counting, moves, purchases, restoring
from webapp.imports.answers import Answers
from webapp.imports.counting import Figures
from webapp.imports.models import ImportRun, Status
from webapp.imports.restoring import Span
from webapp.imports.standing import METHOD
from webapp.imports.taking import SOURCE
from webapp.subscriptions.models import MailingList

# Records of one step.
AT_ONCE = 20_000
# What the programs work out about every contact: no sign that anything happened.
DERIVED = frozenset(
    {
        *("consent_state", "contact_record", "contact_stats", "stage_change"),
        *(
            "carried_refusal",
            "segment_member",
            "segment_change",
            "match_due",
            "match_profile",
        ),
        *("dup_pair", "suppression", "address_since", "quality_finding"),
    }
)
_APART = {"synchronize_session": False, "preserve_rowcount": True}


def step(run: ImportRun) -> bool:
    """Take back some more of it; False when all is done."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    if not run.undone:
        # Orders first: who has none left may have done nothing else.
        run.undone = {"removed": 0, **purchases.take_back(run)}
        return True
    withdrawn = _withdraw(run, workspace)
    if withdrawn:
        run.undone = counting.add(run.undone, {"withdrawn": withdrawn})
        return True
    span = _next_span(run)
    if span is None:
        moves.move(run, Status.UNDONE)
        run.undone_at = clock.now()
        return False
    run.undone = counting.add(run.undone, _take_back(run, workspace, span))
    run.given_back = span[1]
    events.publish(ContactsChanged(run.workspace_id, "undo"))
    return True


def _take_back(run: ImportRun, workspace: Workspace, span: Span) -> Figures:
    removed = _remove(run, span)
    return {
        "removed": removed,
        "stayed": _count_stayed(run, span),
        **restoring.restore(run, workspace, span),
    }


def _next_span(run: ImportRun) -> Span | None:
    following = (
        select(ContactRecord.id)
        .where(*restoring.of(run), ContactRecord.id > run.given_back)
        .order_by(ContactRecord.id)
        .limit(AT_ONCE)
        .subquery()
    )
    row = db.session.execute(
        select(func.min(following.c.id), func.max(following.c.id))
    ).one()
    return None if row[0] is None else (row[0], row[1])


def _contacts(run: ImportRun, span: Span) -> Select[Any]:
    return select(ContactRecord.contact_id).where(*restoring.within(run, span))


def _by(run: ImportRun) -> tuple[ColumnElement[bool], ...]:
    """The events of the ledger that this import said."""
    return (
        ConsentEvent.method == METHOD,
        ConsentEvent.detail["import"].astext == str(run.id),
    )


def _withdraw(run: ImportRun, workspace: Workspace) -> int:
    """Withdraw some of the consents it brought, of those who said nothing else since."""
    detail = func.jsonb_build_object("import", run.id, "undone", True)
    lists = Answers.read(run.answers).lists
    purposes = select(MailingList.purpose_id).where(MailingList.id.in_(lists))
    # Each event by its number: all those of a step were said at one moment.
    event = (
        select(ConsentEvent.id)
        .where(ConsentEvent.id == ConsentState.event_id, *_by(run))
        .limit(1)
        .lateral("event")
    )
    standing = (
        select(
            ConsentState.contact_id,
            ConsentState.purpose_id,
            ConsentState.event_id,
            detail.label("detail"),
        )
        .join(event, true())
        .where(
            ConsentState.purpose_id.in_(purposes),
            ConsentState.state == State.GIVEN.value,
            ConsentState.method == METHOD,
            ConsentState.since >= run.started_at,
        )
        .limit(AT_ONCE)
    )
    said = Shared(State.WITHDRAWN, METHOD, user_id=run.undone_by)
    return many.withdraw(workspace, standing, said)


def _remove(run: ImportRun, span: Span) -> int:
    """Remove the contacts that this import alone brought and that did nothing since."""
    result = db.session.execute(
        delete(Contact).where(
            Contact.id.in_(_contacts(run, span)),
            Contact.source == SOURCE,
            _came_with(run),
            ~_lived(run),
        ),
        execution_options=_APART,
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _came_with(run: ImportRun) -> ColumnElement[bool]:
    """The record by which the contact came is of this import: an address that replaced none."""
    return exists().where(
        ContactRecord.contact_id == Contact.id,
        *restoring.of(run),
        restoring.MADE_THE_CONTACT,
    )


def _lived(run: ImportRun) -> ColumnElement[bool]:
    """Whether anything is known of the contact that does not come from this import."""
    tables = (
        table
        for table in Model.metadata.sorted_tables
        if table.name not in DERIVED and table.name != Contact.__tablename__
    )
    signs = [
        exists().where(key.parent == Contact.id)
        for table in tables
        for key in table.foreign_keys
        if key.column is Contact.__table__.c.id
    ]
    told = exists().where(
        ContactRecord.contact_id == Contact.id,
        or_(
            ContactRecord.source != SOURCE,
            ContactRecord.source_id.is_distinct_from(run.id),
        ),
    )
    said = exists().where(
        ConsentEvent.workspace_id == run.workspace_id,
        ConsentEvent.contact_id == Contact.id,
        not_(and_(*_by(run))),
    )
    return or_(*signs, told, said)


def _count_stayed(run: ImportRun, span: Span) -> int:
    """Contacts it brought that have a life of their own by now."""
    asked = select(func.count(func.distinct(ContactRecord.contact_id))).where(
        *restoring.within(run, span), restoring.MADE_THE_CONTACT
    )
    return db.session.scalar(asked) or 0
