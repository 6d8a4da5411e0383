"""Look through what changed in a base, in the background, and note what is doubtful.

Batch by batch, each in a transaction of its own: a worker that ends goes on where it stood.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, draining
from webapp.core.db import db, transaction
from webapp.quality import jobs, judging
from webapp.quality.models import Doubt, Finding, QualityState, TrustedDomain

BATCH = 5000
# How far the clocks of our machines may be apart.
SKEW = timedelta(seconds=10)
LATE = timedelta(minutes=10)
# The domain of an address is judged apart, with the answers of the DNS.
JUDGED = tuple(doubt for doubt in Doubt if doubt is not Doubt.DEAD_DOMAIN)
_OLDEST = text(
    "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def changed() -> list[int]:
    """The workspaces where something was written since the last look."""
    newer = exists().where(
        Contact.workspace_id == Workspace.id, Contact.updated_at > QualityState.seen_at
    )
    fresh = exists().where(Contact.workspace_id == Workspace.id)
    seen = select(Workspace.id).join(QualityState).where(newer)
    unseen = select(Workspace.id).where(
        fresh, ~exists().where(QualityState.workspace_id == Workspace.id)
    )
    return sorted(db.session.scalars(seen.union(unseen)))


def everywhere() -> list[int]:
    """The workspaces that know anybody."""
    known = exists().where(Contact.workspace_id == Workspace.id)
    return sorted(db.session.scalars(select(Workspace.id).where(known)))


def rescue() -> None:
    """Ask again for what was asked a while ago and is not done."""
    late = clock.now() - LATE
    for one in db.session.scalars(
        select(QualityState).where(QualityState.wanted_at < late)
    ):
        jobs.count.enqueue(workspace_id=one.workspace_id)
    for one in db.session.scalars(
        select(QualityState).where(QualityState.tidied_until.is_not(None))
    ):
        jobs.tidy.enqueue(workspace_id=one.workspace_id)


def look(workspace_id: int) -> bool:
    """Look through all that changed; whether it came to its end. Commits on its way."""
    with transaction():
        if _begin(workspace_id) is None:
            return False
    while not draining.requested():
        with transaction():
            if not _look_at_some(workspace_id):
                return True
    return False


def state(workspace_id: int) -> QualityState:
    """How far the workspace was looked through; ours until the end of the transaction."""
    db.session.execute(
        insert(QualityState)
        .values(workspace_id=workspace_id, seen_at=_BEGINNING, rules=judging.RULES)
        .on_conflict_do_nothing()
    )
    return db.session.get_one(QualityState, workspace_id, with_for_update=True)


def _begin(workspace_id: int) -> QualityState | None:
    if db.session.get(Workspace, workspace_id) is None:
        return None
    found = state(workspace_id)
    if found.rules != judging.RULES:
        found.rules, found.until, found.seen_id = judging.RULES, None, 0
        found.seen_at = _BEGINNING
    if found.until is None:
        found.until, found.seen_id = max(found.seen_at, _settled()), 0
    return found


def _settled() -> datetime:
    """The moment before which nothing more will be written: where the oldest transaction began.

    A long one dates what it writes, and shows it only at its end.
    """
    oldest = db.session.scalar(_OLDEST)
    return min(oldest, clock.now()) if oldest else clock.now()


def _look_at_some(workspace_id: int) -> bool:
    """Look at the next contacts; False once there are no more."""
    found = state(workspace_id)
    if found.until is None:
        return False
    rows = db.session.execute(
        select(Contact.id, *(getattr(Contact, name) for name in judging.COLUMNS))
        .where(
            Contact.workspace_id == workspace_id,
            Contact.id > found.seen_id,
            Contact.updated_at > found.seen_at - SKEW,
            Contact.updated_at <= found.until,
        )
        .order_by(Contact.id)
        .limit(BATCH)
    ).mappings()
    people = [dict(row) for row in rows]
    if people:
        _note(workspace_id, people)
        found.seen_id = people[-1]["id"]
    if len(people) < BATCH:
        found.seen_at, found.until, found.seen_id = found.until, None, 0
    return len(people) == BATCH


def _note(workspace_id: int, people: Sequence[Mapping[str, Any]]) -> None:
    trusted = frozenset(
        db.session.scalars(
            select(TrustedDomain.domain).where(
                TrustedDomain.workspace_id == workspace_id
            )
        )
    )
    doubts = [
        {
            "workspace_id": workspace_id,
            "contact_id": one["id"],
            "doubt": doubt.value,
            "hint": hint,
        }
        for one in people
        for doubt, hint in judging.judge(one, trusted).items()
    ]
    db.session.execute(
        delete(Finding).where(
            Finding.workspace_id == workspace_id,
            Finding.doubt.in_(JUDGED),
            Finding.contact_id.in_([one["id"] for one in people]),
        ),
        execution_options={"synchronize_session": False},
    )
    if doubts:
        db.session.execute(insert(Finding).on_conflict_do_nothing(), doubts)
