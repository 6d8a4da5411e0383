"""Where the words of one person stand in the chain, showing nothing of what others said."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent import chain, checkpoints
from webapp.consent.models import ConsentEvent
from webapp.core.db import db


def segments(
    workspace: Workspace, events: Sequence[ConsentEvent]
) -> list[dict[str, Any]]:
    """The pieces of the chain from these events to the checkpoint after each: of others, digests alone.

    :param events: in the order of the chain.
    """
    checkpoints.take(workspace)
    marks = iter(checkpoints.documents(workspace))
    found: list[dict[str, Any]] = []
    mark = None
    for event in events:
        if mark is not None and event.seq <= mark["size"]:
            continue
        mark = next(one for one in marks if one["size"] >= event.seq)
        found.append(_piece(event, mark))
    return found


def _piece(first: ConsentEvent, mark: dict[str, Any]) -> dict[str, Any]:
    rows = db.session.execute(
        select(*ConsentEvent.__table__.columns)
        .where(
            ConsentEvent.workspace_id == first.workspace_id,
            ConsentEvent.seq.between(first.seq, mark["size"]),
        )
        .order_by(ConsentEvent.seq)
    )
    return {
        "first": first.seq,
        "prev": first.prev_hash.hex(),
        "digests": [chain.digest(chain.content(row)).hex() for row in rows],
        "checkpoint": mark,
    }
