"""Links that lead somewhere else than they did when they were sent; what was followed stays counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from webapp.accounts import access, auditing
from webapp.accounts.models import User, Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import sender_domains
from webapp.messages import tagging
from webapp.messages.models import Link, LinkRepair

LONGEST = 2000
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


class NotAnAddress(DomainError):
    """A link leads to a page of the web."""

    status = 422
    message = _l("Give a whole address that begins with https://.")


class LeadsToItself(DomainError):
    """A followed link that leads to a followed link goes round in circles."""

    status = 422
    message = _l("This is one of our own links: give the address of the page itself.")


class AnotherSite(DomainError):
    """Readers were promised a page of another site."""

    status = 422
    message = _l(
        "This leads to another site than the one in the message. Tick the box if that is right."
    )


@dataclass(frozen=True)
class Repair:
    """What somebody once did to a link."""

    before: str
    after: str
    at: datetime
    by: str


def get_link(campaign_id: int, link_id: int) -> Link:
    """A link that readers see.

    :raises NotFound: when it stands in another campaign.
    """
    link = db.session.get(Link, link_id)
    if link is None or link.campaign_id != campaign_id or link.is_trap:
        raise NotFound
    return link


def leads_to(link: Link) -> str:
    """Where the link leads now."""
    return link.leads_to or link.url


def changed(campaign_id: int) -> Mapping[int, str]:
    """The links of a campaign that lead elsewhere than they did, and where."""
    found = db.session.execute(
        select(Link.id, Link.leads_to).where(
            Link.campaign_id == campaign_id, Link.leads_to != ""
        )
    )
    return {row.id: row.leads_to for row in found}


def history(link: Link) -> list[Repair]:
    """What was done to a link, the latest first."""
    found = db.session.execute(
        select(LinkRepair, User.name)
        .outerjoin(User, User.id == LinkRepair.user_id)
        .where(LinkRepair.link_id == link.id)
        .order_by(LinkRepair.id.desc())
    )
    return [Repair(one.before, one.after, one.at, name or "") for one, name in found]


def repair(workspace: Workspace, link: Link, address: str, *, confirmed: bool) -> None:
    """Have the link lead to this address from now on, for everybody whose click passes by us.

    :param confirmed: that another site than before is meant.
    :raises NotAnAddress, LeadsToItself: for what no reader could be led to.
    :raises AnotherSite: unless it is confirmed.
    """
    db.session.refresh(link, with_for_update={"key_share": True})
    address, before = address.strip(), leads_to(link)
    _check(address)
    if address == before:
        return
    if not confirmed and not is_expected(workspace, link, address):
        raise AnotherSite
    link.leads_to = "" if address == link.url else address
    db.session.add(
        LinkRepair(
            workspace_id=workspace.id,
            link_id=link.id,
            before=before,
            after=address,
            user_id=access.current_user_id(),
            at=clock.now(),
        )
    )
    auditing.record(workspace, "link.repaired", name=address[:120], link=link.id)


def is_expected(workspace: Workspace, link: Link, address: str) -> bool:
    """Whether the address is on the site the message names, or on one of the workspace's own."""
    rules = tagging.of(workspace)
    known = {
        tagging.host_of(link.url),
        tagging.host_of(workspace.website),
        *(rules.sites if rules else ()),
    }
    sites = {host.removeprefix("www.") for host in known if host}
    return tagging.belongs(tagging.host_of(address), sites)


def _check(address: str) -> None:
    try:
        parts: Any = urlsplit(address)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    has_name = "@" in (parts.netloc if is_web else "")
    if not is_web or has_name or len(address) > LONGEST or _BLANK.search(address):
        raise NotAnAddress
    if parts.path.startswith(("/c/", "/o/")) and _is_ours(tagging.host_of(address)):
        raise LeadsToItself


def _is_ours(host: str) -> bool:
    ours = tagging.host_of(settings().base_url)
    return host == ours or sender_domains.is_tracking_host(host)
