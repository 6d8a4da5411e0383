"""Questions about rewards, each within its workspace."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.rewards.models import Gift, Reward, RewardCode, RewardFile


@dataclass(frozen=True)
class Figures:
    """How a reward is doing; `left` counts codes, `waiting` those who are still owed one."""

    given: int = 0
    left: int = 0
    waiting: int = 0
    downloads: int = 0


def rewards(workspace: Workspace, *, archived: bool = False) -> Sequence[Reward]:
    """The rewards in use, or those put away, newest first."""
    return db.session.scalars(
        select(Reward)
        .where(
            Reward.workspace_id == workspace.id,
            Reward.archived_at.is_not(None) == archived,
        )
        .order_by(Reward.id.desc())
    ).all()


def get(workspace: Workspace, reward_id: int) -> Reward:
    """One reward, in use or archived.

    :raises NotFound: also for one of another workspace.
    """
    reward = db.session.get(Reward, reward_id)
    if reward is None or reward.workspace_id != workspace.id:
        raise NotFound
    return reward


def files(reward: Reward) -> Sequence[RewardFile]:
    """Its versions, the newest first; their bytes stay in the database."""
    return db.session.scalars(
        select(RewardFile)
        .where(RewardFile.reward_id == reward.id)
        .order_by(RewardFile.version.desc())
    ).all()


def figures(rewards: Sequence[Reward]) -> dict[int, Figures]:
    """The figures of these rewards, by their numbers."""
    numbers = [reward.id for reward in rewards]
    given = _counts(Gift, numbers)
    waiting = _counts(Gift, numbers, Gift.code == "")
    left = _counts(RewardCode, numbers, RewardCode.taken_at.is_(None))
    fetched = dict(
        db.session.execute(
            select(RewardFile.reward_id, func.sum(RewardFile.downloads))
            .where(RewardFile.reward_id.in_(numbers))
            .group_by(RewardFile.reward_id)
        ).all()
    )
    return {
        reward.id: Figures(
            given=given.get(reward.id, 0),
            left=left.get(reward.id, 0),
            waiting=waiting.get(reward.id, 0) if reward.kind == "pool" else 0,
            downloads=fetched.get(reward.id, 0),
        )
        for reward in rewards
    }


def _counts(
    model: type[Gift | RewardCode], numbers: Sequence[int], *conditions: object
) -> dict[int, int]:
    rows = db.session.execute(
        select(model.reward_id, func.count())
        .where(model.reward_id.in_(numbers), *conditions)  # type: ignore[arg-type]
        .group_by(model.reward_id)
    )
    return {row[0]: row[1] for row in rows}
