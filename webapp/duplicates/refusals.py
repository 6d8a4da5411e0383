"""What somebody refused under one address counts under the other; what they agreed to does not.

A yes was said for one address and proven from its inbox. A no is the person's: it comes along.
The ledger says what people said, and a merge says nothing: it is left as it is.
"""

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent import ledger, projecting, purposes, waiting
from webapp.consent.ledger import Evidence
from webapp.consent.models import (
    CarriedRefusal,
    ConsentState,
    Purpose,
    PurposeKind,
    State,
)
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression, SuppressionReason
from webapp.duplicates import images
from webapp.duplicates.journal import Journal
from webapp.duplicates.models import MergeEvent
from webapp.messages import tracking

OPT_OUTS = (State.REFUSED, State.WITHDRAWN)


def last_event() -> int:
    """What was said so far has a lower number, what is said from now on a higher one."""
    return waiting.number()


def states(contact: Contact) -> dict[int, str]:
    """Where the contact stands, by purpose."""
    rows = db.session.execute(
        select(ConsentState.purpose_id, ConsentState.state).where(
            ConsentState.contact_id == contact.id
        )
    )
    return {row.purpose_id: row.state for row in rows}


def refuses_all(contact: Contact) -> bool:
    """Whether the person wants no mail of ours at all; a dead mailbox wants nothing."""
    found = _stopped(contact)
    return found is not None and found.reason not in suppression.DEAD_MAILBOX


def is_stopped(contact: Contact) -> bool:
    """Whether anything stands against the address: a refusal, or a dead mailbox."""
    return _stopped(contact) is not None


def forget_unmeasured(contact: Contact) -> None:
    """Make nobody's the opens and clicks that the person does not agree to have measured."""
    workspace = db.session.get_one(Workspace, contact.workspace_id)
    asked, standing = purposes.measuring(workspace), states(contact)
    for purpose in (asked.opens, asked.clicks):
        if standing.get(purpose.id) != State.GIVEN:
            tracking.forget_hits(contact.id, PurposeKind(purpose.kind))


def carry(
    survivor: Contact, absorbed: Contact, said_until: int, journal: Journal
) -> None:
    """Have the survivor stand by every no of the absorbed."""
    refused = select(ConsentState).where(
        ConsentState.contact_id == absorbed.id, ConsentState.state.in_(OPT_OUTS)
    )
    standing = states(survivor)
    carried = [
        one
        for one in db.session.scalars(refused.order_by(ConsentState.purpose_id))
        if standing.get(one.purpose_id) not in OPT_OUTS
    ]
    for one in carried:
        journal.add(
            images.table_of(CarriedRefusal),
            {
                "contact_id": survivor.id,
                "purpose_id": one.purpose_id,
                "event_id": one.event_id,
                "said_until": said_until,
            },
        )
    if carried:
        stand_anew(survivor)


def stand_anew(survivor: Contact) -> None:
    """Work out anew where the survivor stands, with the carried refusals there are now."""
    workspace = db.session.get_one(Workspace, survivor.workspace_id)
    projecting.refresh(workspace, survivor.id)


def carry_suppression(survivor: Contact, absorbed: Contact, journal: Journal) -> None:
    """The line of the former address stays, known by its mark; the survivor gets one of their own."""
    table, refused = images.table_of(Suppression), refuses_all(absorbed)
    journal.change(table, table.c.contact_id == absorbed.id, {"contact_id": None})
    if not refused or refuses_all(survivor):
        return
    line = {
        "contact_id": survivor.id,
        "reason": SuppressionReason.MERGED,
        "origin": "",
        "campaign_id": None,
        "created_at": clock.now(),
    }
    workspace_id, mark = survivor.workspace_id, suppression.mark(survivor.email)
    here = (table.c.workspace_id == workspace_id) & (table.c.address_hash == mark)
    if not journal.change(table, here, line):
        journal.add(table, {"workspace_id": workspace_id, "address_hash": mark, **line})


def keep_later_ones(
    workspace: Workspace, event: MergeEvent, survivor: Contact, absorbed: Contact
) -> None:
    """What the one person refused since they were merged, both of them refuse."""
    since = (
        select(Purpose)
        .join(ConsentState, ConsentState.purpose_id == Purpose.id)
        .where(
            ConsentState.contact_id == survivor.id,
            ConsentState.state.in_(OPT_OUTS),
            ConsentState.event_id > event.said_until,
        )
    )
    standing = states(absorbed)
    evidence = Evidence("merge_undone", detail={"merge": event.id})
    for purpose in db.session.scalars(since.order_by(Purpose.id)).all():
        if standing.get(purpose.id) in {State.GIVEN, State.PENDING}:
            ledger.record(absorbed, purpose, State.WITHDRAWN, evidence)
    found = _stopped(survivor)
    if found and found.reason in suppression.REFUSALS and found.created_at > event.at:
        reason = SuppressionReason(found.reason)
        suppression.suppress(workspace, absorbed.email, reason, absorbed)


def _stopped(contact: Contact) -> Suppression | None:
    return db.session.scalar(
        select(Suppression)
        .where(Suppression.contact_id == contact.id)
        # A refusal before a mailbox that failed.
        .order_by(Suppression.reason.in_(suppression.DEAD_MAILBOX))
        .limit(1)
        .execution_options(populate_existing=True)
    )
