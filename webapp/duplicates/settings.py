"""How sure a workspace wants to be before two contacts become one."""

from dataclasses import dataclass, field

from sqlalchemy import update

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.duplicates.models import MatchProfile, MatchSetting
from webapp.duplicates.scoring import LEAST_AUTO, LEAST_REVIEW, Thresholds


class ThresholdsAreOutOfOrder(DomainError):
    """Merging without asking needs more certainty than asking."""

    message = _l(
        "Pairs are shown from 50 % on, and merged without asking from 95 % on at least."
    )


@dataclass(frozen=True)
class Settings:
    """The thresholds, whether safe pairs are merged alone, and the field that numbers people."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    # A base changes by itself once somebody has seen what that means, and wants it.
    merges_alone: bool = False
    reference_key: str = ""


def of(workspace: Workspace) -> Settings:
    """What holds in this workspace."""
    kept = db.session.get(MatchSetting, workspace.id)
    if kept is None:
        return Settings()
    return Settings(
        Thresholds(kept.auto_at, kept.review_at), kept.merges_alone, kept.reference_key
    )


def change(workspace: Workspace, wanted: Settings) -> None:
    """Let other values hold; another field that numbers people makes all marks anew.

    :raises ThresholdsAreOutOfOrder:
    """
    auto_at, review_at = wanted.thresholds.auto_at, wanted.thresholds.review_at
    if not (LEAST_REVIEW <= review_at <= auto_at <= 1 and auto_at >= LEAST_AUTO):
        raise ThresholdsAreOutOfOrder
    if wanted.reference_key != of(workspace).reference_key:
        db.session.execute(
            update(MatchProfile)
            .where(MatchProfile.workspace_id == workspace.id)
            # Before any contact was changed.
            .values(seen_at="-infinity")
        )
    db.session.merge(
        MatchSetting(
            workspace_id=workspace.id,
            auto_at=auto_at,
            review_at=review_at,
            merges_alone=wanted.merges_alone,
            reference_key=wanted.reference_key,
        )
    )
