"""The purposes of a workspace: one for each list, one for measuring opens, one for measuring clicks."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.accounts.events import WorkspaceCreated
from webapp.accounts.models import Workspace
from webapp.consent.models import Purpose, PurposeKind
from webapp.core.db import db


@dataclass(frozen=True)
class Measuring:
    """The two purposes about measuring, which every workspace has."""

    opens: Purpose
    clicks: Purpose


def measuring(workspace: Workspace) -> Measuring:
    """The workspace's purposes about opens and clicks, made at the first question."""
    kinds = (PurposeKind.OPENS, PurposeKind.CLICKS)
    found = {
        purpose.kind: purpose
        for purpose in db.session.scalars(
            select(Purpose).where(
                Purpose.workspace_id == workspace.id, Purpose.kind.in_(kinds)
            )
        )
    }
    for kind in kinds:
        if kind not in found:
            found[kind] = create(workspace, kind, name=kind.value)
    return Measuring(found[PurposeKind.OPENS], found[PurposeKind.CLICKS])


def start(fact: WorkspaceCreated) -> None:
    """Give a new workspace its purposes about measuring."""
    measuring(fact.workspace)


def create(workspace: Workspace, kind: PurposeKind, *, name: str) -> Purpose:
    """A purpose that nobody agreed to yet."""
    purpose = Purpose(workspace_id=workspace.id, kind=kind, name=name)
    db.session.add(purpose)
    db.session.flush()
    return purpose


def rename(purpose_id: int, name: str) -> None:
    """Follow the name of the list the purpose belongs to."""
    db.session.get_one(Purpose, purpose_id).name = name
