"""What becomes of the pairs of a contact that is absorbed: who it was not, the survivor is not."""

from typing import Any

from sqlalchemy import select

from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.duplicates import images
from webapp.duplicates.journal import Journal
from webapp.duplicates.models import Decision, DupPair, MatchProfile


def of(one: Contact, other: Contact) -> DupPair | None:
    """The pair the two make, if it was found."""
    a_id, b_id = sorted((one.id, other.id))
    return db.session.scalar(
        select(DupPair).where(DupPair.a_id == a_id, DupPair.b_id == b_id)
    )


def hand_over(survivor: Contact, absorbed: Contact, journal: Journal) -> None:
    """Put the pairs aside; what a colleague rejected stays rejected for the survivor."""
    table = images.table_of(DupPair)
    mine = (table.c.a_id == absorbed.id) | (table.c.b_id == absorbed.id)
    rejected = select(DupPair).where(mine, DupPair.decision == Decision.REJECTED)
    for pair in db.session.scalars(rejected.order_by(DupPair.id)).all():
        third = pair.b_id if pair.a_id == absorbed.id else pair.a_id
        if third != survivor.id:
            _reject(survivor.id, third, pair, journal)
    db.session.flush()
    journal.put_aside(table, mine)


def _reject(survivor_id: int, third: int, like: DupPair, journal: Journal) -> None:
    table = images.table_of(DupPair)
    a_id, b_id = sorted((survivor_id, third))
    decided: dict[str, Any] = {
        "decision": Decision.REJECTED,
        "user_id": like.user_id,
        "decided_at": like.decided_at,
    }
    here = (table.c.a_id == a_id) & (table.c.b_id == b_id)
    if journal.change(table, here, decided):
        return
    journal.add(
        table,
        {
            "workspace_id": like.workspace_id,
            "a_id": a_id,
            "b_id": b_id,
            "score": like.score,
            "levels": like.levels,
            "reasons": like.reasons,
            "found_at": like.found_at,
            "model_version": like.model_version,
            "a_fingerprint": _fingerprint(a_id),
            "b_fingerprint": _fingerprint(b_id),
            **decided,
        },
    )


def _fingerprint(contact_id: int) -> int:
    seen = db.session.get(MatchProfile, contact_id, populate_existing=True)
    return seen.fingerprint if seen else 0
