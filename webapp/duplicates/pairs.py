"""What becomes of the pairs of a contact that is absorbed: who it was not, the survivor is not."""

from collections.abc import Mapping
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
    """The survivor stands where the absorbed stood; what was rejected stays rejected."""
    table = images.table_of(DupPair)
    mine = (table.c.a_id == absorbed.id) | (table.c.b_id == absorbed.id)
    for pair in db.session.scalars(select(DupPair).where(mine).order_by(DupPair.id)):
        third = pair.b_id if pair.a_id == absorbed.id else pair.a_id
        if third != survivor.id:
            _stand_in(survivor.id, third, pair, journal)
    journal.put_aside(table, mine)


def _stand_in(survivor_id: int, third: int, like: DupPair, journal: Journal) -> None:
    table = images.table_of(DupPair)
    a_id, b_id = sorted((survivor_id, third))
    here = (table.c.a_id == a_id) & (table.c.b_id == b_id)
    if db.session.scalar(select(table.c.id).where(here)) is None:
        # What was compared of the third; of the survivor, what is known of it now.
        compared = {
            like.a_id: like.a_fingerprint,
            like.b_id: like.b_fingerprint,
            survivor_id: _fingerprint(survivor_id),
        }
        journal.add(table, _copy(like, a_id, b_id, compared))
    elif like.decision == Decision.REJECTED:
        journal.change(table, here, _decided(like))


def _copy(
    like: DupPair, a_id: int, b_id: int, compared: Mapping[int, int]
) -> dict[str, Any]:
    return {
        "workspace_id": like.workspace_id,
        "a_id": a_id,
        "b_id": b_id,
        "score": like.score,
        "levels": like.levels,
        "reasons": like.reasons,
        "found_at": like.found_at,
        "model_version": like.model_version,
        "a_fingerprint": compared[a_id],
        "b_fingerprint": compared[b_id],
        **_decided(like),
    }


def _decided(like: DupPair) -> dict[str, Any]:
    return {
        "decision": like.decision,
        "user_id": like.user_id,
        "decided_at": like.decided_at,
    }


def _fingerprint(contact_id: int) -> int:
    seen = db.session.get(MatchProfile, contact_id, populate_existing=True)
    return seen.fingerprint if seen else 0
