"""The files that go with every message of a campaign: few, small, and of a kind that arrives."""

from sqlalchemy import insert, literal, select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import drafts, file_kinds, files
from webapp.campaigns.models import Attachment, Campaign
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.messages.headers import clean

MOST = 5
LARGEST = 2 * 1024 * 1024
_LONGEST_NAME = 100


class FileTooLarge(DomainError):
    """Empty, or larger than one attachment may be."""

    status = 422
    message = _l("An attachment has at most 2 MB, and holds something.")


class TooManyFiles(DomainError):
    """The campaign has as many attachments as it may."""

    status = 422
    message = _l("A campaign has at most %(most)d attachments.", most=MOST)


class TooLargeInAll(DomainError):
    """Together, the attachments are larger than a message may carry."""

    status = 422
    message = _l("The attachments of a campaign have at most 4 MB in all.")


def add(workspace: Workspace, campaign: Campaign, name: str, content: bytes) -> None:
    """Have a file travel with the campaign.

    :raises NoLongerADraft: when it is too late.
    :raises FileTooLarge, TooManyFiles, TooLargeInAll: beyond the limits.
    :raises ProgramRefused, KindRefused, NotWhatItSays: for what does not arrive.
    """
    drafts.hold(campaign)
    if not 0 < len(content) <= LARGEST:
        raise FileTooLarge
    known = files.attachments_of(campaign)
    if len(known) >= MOST:
        raise TooManyFiles
    if sum(one.size for one in known) + len(content) > files.LARGEST_IN_ALL:
        raise TooLargeInAll
    made = Attachment(
        campaign_id=campaign.id,
        name=_named(name),
        media_type=file_kinds.media_type(name, content),
        size=len(content),
        content=content,
        created_at=clock.now(),
    )
    db.session.add(made)
    _changed(workspace, campaign, "campaign.attachment_added", made)


def remove(workspace: Workspace, campaign: Campaign, attachment_id: int) -> None:
    """Have a file stay behind; raises NotFound for one of another campaign."""
    drafts.hold(campaign)
    known = files.attachments_of(campaign)
    found = next((one for one in known if one.id == attachment_id), None)
    if found is None:
        raise NotFound
    db.session.delete(found)
    _changed(workspace, campaign, "campaign.attachment_removed", found)


def copy(campaign: Campaign, to: Campaign) -> None:
    """Give a copy of a campaign the same attachments."""
    told = (
        Attachment.name,
        Attachment.media_type,
        Attachment.size,
        Attachment.content,
        Attachment.created_at,
    )
    same = select(literal(to.id), *told).where(Attachment.campaign_id == campaign.id)
    names = ["campaign_id", *(column.key for column in told)]
    db.session.execute(
        insert(Attachment).from_select(names, same.order_by(Attachment.id))
    )


def _named(name: str) -> str:
    """The name without a path, its ending kept where it is cut."""
    said = clean(name.replace("\\", "/").rpartition("/")[2])
    stem, _dot, ending = said.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def _changed(
    workspace: Workspace, campaign: Campaign, action: str, file: Attachment
) -> None:
    drafts.changed(campaign)
    auditing.record(workspace, action, campaign, file=file.name)
