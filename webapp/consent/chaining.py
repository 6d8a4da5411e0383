"""Put events at the end of their workspace's chain: one writer at a time, no gap."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb
from sqlalchemy import TableClause, column, func, insert, select, table
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from webapp.consent import chain
from webapp.consent.models import ConsentEvent, LedgerHead
from webapp.core.copying import copy
from webapp.core.db import db

# Widgets stand above this feature: the name of their table is all it knows of them.
_TEXT = table("shown_text", column("id"), column("body"))
_FORM = table("widget_version", column("id"), column("html"))
_RELEASE_EARLY = func.set_config("synchronous_commit", "off", True)
_COLUMNS = [each.name for each in ConsentEvent.__table__.columns]


class Head(NamedTuple):
    """Where a chain ends: how many events it has, and the hash of the last."""

    size: int
    hash: bytes


class Told(NamedTuple):
    """One of many events that are alike: whose, about what, and what it alone says."""

    event_id: int
    contact_id: int
    purpose_id: int
    detail: dict[str, Any]


def append(workspace_id: int, events: Sequence[ConsentEvent]) -> None:
    """Chain numbered events and write them; nobody else appends before the commit.

    Whatever can be done before the chain is held is done before.
    """
    _note_what_was_shown(events)
    rows = [chain.content(event) for event in events]
    _link(events, rows, wait_for_turn(workspace_id))
    values = [{name: getattr(one, name) for name in _COLUMNS} for one in events]
    db.session.execute(insert(ConsentEvent.__table__), values)  # type: ignore[arg-type]


def append_many(workspace_id: int, events: Sequence[ConsentEvent]) -> None:
    """Chain very many events and write them in one statement, which numbers them."""
    head = wait_for_turn(workspace_id)
    _note_what_was_shown(events)
    _link(events, (chain.content(event) for event in events), head)
    columns = [name for name in _COLUMNS if name != "id"]
    copy(
        ConsentEvent,
        columns,
        ([_column(event, name) for name in columns] for event in events),
    )


def append_alike(workspace_id: int, like: ConsentEvent, told: Iterable["Told"]) -> None:
    """Chain and write numbered events that differ in their person, purpose and detail alone.

    The same bytes and hashes as `append`, ten times as fast: what they share is written once.
    """
    _note_what_was_shown([like])
    copy(ConsentEvent, _COLUMNS, _alike(like, told, wait_for_turn(workspace_id)))


def wait_for_turn(workspace_id: int) -> Head:
    """Be the only writer of this chain until the end of the transaction.

    The commit will not wait for the disk while others wait for the chain: `waiting` does, after it.
    """
    db.session().info["holds_a_chain"] = True
    return _locked(workspace_id) or _begin(workspace_id)


def _link(
    events: Sequence[ConsentEvent], rows: Iterable[dict[str, Any]], head: Head
) -> None:
    """Give the events their numbers and their links; their rows lack no more than that."""
    for event, row in zip(events, rows, strict=True):
        event.seq, event.prev_hash = head.size + 1, head.hash
        event.hash = chain.link(head.hash, row | {"seq": event.seq})
        head = Head(event.seq, event.hash)


def _alike(like: ConsentEvent, told: Iterable[Told], head: Head) -> Iterator[list[Any]]:
    before, contact, detail, purpose, after = _template(like)
    row = {name: getattr(like, name) for name in _COLUMNS}
    size, last = head
    for one in told:
        size += 1
        said = chain.canonical(one.detail)
        written = (
            f"{before}{one.contact_id}{contact}{said}{detail}{one.purpose_id}{purpose}"
            f"{size}{after}"
        )
        linked = chain.link_written(last, written.encode())
        row["id"], row["contact_id"], row["purpose_id"] = one[:3]
        row["detail"] = Jsonb(one.detail)
        row["seq"], row["prev_hash"], row["hash"] = size, last, linked
        yield list(row.values())
        last = linked


def _template(like: ConsentEvent) -> list[str]:
    """The row as RFC 8785 writes it, parted where events that are alike differ."""
    row = chain.content(like)
    slots = ("contact", "detail", "purpose", "seq")
    row |= {name: f"<{name}>" for name in slots}
    text = chain.canonical(row)
    for name in slots:
        text = text.replace(f'"<{name}>"', "\0")
    return text.split("\0")


def _locked(workspace_id: int) -> Head | None:
    row = db.session.execute(
        select(LedgerHead.size, LedgerHead.hash, _RELEASE_EARLY)
        .where(LedgerHead.workspace_id == workspace_id)
        .with_for_update()
    ).one_or_none()
    return Head(row.size, row.hash) if row else None


def _begin(workspace_id: int) -> Head:
    start = {"workspace_id": workspace_id, "size": 0, "hash": chain.GENESIS}
    db.session.execute(insert_or_not(LedgerHead).values(start).on_conflict_do_nothing())
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


def _column(event: ConsentEvent, name: str) -> Any:
    value = getattr(event, name)
    return Jsonb(value) if name == "detail" else value
