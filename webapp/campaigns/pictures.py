"""The pictures of a workspace: shown from our own host, or inside the messages.

Each is decoded and written anew (`redrawing`): no place where it was taken, no code behind
it. Its public id is made of its content, so what lies at an address never changes.
"""

import hashlib
from collections.abc import Collection, Sequence
from html import escape

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import redrawing
from webapp.campaigns.models import Campaign, Picture
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.messages.addresses_in_mail import HOSTED, INLINE
from webapp.messages.headers import clean

# Enough for years of messages.
MOST = 1000
# Pixels; a larger picture is shown smaller.
MESSAGE_WIDTH = 600
_LONGEST_DESCRIPTION = 200


class TooManyPictures(DomainError):
    """The workspace has as many pictures as it may."""

    status = 422
    message = _l("There are %(most)d pictures already: remove some.", most=MOST)


class PictureIsUsed(DomainError):
    """A message shows it: readers would see a hole."""

    message = _l("A message shows this picture: it cannot be removed.")


class PictureIsGone(DomainError):
    """A message shows a picture that is not there."""

    message = _l("The message shows a picture that is not there any more.")


def pictures_of(workspace: Workspace) -> Sequence[Picture]:
    """The pictures, the newest first; their content is read when it is asked for."""
    return db.session.scalars(_of(workspace).order_by(Picture.id.desc())).all()


def add(
    workspace: Workspace, name: str, content: bytes, description: str = ""
) -> Picture:
    """Take a picture in, or find that it is there already.

    :param description: what it shows, for those who do not see it; else, its name is kept.
    :raises TooManyPictures: when there is no room; else raises as `redraw` does.
    """
    drawn = redrawing.redraw(content)
    public_id = hashlib.sha256(drawn.content).hexdigest()[:32]
    known = db.session.scalar(_of(workspace).where(Picture.public_id == public_id))
    if known is not None:
        return known
    if len(pictures_of(workspace)) >= MOST:
        raise TooManyPictures
    made = Picture(
        workspace_id=workspace.id,
        public_id=public_id,
        description=clean(description or _stem(name))[:_LONGEST_DESCRIPTION],
        media_type=drawn.media_type,
        width=drawn.width,
        height=drawn.height,
        size=len(drawn.content),
        content=drawn.content,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    auditing.record(workspace, "picture.added", made, name=made.description)
    return made


def remove(workspace: Workspace, picture_id: int) -> None:
    """Throw a picture away.

    :raises NotFound: for one of another workspace.
    :raises PictureIsUsed: while a campaign shows it, one that was sent included.
    """
    found = db.session.scalar(_of(workspace).where(Picture.id == picture_id))
    if found is None:
        raise NotFound
    shown = select(Campaign.id).where(
        Campaign.workspace_id == workspace.id, Campaign.mjml.contains(found.public_id)
    )
    if db.session.scalar(shown.limit(1)) is not None:
        raise PictureIsUsed
    db.session.delete(found)
    auditing.record(workspace, "picture.removed", found, name=found.description)


def published(public_id: str) -> Picture:
    """The picture at this address of our host, whoever's it is.

    :raises NotFound: when there is none.
    """
    found = db.session.scalar(
        select(Picture)
        .where(Picture.public_id == public_id)
        .options(undefer(Picture.content))
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def snippet(picture: Picture, *, inside: bool = False) -> str:
    """The MJML that shows the picture, from our host or inside the message."""
    source = (
        f"cid:{picture.public_id}@pictures" if inside else f"/i/{picture.public_id}"
    )
    # A brace would read as template code.
    said = escape(picture.description.replace("{", "(").replace("}", ")"))
    width = min(picture.width, MESSAGE_WIDTH)
    return f'<mj-image src="{source}" alt="{said}" width="{width}px" />'


def travel_inside(campaign: Campaign) -> bool:
    """Whether some picture travels inside the messages."""
    return INLINE.search(campaign.mjml) is not None


def inside(workspace: Workspace, html: str) -> Sequence[Picture]:
    """The pictures that travel inside a message with this HTML, in a fixed order.

    :raises PictureIsGone: when it shows one that is not there, inside or at our host.
    """
    within = set(INLINE.findall(html))
    shown = within | set(HOSTED.findall(html))
    if not shown:
        return []
    known = db.session.scalars(_among(workspace, shown)).all()
    if {one.public_id for one in known} != shown:
        raise PictureIsGone
    return [one for one in known if one.public_id in within]


def _among(workspace: Workspace, ids: Collection[str]) -> Select[Picture]:
    return _of(workspace).where(Picture.public_id.in_(ids)).order_by(Picture.public_id)


def _of(workspace: Workspace) -> Select[Picture]:
    return select(Picture).where(Picture.workspace_id == workspace.id)


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
