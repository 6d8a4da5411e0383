"""Keep what was promised: once to each person, by a mail and on the page."""

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import queries as accounts
from webapp.accounts.models import Workspace
from webapp.consent import pacing
from webapp.contacts.models import Contact
from webapp.core import clock, installation, tokens
from webapp.core.db import db
from webapp.core.i18n import speaking
from webapp.messages import posting
from webapp.messages.models import Kind
from webapp.rewards.models import Gift, Reward, RewardCode, RewardFile, RewardKind

TOKEN = "gift"  # noqa: S105 - what it is good for, not a secret
# A file can be fetched for a year by the same link, in seconds.
LINK_LASTS = 365 * 24 * 3600


@dataclass(frozen=True)
class Told:
    """What a person reads of their gift; one of `code` and `url` is filled unless it is still owed."""

    name: str
    words: str
    code: str = ""
    url: str = ""
    last_day: date | None = None

    @property
    def is_owed(self) -> bool:
        """Whether the code is still to come."""
        return not self.code and not self.url


def give(reward: Reward, contact: Contact, locale: str) -> None:
    """Give it to somebody who confirmed; a second time changes nothing."""
    if not is_given_today(reward):
        return
    row = {
        "reward_id": reward.id,
        "contact_id": contact.id,
        "given_at": clock.now(),
        "code": "",
    }
    new = db.session.scalar(
        insert(Gift).values(row).on_conflict_do_nothing().returning(Gift.id)
    )
    if new is None:
        return
    gift = db.session.get_one(Gift, new)
    if reward.kind == RewardKind.POOL and not _take_code(reward, gift):
        _tell_colleagues(reward)
        return
    _write(reward, gift, contact, locale)


def is_given_today(reward: Reward) -> bool:
    """Whether it is in use, filled, and its last day not over."""
    workspace = db.session.get_one(Workspace, reward.workspace_id)
    is_over = reward.last_day and reward.last_day < pacing.today(workspace)
    if reward.archived_at or is_over:
        return False
    return reward.kind != RewardKind.FILE or newest_file(reward) is not None


def serve_those_who_wait(reward: Reward) -> None:
    """Give new codes to those who confirmed while there was none, the first first."""
    waiting = db.session.scalars(
        select(Gift)
        .where(Gift.reward_id == reward.id, Gift.code == "")
        .order_by(Gift.id)
        .with_for_update()
    ).all()
    for gift in waiting if reward.kind == RewardKind.POOL else ():
        if not _take_code(reward, gift):
            return
        contact = db.session.get_one(Contact, gift.contact_id)
        _write(reward, gift, contact, contact.language)


def told(reward: Reward, contact: Contact) -> Told | None:
    """What the page after the confirmation says of it; None when there is no gift."""
    gift = db.session.scalar(
        select(Gift).where(Gift.reward_id == reward.id, Gift.contact_id == contact.id)
    )
    return _told(reward, gift) if gift else None


def opened(token: str) -> tuple[Workspace, Reward, RewardFile] | None:
    """The file a link leads to; None once it is too old, or the gift or the file is gone."""
    number = tokens.read(TOKEN, token, max_age=LINK_LASTS)
    gift = db.session.get(Gift, number or 0)
    if gift is None:
        return None
    reward = db.session.get_one(Reward, gift.reward_id)
    file = newest_file(reward)
    workspace = db.session.get_one(Workspace, reward.workspace_id)
    return (workspace, reward, file) if file and not reward.archived_at else None


def count_download(file: RewardFile) -> None:
    """One more; nobody is noted for it."""
    db.session.execute(
        update(RewardFile)
        .where(RewardFile.id == file.id)
        .values(downloads=RewardFile.downloads + 1)
    )


def newest_file(reward: Reward) -> RewardFile | None:
    """The version that is handed out today."""
    return db.session.scalar(
        select(RewardFile)
        .where(RewardFile.reward_id == reward.id)
        .order_by(RewardFile.version.desc())
        .limit(1)
    )


def _take_code(reward: Reward, gift: Gift) -> bool:
    """A code nobody else has; two at once never take the same."""
    free = (
        select(RewardCode.id)
        .where(RewardCode.reward_id == reward.id, RewardCode.taken_at.is_(None))
        .order_by(RewardCode.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    code = db.session.scalar(
        update(RewardCode)
        .where(RewardCode.id == free)
        .values(taken_at=clock.now())
        .returning(RewardCode.code)
        .execution_options(synchronize_session=False)
    )
    gift.code = code or ""
    return code is not None


def _write(reward: Reward, gift: Gift, contact: Contact, locale: str) -> None:
    said = _told(reward, gift)
    with speaking(locale):
        last_day = format_date(said.last_day) if said.last_day else ""
    posting.post(
        "reward",
        to=contact,
        workspace=db.session.get_one(Workspace, reward.workspace_id),
        locale=locale,
        kind=Kind.CONFIRMATION,
        content={
            "reward_name": said.name,
            "words": said.words,
            "code": said.code,
            "url": said.url,
            "last_day": last_day,
        },
    )


def _told(reward: Reward, gift: Gift) -> Told:
    code = {RewardKind.CODE: reward.code, RewardKind.POOL: gift.code}
    url = installation.address(f"/g/{tokens.sign(TOKEN, gift.id)}")
    return Told(
        name=reward.name,
        words=reward.words,
        code=code.get(RewardKind(reward.kind), ""),
        url=url if reward.kind == RewardKind.FILE else "",
        last_day=reward.last_day,
    )


def _tell_colleagues(reward: Reward) -> None:
    """Once, until there are codes again."""
    if reward.ran_out_at:
        return
    reward.ran_out_at = clock.now()
    workspace = db.session.get_one(Workspace, reward.workspace_id)
    url = installation.address(f"/w/{workspace.slug}/rewards/{reward.id}")
    for owner in accounts.owners(workspace):
        posting.post(
            "codes_ran_out",
            to=owner.email,
            workspace=workspace,
            locale=owner.locale,
            kind=Kind.SYSTEM,
            content={"reward_name": reward.name, "url": url},
        )
