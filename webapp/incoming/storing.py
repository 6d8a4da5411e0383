"""Keep what comes in, once, before anybody looks into it."""

import hashlib

from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.incoming import jobs
from webapp.incoming.models import InboundEvent


def store(source: str, key: bytes, raw: bytes, workspace_id: int | None = None) -> bool:
    """Keep it and have it processed after the commit; False when it was seen before.

    `key` is what the source calls it, for good: a copy that comes later has the same.
    """
    event_id = db.session.scalar(
        insert(InboundEvent)
        .values(
            workspace_id=workspace_id,
            source=source,
            unique_key=_unique(key, workspace_id),
            raw=raw,
            received_at=clock.now(),
            not_before=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["source", "unique_key"])
        .returning(InboundEvent.id)
    )
    if event_id is None:
        return False
    jobs.process.enqueue(event_id=event_id)
    return True


def _unique(key: bytes, workspace_id: int | None) -> bytes:
    """What one workspace calls its own does not hide what another one gets."""
    return hashlib.sha256(b"%d:" % (workspace_id or 0) + key).digest()
