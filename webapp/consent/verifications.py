"""Verify ledgers each night and when asked: in the background, some time at a time, with an alarm."""

from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from sqlalchemy import func, select, update

from webapp.accounts.models import Workspace
from webapp.consent import checking, checkpoints, jobs
from webapp.consent.checking import START, Reached
from webapp.consent.events import LedgerBroken
from webapp.consent.models import LedgerHead, LedgerVerification
from webapp.consent.verifying import NotProven
from webapp.core import clock, draining, events
from webapp.core.db import db, transaction

# From the last checkpoint each night; once a week from the first event.
WHOLE_EVERY = timedelta(days=6, hours=12)
# Seconds of one job, and between two signs of life.
SLICE, SIGN = 60.0, 2.0
# Whoever gave no sign for so long was cut off.
STALLED = timedelta(minutes=5)
SHOWN = 10


def ask(
    workspace: Workspace, *, user_id: int | None = None, whole: bool = False
) -> LedgerVerification:
    """Have the ledger verified, unless that is under way.

    :param whole: from the first event on, whatever was verified before.
    """
    running = under_way(workspace)
    if running is not None:
        return running
    begun = START if whole else _verified_so_far(workspace)
    now = clock.now()
    made = LedgerVerification(
        workspace_id=workspace.id,
        user_id=user_id,
        first=begun.size,
        size=begun.size,
        hash=begun.hash,
        total=checking.size(workspace),
        asked_at=now,
        moved_at=now,
    )
    db.session.add(made)
    db.session.flush()
    jobs.verify_ledger.enqueue(verification_id=made.id)
    return made


def ask_all() -> None:
    """Have every ledger verified in which something was said."""
    said = select(LedgerHead.workspace_id)
    for workspace in db.session.scalars(
        select(Workspace).where(Workspace.id.in_(said)).order_by(Workspace.id)
    ):
        ask(workspace)


def advance(number: int) -> None:
    """Go on with a verification for a while; the rest is left to the next job."""
    with transaction():
        task = db.session.get(LedgerVerification, number)
        if task is None or task.finished_at is not None:
            return
        workspace = db.session.get_one(Workspace, task.workspace_id)
        reached = begun = Reached(task.size, task.hash)
    began = signed = monotonic()
    try:
        for reached in checking.verify(workspace, begun=begun):
            if monotonic() - signed < SIGN:
                continue
            signed = monotonic()
            is_late = signed - began > SLICE or draining.requested()
            _move(number, reached, goes_on_later=is_late)
            if is_late:
                return
    except NotProven as fault:
        _finish(number, reached, fault)
    else:
        _finish(number, reached)


def rescue() -> None:
    """Ask again for what was cut off."""
    stalled = db.session.scalars(
        select(LedgerVerification.id).where(
            LedgerVerification.finished_at.is_(None),
            LedgerVerification.moved_at < clock.now() - STALLED,
        )
    )
    for number in stalled:
        jobs.verify_ledger.enqueue(verification_id=number)


def under_way(workspace: Workspace) -> LedgerVerification | None:
    """The verification that is not finished."""
    return db.session.scalar(
        select(LedgerVerification)
        .where(
            LedgerVerification.workspace_id == workspace.id,
            LedgerVerification.finished_at.is_(None),
        )
        .limit(1)
    )


def finished(workspace: Workspace) -> Sequence[LedgerVerification]:
    """The last verifications that came to an end, newest first."""
    return db.session.scalars(
        select(LedgerVerification)
        .where(
            LedgerVerification.workspace_id == workspace.id,
            LedgerVerification.finished_at.is_not(None),
        )
        .order_by(LedgerVerification.id.desc())
        .limit(SHOWN)
    ).all()


def broken(workspace: Workspace) -> LedgerVerification | None:
    """The last verification, if it found a fault."""
    last = next(iter(finished(workspace)), None)
    return last if last is not None and last.fault else None


def count_broken() -> int:
    """In how many ledgers of this installation the last verification found a fault."""
    last = (
        select(func.max(LedgerVerification.id))
        .where(LedgerVerification.finished_at.is_not(None))
        .group_by(LedgerVerification.workspace_id)
    )
    count = select(func.count()).where(
        LedgerVerification.id.in_(last), LedgerVerification.fault != ""
    )
    return db.session.scalar(count) or 0


def _verified_so_far(workspace: Workspace) -> Reached:
    """The last checkpoint that a verification passed; the beginning, when it is time to look at all."""
    earlier = finished(workspace)
    if not earlier or earlier[0].fault or not _was_whole_of_late(workspace):
        return START
    passed = [
        mark
        for mark in checkpoints.documents(workspace)
        if mark["size"] <= earlier[0].size
    ]
    if not passed:
        return START
    return Reached(passed[-1]["size"], bytes.fromhex(passed[-1]["head"]))


def _was_whole_of_late(workspace: Workspace) -> bool:
    last = db.session.scalar(
        select(func.max(LedgerVerification.finished_at)).where(
            LedgerVerification.workspace_id == workspace.id,
            LedgerVerification.first == 0,
            LedgerVerification.fault == "",
        )
    )
    return last is not None and last > clock.now() - WHOLE_EVERY


def _move(number: int, reached: Reached, *, goes_on_later: bool) -> None:
    with transaction():
        db.session.execute(
            update(LedgerVerification)
            .where(LedgerVerification.id == number)
            .values(
                size=reached.size,
                hash=reached.hash,
                total=func.greatest(LedgerVerification.total, reached.size),
                moved_at=clock.now(),
            )
        )
        if goes_on_later:
            jobs.verify_ledger.enqueue(verification_id=number)


def _finish(number: int, reached: Reached, fault: NotProven | None = None) -> None:
    with transaction():
        task = db.session.get_one(LedgerVerification, number, with_for_update=True)
        if task.finished_at is not None:
            return
        before = finished(db.session.get_one(Workspace, task.workspace_id))
        task.size, task.hash = reached
        task.total = max(task.total, reached.size)
        task.finished_at = task.moved_at = clock.now()
        if fault is None:
            return
        task.fault, task.fault_seq = fault.reason, fault.seq
        if not before or (before[0].fault, before[0].fault_seq) != (
            task.fault,
            task.fault_seq,
        ):
            events.publish(LedgerBroken(task.workspace_id, task.fault, task.fault_seq))
