"""The whole ledger of a workspace as lines of JSON, which are verified anywhere."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, exists, func, select, text

from webapp.accounts.models import Workspace
from webapp.consent import chain, checkpoints
from webapp.consent.models import ConsentEvent, ConsentEvidence, LedgerHead, PersonKey
from webapp.consent.verifying import EXPORT, NotProven, check_checkpoint, walk
from webapp.core.db import db

# So many events are in memory at once, however many there are.
AT_ONCE = 2000

# The first event whose words or form are no longer those that were shown.
_SHOWN = text(
    """
    SELECT min(said.seq) FROM consent_event AS said
    LEFT JOIN shown_text AS words ON words.id = said.text_id
    LEFT JOIN widget_version AS form ON form.id = said.widget_version_id
    WHERE said.workspace_id = :workspace AND (
        (said.text_id IS NOT NULL AND said.text_hash
            IS DISTINCT FROM sha256(convert_to(words.body, 'UTF8')))
        OR (said.widget_version_id IS NOT NULL AND said.form_hash
            IS DISTINCT FROM sha256(convert_to(form.html, 'UTF8'))))
    """
)


def lines(workspace: Workspace) -> Iterator[str]:
    """The checkpoints on the first line, then one event on each."""
    head = {
        "format": EXPORT,
        "workspace": {"id": workspace.id, "name": workspace.name},
        "checkpoints": checkpoints.documents(workspace),
    }
    yield _line(head)
    for link in links(workspace):
        yield _line(link)


def links(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Every event of the workspace in its order, read as it is needed."""
    rows = db.session.execute(
        select(*ConsentEvent.__table__.columns)
        .where(ConsentEvent.workspace_id == workspace.id)
        .order_by(ConsentEvent.seq),
        execution_options={"yield_per": AT_ONCE},
    )
    return (link(row) for row in rows)


def link(event: ConsentEvent | Row[Any]) -> dict[str, Any]:
    """One event with its place in the chain."""
    return {
        "row": chain.content(event),
        "prev": event.prev_hash.hex(),
        "hash": event.hash.hex(),
    }


def verify(
    workspace: Workspace, kept: list[dict[str, Any]], key: str | None = None
) -> Iterator[int]:
    """Follow the workspace's chain, counting, against its checkpoints and those kept elsewhere.

    :raises NotProven: at the first event that does not hold.
    """
    marks = [*checkpoints.documents(workspace), *kept]
    for mark in marks:
        check_checkpoint(mark, workspace.id, key)
    # Before the events: what is said meanwhile only makes the chain longer.
    marks = [*_end(workspace), *marks]
    yield from walk(links(workspace), workspace.id, marks)
    changed = db.session.scalar(_SHOWN, {"workspace": workspace.id})
    if changed is not None:
        raise NotProven("did not show what is now kept as shown", changed)


def forgotten(workspace: Workspace) -> int:
    """How many events were held to circumstances that are no longer kept."""
    kept = exists().where(
        ConsentEvidence.event_id == ConsentEvent.id,
        PersonKey.contact_id == ConsentEvidence.contact_id,
    )
    return (
        db.session.scalar(
            select(func.count()).where(
                ConsentEvent.workspace_id == workspace.id,
                ConsentEvent.commitment.is_not(None),
                ~kept,
            )
        )
        or 0
    )


def _end(workspace: Workspace) -> list[dict[str, Any]]:
    """Where the ledger itself says it ends."""
    head = db.session.execute(
        select(LedgerHead.size, LedgerHead.hash).where(
            LedgerHead.workspace_id == workspace.id
        )
    ).one_or_none()
    if head is None:
        return []
    return [{"size": head.size, "head": head.hash.hex(), "at": "its last event"}]


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
