"""Writing down the pairs that were found: to be merged, or to be looked at by a person."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    String,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, Insert, insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates.models import Decision, DupPair
from webapp.duplicates.refreshing import Known
from webapp.duplicates.scoring import Comparison

OPEN = (Decision.AUTO, Decision.PENDING)
AT_ONCE = 1_000


class Found(NamedTuple):
    """Two contacts, the one with the lower number first, and what is to become of them."""

    a: Known
    b: Known
    comparison: Comparison
    decision: Decision
    reasons: list[str]


def write(workspace: Workspace, found: Sequence[Found], model_version: int) -> None:
    """Put the pairs in the queue; what a person said of a pair stands until it changes."""
    rows = [_row(workspace, one, model_version) for one in found]
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(_writing(), rows[start : start + AT_ONCE])


# Fixed texts: composing them each time would cost more than asking them.
_DROPPING = text("""
DELETE FROM dup_pair
WHERE workspace_id = :workspace AND decision IN ('auto', 'pending')
    AND (a_id = ANY(CAST(:mine AS bigint[])) OR b_id = ANY(CAST(:mine AS bigint[])))
    AND NOT EXISTS (
        SELECT FROM unnest(CAST(:a AS bigint[]), CAST(:b AS bigint[])) AS still (a, b)
        WHERE still.a = dup_pair.a_id AND still.b = dup_pair.b_id
    )
""")


def drop(workspace: Workspace, ids: Sequence[int], found: Sequence[Found]) -> None:
    """Take out of the queue what was found of these contacts before and is found no more."""
    db.session.execute(
        _DROPPING,
        {
            "workspace": workspace.id,
            "mine": list(ids),
            "a": [one.a.contact_id for one in found],
            "b": [one.b.contact_id for one in found],
        },
    )


def drop_restricted(workspace: Workspace) -> None:
    """Take out of the queue whose data is used for nothing now (GDPR article 18)."""
    restricted = select(Contact.id).where(
        Contact.workspace_id == workspace.id, Contact.restricted_at.is_not(None)
    )
    db.session.execute(
        delete(DupPair).where(
            DupPair.workspace_id == workspace.id,
            DupPair.decision.in_(OPEN),
            or_(DupPair.a_id.in_(restricted), DupPair.b_id.in_(restricted)),
        ),
        execution_options={"synchronize_session": False},
    )


def _row(workspace: Workspace, found: Found, model_version: int) -> dict[str, Any]:
    said = found.comparison
    return {
        "workspace_id": workspace.id,
        "a_id": found.a.contact_id,
        "b_id": found.b.contact_id,
        "score": said.probability,
        "levels": {
            name: [level, round(said.bits[name], 1)]
            for name, level in said.levels.items()
        },
        "reasons": found.reasons,
        "decision": found.decision,
        "found_at": clock.now(),
        "model_version": model_version,
        "a_fingerprint": found.a.fingerprint,
        "b_fingerprint": found.b.fingerprint,
    }


@cache
def _writing() -> Insert:
    writing = insert(DupPair)
    new = writing.excluded
    waits = [DupPair.decision == decision for decision in OPEN]
    was_rejected = DupPair.decision == Decision.REJECTED
    # Who was told that these are two people is asked again, never overruled.
    said_no = func.jsonb_insert(new.reasons, cast(["0"], ARRAY(String)), _SAID_NO)
    changed = or_(
        DupPair.a_fingerprint != new.a_fingerprint,
        DupPair.b_fingerprint != new.b_fingerprint,
    )
    return writing.on_conflict_do_update(
        index_elements=["a_id", "b_id"],
        set_={
            **{name: new[name] for name in ("score", "levels", "model_version")},
            **{name: new[name] for name in ("a_fingerprint", "b_fingerprint")},
            "decision": case((was_rejected, Decision.PENDING), else_=new.decision),
            "reasons": case((was_rejected, said_no), else_=new.reasons),
            "found_at": case((was_rejected, new.found_at), else_=DupPair.found_at),
            "user_id": None,
            "decided_at": None,
        },
        where=or_(*waits, and_(was_rejected, changed)),
    )


_SAID_NO = literal("said_no", JSONB)
