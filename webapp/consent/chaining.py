"""Put events at the end of their workspace's chain: one writer at a time, no gap."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import TableClause, column, func, select, table
from sqlalchemy.dialects.postgresql import insert

from webapp.consent import chain
from webapp.consent.models import ConsentEvent, LedgerHead
from webapp.core.db import db

# Widgets stand above this feature: the name of their table is all it knows of them.
_TEXT = table("shown_text", column("id"), column("body"))
_FORM = table("widget_version", column("id"), column("html"))


class Head(NamedTuple):
    """Where a chain ends: how many events it has, and the hash of the last."""

    size: int
    hash: bytes


def wait_for_turn(workspace_id: int) -> Head:
    """Be the only writer of this chain until the end of the transaction."""
    return _locked(workspace_id) or _begin(workspace_id)


def chain_up(workspace_id: int, events: Sequence[ConsentEvent]) -> None:
    """Give the events their numbers, the hashes of what was shown, and their links."""
    head = wait_for_turn(workspace_id)
    _note_what_was_shown(events)
    for event in events:
        event.seq, event.prev_hash = head.size + 1, head.hash
        event.hash = chain.link(head.hash, chain.content(event))
        head = Head(event.seq, event.hash)


def _locked(workspace_id: int) -> Head | None:
    row = db.session.execute(
        select(LedgerHead.size, LedgerHead.hash)
        .where(LedgerHead.workspace_id == workspace_id)
        .with_for_update()
    ).one_or_none()
    return Head(*row) if row else None


def _begin(workspace_id: int) -> Head:
    start = {"workspace_id": workspace_id, "size": 0, "hash": chain.GENESIS}
    db.session.execute(insert(LedgerHead).values(start).on_conflict_do_nothing())
    head = _locked(workspace_id)
    if head is None:
        raise LookupError(workspace_id)
    return head


def _note_what_was_shown(events: Sequence[ConsentEvent]) -> None:
    texts = {event.text_id for event in events if event.text_id}
    forms = {event.widget_version_id for event in events if event.widget_version_id}
    of_text = _hashes(_TEXT, "body", texts)
    of_form = _hashes(_FORM, "html", forms)
    for event in events:
        event.text_hash = of_text.get(event.text_id or 0)
        event.form_hash = of_form.get(event.widget_version_id or 0)


def _hashes(kept: TableClause, name: str, numbers: set[int]) -> dict[int, bytes]:
    """SHA-256 of what the rows with these numbers hold, byte for byte."""
    if not numbers:
        return {}
    words = func.convert_to(kept.c[name], "UTF8")
    rows = db.session.execute(
        select(kept.c.id, func.sha256(words)).where(kept.c.id.in_(numbers))
    )
    return {row[0]: row[1] for row in rows}
