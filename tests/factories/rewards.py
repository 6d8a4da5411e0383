"""Rewards, as the tests need them."""

from webapp.rewards import editing, stocking
from webapp.rewards.editing import Said
from webapp.rewards.models import RewardKind

PDF = b"%PDF-1.7 un guide des tisanes"


def reward(workspace, kind=RewardKind.CODE, **changes):
    said = {
        "name": "10 % sur votre prochaine commande",
        "words": "À saisir au moment de payer.",
        "code": "TILLEUL10" if kind == RewardKind.CODE else "",
        "last_day": None,
        **changes,
    }
    return editing.create(workspace, kind, Said(**said))


def pool(workspace, *codes):
    made = reward(workspace, RewardKind.POOL)
    stocking.add_codes(workspace, made, codes)
    return made


def file(workspace, content=PDF, name="guide.pdf"):
    made = reward(workspace, RewardKind.FILE)
    stocking.add_file(workspace, made, name, content)
    return made
