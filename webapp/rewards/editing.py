"""Make a reward, change what it says, put it away."""

from dataclasses import dataclass
from datetime import date

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.rewards.models import Reward, RewardKind


@dataclass(frozen=True)
class Said:
    """What a colleague enters about a reward."""

    name: str
    words: str
    code: str
    last_day: date | None


def create(workspace: Workspace, kind: RewardKind, said: Said) -> Reward:
    """A new promise; nobody has it yet."""
    reward = Reward(workspace_id=workspace.id, kind=kind)
    _fill(reward, said)
    db.session.add(reward)
    db.session.flush()
    auditing.record(workspace, "reward.created", reward)
    return reward


def change(workspace: Workspace, reward: Reward, said: Said) -> None:
    """What people read from now on; what was mailed stays as it was."""
    _fill(reward, said)
    auditing.record(workspace, "reward.changed", reward)


def archive(workspace: Workspace, reward: Reward) -> None:
    """Give it to nobody more, and close the links to its file."""
    reward.archived_at = clock.now()
    auditing.record(workspace, "reward.archived", reward)


def restore(workspace: Workspace, reward: Reward) -> None:
    """Give it again."""
    reward.archived_at = None
    auditing.record(workspace, "reward.restored", reward)


def _fill(reward: Reward, said: Said) -> None:
    reward.name, reward.words, reward.last_day = said.name, said.words, said.last_day
    reward.code = said.code if reward.kind == RewardKind.CODE else ""
