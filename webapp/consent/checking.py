"""Follow the chain of a workspace where it lies, with all that hangs on it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, exists, func, select, text

from webapp.accounts.models import Workspace
from webapp.consent import chain, checkpoints, evidence
from webapp.consent.exporting import link, pages
from webapp.consent.models import ConsentEvent, ConsentEvidence, LedgerHead, PersonKey
from webapp.consent.verifying import NotProven, check_checkpoint, walk
from webapp.core.db import db

# The first event whose words or form are no longer those that were shown.
_SHOWN = text(
    """
    SELECT min(said.seq) FROM consent_event AS said
    LEFT JOIN shown_text AS words ON words.id = said.text_id
    LEFT JOIN widget_version AS form ON form.id = said.widget_version_id
    WHERE said.workspace_id = :workspace AND said.seq > :after AND (
        (said.text_id IS NOT NULL AND said.text_hash
            IS DISTINCT FROM sha256(convert_to(words.body, 'UTF8')))
        OR (said.widget_version_id IS NOT NULL AND said.form_hash
            IS DISTINCT FROM sha256(convert_to(form.html, 'UTF8'))))
    """
)


class Reached(NamedTuple):
    """How far a chain was followed, and the hash it had there."""

    size: int
    hash: bytes


START = Reached(0, chain.GENESIS)


def verify(
    workspace: Workspace,
    kept: Sequence[dict[str, Any]] = (),
    key: str | None = None,
    begun: Reached = START,
) -> Iterator[Reached]:
    """Follow the workspace's chain against its checkpoints and those kept elsewhere.

    The caller may commit in between.

    :param begun: where an earlier call had come to.
    :raises NotProven: at the first event that does not hold.
    """
    workspace_id = workspace.id
    marks = [*checkpoints.documents(workspace), *kept]
    for mark in marks:
        check_checkpoint(mark, workspace_id, key)
    # Before the events: what is said meanwhile only makes the chain longer.
    marks = [*_end(workspace_id), *marks]
    _check_start(workspace_id, begun)
    links = _Links(workspace_id, begun.size)
    for size in walk(links.read(), workspace_id, marks, (begun.size, begun.hash.hex())):
        yield Reached(size, links.last)
    where = {"workspace": workspace_id, "after": begun.size}
    changed = db.session.scalar(_SHOWN, where)
    if changed is not None:
        raise NotProven("did not show what is now kept as shown", changed)


def size(workspace: Workspace) -> int:
    """How many events the ledger says it has."""
    found = db.session.scalar(
        select(LedgerHead.size).where(LedgerHead.workspace_id == workspace.id)
    )
    return found or 0


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


class _Links:
    """The events with the circumstances that are kept of them, and the hash of the last one read."""

    def __init__(self, workspace_id: int, after: int) -> None:
        self.workspace_id, self.after = workspace_id, after
        self.last = b""

    def read(self) -> Iterator[dict[str, Any]]:
        for page in pages(self.workspace_id, self.after):
            altered = _altered(page)
            for row in page:
                if row.id in altered:
                    raise NotProven(
                        "did not happen under the circumstances that are kept", row.seq
                    )
                self.last = row.hash
                yield link(row)


def _altered(page: Sequence[Row[Any]]) -> set[int]:
    """The numbers of those events whose circumstances are not those they were held to."""
    rows = {row.id: row for row in page if row.commitment is not None}
    kept = db.session.execute(
        select(ConsentEvidence.event_id, ConsentEvidence.sealed, PersonKey.wrapped)
        .join(PersonKey, PersonKey.contact_id == ConsentEvidence.contact_id)
        .where(ConsentEvidence.event_id.in_(rows))
    )
    return {
        one.event_id
        for one in kept
        if not evidence.holds(one.sealed, one.wrapped, rows[one.event_id].commitment)
    }


def _check_start(workspace_id: int, begun: Reached) -> None:
    """What was followed earlier still ends as it did."""
    if begun == START:
        return
    stands = db.session.scalar(
        select(ConsentEvent.hash).where(
            ConsentEvent.workspace_id == workspace_id, ConsentEvent.seq == begun.size
        )
    )
    if stands is None:
        raise NotProven("is missing: an earlier verification has seen it", begun.size)
    if stands != begun.hash:
        raise NotProven("is another one than at an earlier verification", begun.size)


def _end(workspace_id: int) -> list[dict[str, Any]]:
    """Where the ledger itself says it ends."""
    head = db.session.execute(
        select(LedgerHead.size, LedgerHead.hash).where(
            LedgerHead.workspace_id == workspace_id
        )
    ).one_or_none()
    if head is None:
        return []
    return [{"size": head.size, "head": head.hash.hex(), "at": "its last event"}]
