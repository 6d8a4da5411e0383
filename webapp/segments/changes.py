"""What happened to contacts since the last look, taken into the memberships of their segments.

Three things tell of it: a contact's own row, the ledger of consents, and the figures of orders,
mails, clicks and events, whose writers note whom they changed (`segment_due`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent.events import ConsentRecorded
from webapp.consent.models import ConsentEvent, LedgerHead, PurposeKind, State
from webapp.contacts.events import ContactsChanged
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases.events import FiguresChanged
from webapp.segments import cataloguing, jobs, keeping, leaning, locking
from webapp.segments.models import Segment, SegmentDue, SegmentMark

# More are found sooner by looking at everybody.
MOST_PEOPLE = 5_000
# A transaction that began before our last look may have committed after it.
OVERLAP = timedelta(seconds=60)
# Everybody is looked at no sooner than so long after the last time.
EVERYBODY_EVERY = timedelta(minutes=10)


def note(fact: FiguresChanged) -> None:
    """Remember whose figures changed."""
    any_segment = select(Segment.id).where(Segment.workspace_id == fact.workspace_id)
    if db.session.scalar(any_segment.limit(1)) is None:
        return
    people = list(fact.contact_ids)
    for start in range(0, len(people), MOST_PEOPLE):
        some = people[start : start + MOST_PEOPLE]
        db.session.add(SegmentDue(workspace_id=fact.workspace_id, contact_ids=some))


def note_many(fact: ContactsChanged) -> None:
    """So much changed that every segment is to be found anew."""
    look_at_everybody(fact.workspace_id)


def follow_refusal(fact: ConsentRecorded) -> None:
    """Whoever no longer wants to be measured is in no segment for what they clicked on, at once."""
    if fact.kind != PurposeKind.CLICKS or fact.state == State.GIVEN:
        return
    contact = db.session.get_one(Contact, fact.contact_id)
    workspace = db.session.get_one(Workspace, contact.workspace_id)
    segments = {one.id: one for one in db.session.scalars(kept(workspace))}
    rules = {number: one.rules for number, one in segments.items()}
    asking = leaning.measured(rules)
    if asking:
        _look_at(workspace, [segments[one] for one in asking], [contact.id])


def look_at_everybody(workspace_id: int) -> None:
    """Have every segment of the workspace found anew, soon."""
    db.session.execute(
        update(Segment)
        .where(Segment.workspace_id == workspace_id, Segment.is_due.is_(False))
        .values(is_due=True)
    )
    jobs.renew.enqueue(workspace_id=workspace_id)


def take(workspace: Workspace) -> None:
    """Put whoever changed into the segments they entered, and out of those they left."""
    if not locking.lock(workspace.id):
        return
    mark, now = _mark(workspace), clock.now()
    end = _ledger_end(workspace)
    people = set(_changed(workspace, mark.seen_at))
    people |= set(_spoken(workspace, mark.seq))
    are_many = len(people) > MOST_PEOPLE or _noted_many(workspace)
    if are_many and _were_found_lately(workspace):
        # An import that goes on: what it changes waits for the next look at everybody.
        return
    people |= _noted(workspace)
    mark.seen_at, mark.seq = now - OVERLAP, end
    if are_many or len(people) > MOST_PEOPLE:
        look_at_everybody(workspace.id)
    elif people:
        _look_at(workspace, db.session.scalars(kept(workspace)), sorted(people))


def _mark(workspace: Workspace) -> SegmentMark:
    found = db.session.get(SegmentMark, workspace.id)
    if found is not None:
        return found
    # Whatever was before is found by the first look at everybody.
    db.session.execute(
        insert(SegmentMark)
        .values(workspace_id=workspace.id, seen_at=clock.now() - OVERLAP, seq=0)
        .on_conflict_do_nothing()
    )
    mark = db.session.get_one(SegmentMark, workspace.id)
    mark.seq = _ledger_end(workspace)
    return mark


def _ledger_end(workspace: Workspace) -> int:
    size = select(LedgerHead.size).where(LedgerHead.workspace_id == workspace.id)
    return db.session.scalar(size) or 0


def _changed(workspace: Workspace, since: datetime) -> Iterable[int]:
    return db.session.scalars(
        select(Contact.id)
        .where(Contact.workspace_id == workspace.id, Contact.updated_at >= since)
        .limit(MOST_PEOPLE + 1)
    )


def _spoken(workspace: Workspace, seq: int) -> Iterable[int]:
    return db.session.scalars(
        select(ConsentEvent.contact_id)
        .where(ConsentEvent.workspace_id == workspace.id, ConsentEvent.seq > seq)
        .limit(MOST_PEOPLE + 1)
    )


def _noted_many(workspace: Workspace) -> bool:
    people = select(func.sum(func.cardinality(SegmentDue.contact_ids)))
    noted = db.session.scalar(people.where(SegmentDue.workspace_id == workspace.id))
    return (noted or 0) > MOST_PEOPLE


def _were_found_lately(workspace: Workspace) -> bool:
    lately = Segment.refreshed_at > clock.now() - EVERYBODY_EVERY
    found = select(Segment.id).where(Segment.workspace_id == workspace.id, lately)
    return db.session.scalar(found.limit(1)) is not None


def _noted(workspace: Workspace) -> set[int]:
    taken = (
        delete(SegmentDue)
        .where(SegmentDue.workspace_id == workspace.id)
        .returning(SegmentDue.contact_ids)
        .execution_options(synchronize_session=False)
    )
    return {one for note in db.session.scalars(taken) for one in note}


def _look_at(
    workspace: Workspace, segments: Iterable[Segment], people: list[int]
) -> None:
    by_number = {one.id: one for one in segments}
    known = cataloguing.of(workspace)
    for number in leaning.in_order({n: one.rules for n, one in by_number.items()}):
        keeping.refresh(workspace, by_number[number], known, people)


def kept(workspace: Workspace) -> Select[Segment]:
    """The segments of a workspace whose members stand in rows."""
    return select(Segment).where(
        Segment.workspace_id == workspace.id,
        Segment.refreshed_at.is_not(None),
        func.length(Segment.trouble) == 0,
    )
