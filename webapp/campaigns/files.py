"""What goes with every message of a campaign besides its words, and what it all weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from webapp.accounts.models import Workspace
from webapp.campaigns import pictures
from webapp.campaigns.models import Attachment, Campaign
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages.enclosing import File

LARGEST_IN_ALL = 4 * 1024 * 1024
# Filters look twice at a newsletter beyond this, and phones load it slowly.
HEAVY = 500 * 1024


class TooHeavy(DomainError):
    """Attachments and pictures inside make more than a message may carry."""

    message = _l(
        "Attachments and pictures inside the message have at most 4 MB in all: "
        "show the pictures from our host instead."
    )


@dataclass(frozen=True)
class Weight:
    """Bytes of one message as it travels: its words, and its files in base64."""

    words: int
    files: int

    @property
    def kilobytes(self) -> int:
        """All of it, rounded up."""
        return -(-(self.words + self.files) // 1024)

    @property
    def is_heavy(self) -> bool:
        """Whether it may land among unwanted mail because of its size."""
        return self.words + self.files > HEAVY


def attachments_of(
    campaign: Campaign, *, with_content: bool = False
) -> Sequence[Attachment]:
    """The attachments in the order they came; their content is read only where it is wanted."""
    found = select(Attachment).where(Attachment.campaign_id == campaign.id)
    if with_content:
        found = found.options(undefer(Attachment.content))
    return db.session.scalars(found.order_by(Attachment.id)).all()


def check(campaign: Campaign, html: str) -> None:
    """Refuse what cannot go with the campaign, without reading any content.

    :raises PictureIsGone: when the HTML shows a picture that is not there.
    :raises TooHeavy: when all of it is more than a message may carry.
    """
    if sum(_sizes(campaign, html)) > LARGEST_IN_ALL:
        raise TooHeavy


def enclosed(campaign: Campaign, html: str) -> tuple[File, ...]:
    """The files as they go into each message, in the same order at every time.

    :raises PictureIsGone: when the HTML shows a picture that is not there.
    """
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    inside = [
        File(
            name=f"{one.public_id[:8]}.{one.media_type.rpartition('/')[2]}",
            media_type=one.media_type,
            content=one.content,
            content_id=f"{one.public_id}@pictures",
        )
        for one in pictures.inside(workspace, html)
    ]
    attached = [
        File(one.name, one.media_type, one.content)
        for one in attachments_of(campaign, with_content=True)
    ]
    return (*inside, *attached)


def weight(campaign: Campaign, html: str) -> Weight:
    """What a message will weigh, nearly: HTML, a text of a third of it, and the files."""
    try:
        sizes = _sizes(campaign, html)
    except pictures.PictureIsGone:
        sizes = _sizes(campaign, "")
    words = len(html.encode()) * 4 // 3
    # Base64 with its line ends: 78 bytes for each 57.
    return Weight(words, sum(sizes) * 78 // 57)


def _sizes(campaign: Campaign, html: str) -> list[int]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    inside = [one.size for one in pictures.inside(workspace, html)]
    return inside + [one.size for one in attachments_of(campaign)]
