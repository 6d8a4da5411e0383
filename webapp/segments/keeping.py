"""Who is in a segment, kept as rows: found anew, and written where it differs."""

from typing import Any

from flask_babel import force_locale
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.segments import compiling, days, rules, timing
from webapp.segments.catalogue import Catalogue
from webapp.segments.events import MembersMoved
from webapp.segments.models import Segment, SegmentChange, SegmentMember, SegmentSize
from webapp.segments.rules import RuleError

# The contacts looked at; None: everybody.
Some = ColumnElement[Any] | None
# In seconds.
FOUND_WITHIN = 180


def refresh(
    workspace: Workspace,
    segment: Segment,
    known: Catalogue,
    whose: list[int] | None = None,
) -> None:
    """Find who is in the segment now and write down who entered and who left.

    The first finding, and the one after its rules were changed, is nobody's entering. A segment
    whose rules cannot be used keeps its last members, and says why.

    :param whose: the contacts to look at; None: everybody.
    """
    # One parameter, wherever it stands in the statement.
    some = None if whose is None else any_(literal(whose, ARRAY(BigInteger)))
    try:
        members = _members(workspace, rules.read(segment.rules, known), known, some)
        if some is not None:
            _write(workspace, segment, members, some)
            return
        with timing.limited(seconds=FOUND_WITHIN):
            _write(workspace, segment, members, None)
    except RuleError as error:
        _tell(workspace, segment, error.message)
    except timing.TakesTooLong as error:
        _tell(workspace, segment, error.message)


def _members(
    workspace: Workspace, root: rules.Group, known: Catalogue, some: Some
) -> Select[int]:
    if some is None:
        return compiling.members(workspace, root, known)
    members = compiling.members(workspace, root, known, few=True)
    return members.where(Contact.id == some)


def _write(
    workspace: Workspace,
    segment: Segment,
    members: Select[int],
    some: Some,
) -> None:
    at = clock.now()
    is_first = segment.refreshed_at is None
    statement = _difference(segment.id, members, some, at, tell=not is_first)
    found, came, went = db.session.execute(statement).one()
    if some is None:
        segment.people, segment.is_due = found, False
        segment.refreshed_at = at
    else:
        segment.people = (segment.people or 0) + came - went
    segment.trouble = ""
    if some is None or came or went:
        _grow(workspace, segment)
    if (came or went) and not is_first:
        events.publish(MembersMoved(workspace.id, segment.id, at, came, went))


def _difference(
    segment_id: int,
    members: Select[int],
    some: Some,
    at: Any,
    *,
    tell: bool,
) -> Select[Any]:
    """One statement that makes the rows those of now, and counts: found, entered, left."""
    both = _compared(segment_id, members, some)
    gone = select(both.c.contact_id).where(~both.c.is_in)
    left = (
        delete(SegmentMember)
        .where(
            SegmentMember.segment_id == segment_id,
            SegmentMember.contact_id == any_(func.array(gone.scalar_subquery())),
        )
        .returning(SegmentMember.contact_id)
        .cte("left")
    )
    new = select(literal(segment_id), both.c.contact_id, literal(at)).where(
        ~both.c.was_in
    )
    entered = (
        insert(SegmentMember)
        # In the order of the index they go into.
        .from_select(
            ["segment_id", "contact_id", "entered_at"],
            new.order_by(both.c.contact_id),
        )
        .on_conflict_do_nothing()
        .returning(SegmentMember.contact_id)
        .cte("entered")
    )
    found = select(func.count()).select_from(both).where(both.c.is_in)
    counted = select(found.scalar_subquery(), _count(entered), _count(left))
    return counted.add_cte(_told(segment_id, entered, left, at)) if tell else counted


def _compared(segment_id: int, members: Select[int], some: Some) -> CTE:
    """Whoever is in it or was, each once.

    A full join is never made row by row: whatever the database believes of tables that
    have just grown, it cannot compare each member with each.
    """
    now = members.subquery("now")
    then = select(SegmentMember.contact_id).where(
        SegmentMember.segment_id == segment_id,
        *([] if some is None else [SegmentMember.contact_id == some]),
    )
    was = then.subquery("was")
    return (
        select(
            func.coalesce(now.c.id, was.c.contact_id).label("contact_id"),
            now.c.id.is_not(None).label("is_in"),
            was.c.contact_id.is_not(None).label("was_in"),
        )
        .select_from(now.outerjoin(was, was.c.contact_id == now.c.id, full=True))
        .cte("both_times")
    )


def _count(rows: CTE) -> Any:
    return select(func.count()).select_from(rows).scalar_subquery()


def _told(segment_id: int, entered: CTE, left: CTE, at: Any) -> CTE:
    sides = (
        select(literal(segment_id), side.c.contact_id, literal(came), literal(at))
        for side, came in ((entered, True), (left, False))
    )
    names = ["segment_id", "contact_id", "entered", "at"]
    return insert(SegmentChange).from_select(names, union_all(*sides)).cte("told")


def _grow(workspace: Workspace, segment: Segment) -> None:
    size = {"people": segment.people or 0}
    db.session.execute(
        insert(SegmentSize)
        .values(segment_id=segment.id, day=days.today(workspace), **size)
        .on_conflict_do_update(index_elements=["segment_id", "day"], set_=size)
    )


def _tell(workspace: Workspace, segment: Segment, trouble: Any) -> None:
    with force_locale(workspace.locale):
        segment.trouble = str(trouble)
    segment.is_due = False
