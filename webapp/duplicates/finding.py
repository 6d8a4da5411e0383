"""Looking for duplicates in a whole workspace: asked for, taken up again, told as it goes."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import exists, or_, select, update

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, draining, events
from webapp.core.db import db, transaction
from webapp.duplicates import jobs, searching
from webapp.duplicates.events import DuplicatesFound
from webapp.duplicates.models import MatchDue, MatchProfile, MatchRun, RunState

log = logging.getLogger(__name__)

# A worker that gave no sign of life for so long has died.
SILENCE = timedelta(minutes=10)
# A search that failed so often is not tried again by itself.
ATTEMPTS = 5
Result = TypeVar("Result")
_OPEN = (RunState.WAITING, RunState.RUNNING)


def ask(workspace: Workspace, *, user_id: int | None = None) -> MatchRun:
    """Have a worker look for duplicates; a search that is under way is given back as it is."""
    run = current(workspace)
    if run is not None:
        return run
    run = MatchRun(
        workspace_id=workspace.id, user_id=user_id, state=RunState.WAITING, figures={}
    )
    db.session.add(run)
    db.session.flush()
    jobs.find.enqueue(run_id=run.id)
    return run


def current(workspace: Workspace) -> MatchRun | None:
    """The search that waits or is under way."""
    return db.session.scalar(
        select(MatchRun).where(
            MatchRun.workspace_id == workspace.id, MatchRun.state.in_(_OPEN)
        )
    )


def last(workspace: Workspace) -> MatchRun | None:
    """The latest search that came to its end."""
    return db.session.scalar(
        select(MatchRun)
        .where(MatchRun.workspace_id == workspace.id, MatchRun.state == RunState.DONE)
        .order_by(MatchRun.id.desc())
        .limit(1)
    )


def find(workspace: Workspace) -> MatchRun:
    """Look for duplicates here and now; commits as it goes."""
    run = ask(workspace)
    db.session.commit()
    carry_out(run.id)
    db.session.refresh(run)
    return run


def carry_out(run_id: int) -> None:
    """Do a search that was asked for, or go on with one whose worker died; commits as it goes."""
    with transaction():
        is_ours = _claim(run_id)
    if not is_ours:
        return
    try:
        _repeat(run_id, searching.make_marks)
        prepared = _step(run_id, searching.prepare)
        _repeat(run_id, partial(searching.compare_some, prepared))
        _step(run_id, partial(searching.look_at_clusters, prepared))
        _step(run_id, _end)
    except _Ending:
        _step(run_id, _let_go)


class _Ending(Exception):
    """The worker was asked to end; another one goes on."""


def _repeat(run_id: int, part: Callable[[MatchRun], bool]) -> None:
    while _step(run_id, part):
        if draining.requested():
            raise _Ending


def _step(run_id: int, part: Callable[[MatchRun], Result]) -> Result:
    with transaction():
        run = db.session.get_one(MatchRun, run_id)
        run.alive_at = clock.now()
        return part(run)


def ask_everywhere() -> None:
    """Ask for a search in every workspace where a contact changed since the last."""
    changed = exists().where(
        Contact.workspace_id == Workspace.id,
        Contact.id == MatchProfile.contact_id,
        Contact.updated_at != MatchProfile.seen_at,
    )
    unknown = exists().where(
        Contact.workspace_id == Workspace.id,
        ~exists().where(MatchProfile.contact_id == Contact.id),
    )
    due = exists().where(MatchDue.workspace_id == Workspace.id)
    for workspace in db.session.scalars(
        select(Workspace).where(or_(due, unknown, changed)).order_by(Workspace.id)
    ):
        ask(workspace)


def rescue() -> None:
    """Wake the searches whose worker died or whose wake-up was lost."""
    silent = clock.now() - SILENCE
    for run in db.session.scalars(
        select(MatchRun).where(
            MatchRun.state.in_(_OPEN),
            MatchRun.asked_at < silent,
            or_(MatchRun.alive_at.is_(None), MatchRun.alive_at < silent),
        )
    ):
        if run.figures.get("attempts", 0) >= ATTEMPTS:
            run.state, run.ended_at = RunState.FAILED, clock.now()
            continue
        jobs.find.enqueue(run_id=run.id)


def _claim(run_id: int) -> bool:
    """Whether the search is ours: it is open, and nobody else gave a sign of life lately."""
    now = clock.now()
    is_free = or_(MatchRun.alive_at.is_(None), MatchRun.alive_at < now - SILENCE)
    run = db.session.scalar(
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.state.in_(_OPEN), is_free)
        .values(state=RunState.RUNNING, alive_at=now)
        .returning(MatchRun)
    )
    if run is None:
        return False
    run.figures = {**run.figures, "attempts": run.figures.get("attempts", 0) + 1}
    return True


def _let_go(run: MatchRun) -> None:
    run.alive_at = None


def _end(run: MatchRun) -> None:
    run.state, run.ended_at = RunState.DONE, clock.now()
    counted = searching.count(run)
    run.figures = {**run.figures, **counted}
    log.info("Workspace %s searched for duplicates: %s", run.workspace_id, run.figures)
    events.publish(DuplicatesFound(run.workspace_id, counted["auto"]))
