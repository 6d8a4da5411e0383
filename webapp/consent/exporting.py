"""The whole ledger of a workspace as lines of JSON, which are verified anywhere."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from webapp.accounts.models import Workspace
from webapp.consent import chain, checkpoints
from webapp.consent.models import ConsentEvent
from webapp.consent.verifying import EXPORT
from webapp.core.db import db

# So many events are in memory at once, however many there are.
AT_ONCE = 2000


def lines(workspace: Workspace) -> Iterator[str]:
    """The checkpoints on the first line, then one event on each."""
    head = {
        "format": EXPORT,
        "workspace": {"id": workspace.id, "name": workspace.name},
        "checkpoints": checkpoints.documents(workspace),
    }
    yield line(head)
    for page in pages(workspace.id):
        yield "".join(line(link(row)) for row in page)


def pages(workspace_id: int, after: int = 0) -> Iterator[Sequence[Row[Any]]]:
    """The events of a workspace in their order, some at a time; the caller may commit in between.

    :param after: begin behind the event with this number.
    """
    while True:
        found = db.session.execute(
            select(*ConsentEvent.__table__.columns)
            .where(ConsentEvent.workspace_id == workspace_id, ConsentEvent.seq > after)
            .order_by(ConsentEvent.seq)
            .limit(AT_ONCE)
        ).all()
        if not found:
            return
        yield found
        after = found[-1].seq


def link(event: ConsentEvent | Row[Any]) -> dict[str, Any]:
    """One event with its place in the chain."""
    return {
        "row": chain.content(event),
        "prev": event.prev_hash.hex(),
        "hash": event.hash.hex(),
    }


def line(value: Any) -> str:
    """One value as a line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
