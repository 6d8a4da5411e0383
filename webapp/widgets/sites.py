"""The sites of a workspace to which a widget may send people on: its website, and those it named."""

import re
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.widgets.design import Design
from webapp.widgets.models import AllowedSite, Widget

_HOST = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
)


class SiteIsNotValid(DomainError):
    """What was entered names no site."""

    status = 422
    message = _l("A site looks like shop.example, without a page behind it.")


class SiteIsInUse(DomainError):
    """A widget sends people there."""

    def __init__(self, host: str, names: list[str]) -> None:
        """Name the site and the widgets."""
        super().__init__(host)
        self.message = _l(
            "%(host)s stays: these widgets send people there: %(names)s.",
            host=host,
            names=", ".join(names),
        )


def allowed(workspace: Workspace) -> list[AllowedSite]:
    """The sites that were named, in the order of the alphabet."""
    return list(
        db.session.scalars(
            select(AllowedSite)
            .where(AllowedSite.workspace_id == workspace.id)
            .order_by(AllowedSite.host)
        )
    )


def hosts(workspace: Workspace) -> list[str]:
    """Every host people may be sent to; the website of the shop is always one."""
    named = {site.host for site in allowed(workspace)}
    website = host_of(workspace.website)
    return sorted(named | {website} if website else named)


def may_lead_to(workspace: Workspace, address: str) -> bool:
    """Whether people may be sent to this address; `www.` makes no difference."""
    return _is_among(hosts(workspace), address)


def allow(workspace: Workspace, entered: str) -> str:
    """Add a site by its name or the address of one of its pages, and say its host.

    :raises SiteIsNotValid: when it names none.
    """
    host = host_of(entered) or host_of(f"https://{entered.strip()}")
    if not _HOST.fullmatch(host):
        raise SiteIsNotValid
    added = db.session.scalar(
        insert(AllowedSite)
        .values(workspace_id=workspace.id, host=host)
        .on_conflict_do_nothing()
        .returning(AllowedSite.id)
    )
    if added is not None:
        auditing.record(workspace, "site.allowed", workspace, host=host)
    return host


def refuse(workspace: Workspace, site_id: int) -> None:
    """Take a site off.

    :raises SiteIsInUse: while a widget sends people there.
    """
    site = db.session.get(AllowedSite, site_id)
    if site is None or site.workspace_id != workspace.id:
        raise NotFound
    others = [host for host in hosts(workspace) if host != site.host]
    names = [
        widget.name
        for widget, address in _redirects(workspace)
        if host_of(address) and not _is_among(others, address)
    ]
    if names:
        raise SiteIsInUse(site.host, names)
    db.session.delete(site)
    auditing.record(workspace, "site.refused", workspace, host=site.host)


def host_of(address: str) -> str:
    """The host of a full address, in small letters; nothing when it is none."""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def _redirects(workspace: Workspace) -> list[tuple[Widget, str]]:
    found = db.session.scalars(
        select(Widget).where(
            Widget.workspace_id == workspace.id, Widget.archived_at.is_(None)
        )
    )
    read = [(widget, Design.from_json(widget.design).redirect) for widget in found]
    return [(widget, address) for widget, address in read if address]


def _is_among(known: list[str], address: str) -> bool:
    return _bare(host_of(address)) in {_bare(host) for host in known}


def _bare(host: str) -> str:
    return host.removeprefix("www.")
