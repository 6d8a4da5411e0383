"""Merge alone what is safe, where the workspace allows it; nobody gets less mail because of it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from webapp.accounts.models import User, Workspace
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.duplicates import choosing, foreseeing, jobs, merging, settings
from webapp.duplicates.events import DuplicatesFound
from webapp.duplicates.models import Decision, DupPair, MergeEvent

# One job's worth: each merge is a savepoint, all of them one transaction.
AT_ONCE = 50


@dataclass(frozen=True)
class Done:
    """What one round came to: merged, left to a person, not possible at this moment."""

    merged: int = 0
    left: int = 0
    busy: int = 0


def hear(fact: DuplicatesFound) -> None:
    """A search is over: merge what it found safe, if the workspace wants that."""
    workspace = db.session.get_one(Workspace, fact.workspace_id)
    if fact.auto and settings.of(workspace).merges_alone:
        ask(workspace)


def ask(workspace: Workspace, by: User | None = None) -> None:
    """Have a worker merge all that is safe."""
    user_id = by.id if by else None
    jobs.merge_alone.enqueue(workspace_id=workspace.id, user_id=user_id)


def carry_on(workspace_id: int, user_id: int | None) -> None:
    """Merge some, and ask for the rest."""
    workspace = db.session.get(Workspace, workspace_id)
    if workspace is None:
        return
    by = db.session.get(User, user_id) if user_id else None
    done = merge_some(workspace, by)
    if (done.merged or done.left) and count(workspace):
        ask(workspace, by)


def merge_some(workspace: Workspace, by: User | None = None) -> Done:
    """Merge the safest pairs; those that are not safe after all wait for a person."""
    merged = left = busy = 0
    for pair_id in _safest(workspace):
        pair = db.session.get(DupPair, pair_id, populate_existing=True)
        if pair is None:
            # One of the two was absorbed a moment ago; another pair stands for it.
            continue
        found = _people(workspace, pair)
        doubt = _doubt(*found)
        if doubt:
            pair.decision, pair.reasons = Decision.PENDING, [*pair.reasons, doubt]
            left += 1
        elif _merge(workspace, *found, by):
            merged += 1
        else:
            busy += 1
    return Done(merged, left, busy)


def count(workspace: Workspace) -> int:
    """How many pairs are safe to merge."""
    safe = select(func.count()).where(
        DupPair.workspace_id == workspace.id, DupPair.decision == Decision.AUTO
    )
    return db.session.scalar(safe) or 0


def _safest(workspace: Workspace) -> list[int]:
    return list(
        db.session.scalars(
            select(DupPair.id)
            .where(
                DupPair.workspace_id == workspace.id, DupPair.decision == Decision.AUTO
            )
            .order_by(DupPair.score.desc(), DupPair.id)
            .limit(AT_ONCE)
        )
    )


def _people(workspace: Workspace, pair: DupPair) -> tuple[Contact, Contact]:
    """Who would stay, and who would be absorbed."""
    one, other = (queries.get(workspace, each) for each in (pair.a_id, pair.b_id))
    return choosing.in_order(one, other)


def _doubt(survivor: Contact, absorbed: Contact) -> str:
    """Why a person has to look at it, as a code of `wording`; "" when it is safe."""
    foreseen = foreseeing.foresee(survivor, absorbed)
    if foreseen.is_minor:
        return "minor"
    if foreseen.changes_who_is_written_to:
        return "consents"
    return "undone" if _was_undone(survivor, absorbed) else ""


def _was_undone(one: Contact, other: Contact) -> bool:
    both = (one.id, other.id)
    undone = select(MergeEvent.id).where(
        MergeEvent.survivor_id.in_(both),
        MergeEvent.absorbed_id.in_(both),
        MergeEvent.undone_at.is_not(None),
    )
    return db.session.scalar(undone.limit(1)) is not None


def _merge(
    workspace: Workspace, survivor: Contact, absorbed: Contact, by: User | None
) -> bool:
    try:
        with db.session.begin_nested():
            merging.merge(workspace, survivor, absorbed, by, alone=True)
    except DomainError:
        # A message is leaving, or the data was restricted since: the next night looks again.
        return False
    return True
