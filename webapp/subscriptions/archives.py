"""The page where everybody can read the public campaigns of a list: whether there is one, and where."""

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.accounts.setting_up import slug_of
from webapp.core import installation
from webapp.core.db import db
from webapp.subscriptions.models import MailingList


def set_open(
    workspace: Workspace, mailing_list: MailingList, *, is_open: bool, is_indexed: bool
) -> None:
    """Open or close the archive; its address is chosen once and stays."""
    mailing_list.archive_is_open = is_open
    mailing_list.archive_is_indexed = is_open and is_indexed
    if is_open and mailing_list.archive_slug is None:
        mailing_list.archive_slug = _free_slug(workspace, mailing_list.name)


def address(workspace: Workspace, mailing_list: MailingList) -> str:
    """Where its archive stands; empty while it is closed."""
    if not mailing_list.archive_is_open or not mailing_list.archive_slug:
        return ""
    return installation.address(f"/a/{workspace.slug}/{mailing_list.archive_slug}")


def find(slug: str, list_slug: str) -> tuple[Workspace, MailingList] | None:
    """The list whose archive is open at this address."""
    row = db.session.execute(
        select(Workspace, MailingList)
        .join(MailingList, MailingList.workspace_id == Workspace.id)
        .where(
            Workspace.slug == slug,
            MailingList.archive_slug == list_slug,
            MailingList.archive_is_open,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def all_of(workspace: Workspace) -> dict[str, str]:
    """The open archives of a workspace: the address of each, by the name of its list."""
    found = db.session.scalars(
        select(MailingList)
        .where(MailingList.workspace_id == workspace.id, MailingList.archive_is_open)
        .order_by(MailingList.name, MailingList.id)
    )
    return {one.name: address(workspace, one) for one in found}


def _free_slug(workspace: Workspace, name: str) -> str:
    taken = set(
        db.session.scalars(
            select(MailingList.archive_slug).where(
                MailingList.workspace_id == workspace.id
            )
        )
    )
    slug = wanted = slug_of(name)
    number = 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
