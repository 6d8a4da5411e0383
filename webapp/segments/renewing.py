"""Segments found anew as a whole: new ones, changed ones, and all that days moved, after midnight."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Date, cast, delete, func, or_, select, update

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.purchases import refreshing
from webapp.segments import (
    cataloguing,
    changes,
    days,
    jobs,
    keeping,
    leaning,
    locking,
)
from webapp.segments.models import Segment, SegmentChange, SegmentDue

# So long it is told who entered a segment and who left.
KEPT_DAYS = 400
# In hours: what a restart need not find again.
LATELY = 12


def look() -> None:
    """Ask for the work that waits, workspace by workspace."""
    for number in _with_work():
        jobs.renew.enqueue(workspace_id=number)


def take_changes() -> None:
    """Take into the memberships what happened to contacts since the last look."""
    with transaction():
        numbers = db.session.scalars(select(Segment.workspace_id).distinct()).all()
    for number in numbers:
        with transaction():
            changes.take(db.session.get_one(Workspace, number))


def renew(workspace_id: int) -> None:
    """Find the first segment anew that waits; the next ones follow, each by itself."""
    workspace = db.session.get(Workspace, workspace_id)
    if workspace is None or not locking.lock(workspace_id):
        return
    waiting = _waiting(workspace)
    if not waiting:
        return
    keeping.refresh(workspace, waiting[0], cataloguing.of(workspace))
    if len(waiting) > 1:
        jobs.renew.enqueue(workspace_id=workspace_id)


def renew_below(workspace: Workspace, chosen: Iterable[Segment]) -> None:
    """Find all anew that these segments ask about: what is decided on rests on nothing old."""
    chosen = tuple(chosen)
    if chosen:
        refreshing.catch_up(workspace)
    segments = {one.id: one for one in _every(workspace)}
    rules = {number: one.rules for number, one in segments.items()}
    needed = set().union(*(leaning.below(one.id, rules) for one in chosen))
    if not needed & segments.keys():
        return
    locking.wait(workspace.id)
    known = cataloguing.of(workspace)
    for number in leaning.in_order(rules):
        if number in needed:
            keeping.refresh(workspace, segments[number], known)


def begin_all(workspace: Workspace) -> None:
    """Find all as if for the first time, in a base that was just filled: nobody enters."""
    segments = {one.id: one for one in _every(workspace)}
    known = cataloguing.of(workspace)
    for number in leaning.in_order({n: one.rules for n, one in segments.items()}):
        segments[number].refreshed_at = None
        keeping.refresh(workspace, segments[number], known)


def mark_all() -> None:
    """Once a night all are found anew, whatever was missed."""
    lately = clock.ago(hours=LATELY)
    db.session.execute(
        update(Segment).where(Segment.refreshed_at < lately).values(is_due=True)
    )


def forget() -> None:
    """Let go of who entered and left long ago, and of notes that nobody waits for."""
    old = SegmentChange.at < clock.ago(days=KEPT_DAYS)
    db.session.execute(delete(SegmentChange).where(old))
    somewhere = select(Segment.workspace_id)
    db.session.execute(
        delete(SegmentDue).where(SegmentDue.workspace_id.not_in(somewhere))
    )


def _with_work() -> Sequence[int]:
    today, then = (
        cast(func.timezone(Workspace.timezone, moment), Date)
        for moment in (clock.now(), Segment.refreshed_at)
    )
    asked = (
        select(Segment.workspace_id)
        .join(Workspace, Workspace.id == Segment.workspace_id)
        .where(or_(Segment.is_due, then < today))
        .distinct()
    )
    return db.session.scalars(asked).all()


def _every(workspace: Workspace) -> Sequence[Segment]:
    every = select(Segment).where(Segment.workspace_id == workspace.id)
    return db.session.scalars(every.order_by(Segment.id)).all()


def _waiting(workspace: Workspace) -> list[Segment]:
    """Those to be found anew, each after those it asks about."""
    segments = {one.id: one for one in _every(workspace)}
    rules = {number: one.rules for number, one in segments.items()}
    passing = leaning.passing(rules)
    return [
        segments[number]
        for number in leaning.in_order(rules)
        if segments[number].is_due
        or (number in passing and _is_of_another_day(workspace, segments[number]))
    ]


def _is_of_another_day(workspace: Workspace, segment: Segment) -> bool:
    if segment.trouble or segment.refreshed_at is None:
        return False
    return segment.refreshed_at < days.midnight(days.today(workspace), workspace)
