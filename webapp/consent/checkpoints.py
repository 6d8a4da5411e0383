"""Note, signed, how far a chain has come: what was there then can never quietly go."""

import base64
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import chain, signing
from webapp.consent.models import CheckpointTimestamp, LedgerCheckpoint, LedgerHead
from webapp.consent.verifying import CHECKPOINT
from webapp.core import clock
from webapp.core.db import db


def take(workspace: Workspace) -> LedgerCheckpoint | None:
    """Note where the chain stands, unless that is noted already; None while nothing was ever said."""
    head = db.session.execute(
        select(LedgerHead.size, LedgerHead.hash).where(
            LedgerHead.workspace_id == workspace.id
        )
    ).one_or_none()
    if head is None:
        return None
    last = latest(workspace)
    # A chain that became shorter is for the verification to tell, not for us to sign.
    if last is not None and last.size >= head.size:
        return last
    document = signing.sign(
        {
            "format": CHECKPOINT,
            "workspace": workspace.id,
            "size": head.size,
            "head": head.hash.hex(),
            "at": chain.instant(clock.now()),
        }
    )
    row = {"workspace_id": workspace.id, "size": head.size, "document": document}
    # Two may want one at the same moment: the first is as good as the second.
    db.session.execute(insert(LedgerCheckpoint).values(row).on_conflict_do_nothing())
    return latest(workspace)


def take_all() -> None:
    """One for each workspace whose people said something since the last one."""
    for workspace in db.session.scalars(select(Workspace).order_by(Workspace.id)):
        take(workspace)


def latest(workspace: Workspace) -> LedgerCheckpoint | None:
    """The one that was taken last."""
    return db.session.scalar(
        select(LedgerCheckpoint)
        .where(LedgerCheckpoint.workspace_id == workspace.id)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(1)
    )


def stamped_at(workspace: Workspace) -> datetime | None:
    """When an authority last saw a checkpoint of this workspace."""
    return db.session.scalar(
        select(func.max(CheckpointTimestamp.at)).where(
            CheckpointTimestamp.workspace_id == workspace.id
        )
    )


def documents(workspace: Workspace) -> list[dict[str, Any]]:
    """Every checkpoint as it was signed, with its timestamp if there is one; the oldest first."""
    rows = db.session.execute(
        select(LedgerCheckpoint.document, CheckpointTimestamp.response)
        .outerjoin(
            CheckpointTimestamp,
            CheckpointTimestamp.checkpoint_id == LedgerCheckpoint.id,
        )
        .where(LedgerCheckpoint.workspace_id == workspace.id)
        .order_by(LedgerCheckpoint.size)
    )
    return [_with_timestamp(document, response) for document, response in rows]


def _with_timestamp(document: dict[str, Any], response: bytes | None) -> dict[str, Any]:
    if response is None:
        return document
    return {**document, "timestamp": base64.b64encode(response).decode()}
