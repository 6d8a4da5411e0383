"""What the links of a campaign become: tagged, stored, and by which host they are followed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.messages import addressing, tagging
from webapp.messages.models import Link

# A place of its own, before those of the links that people see.
_TRAP = -1


def settled(
    campaign: Campaign, values: Mapping[str, Any], from_address: str
) -> Mapping[str, Any]:
    """Its tags and its host: as they were when it began to leave, or as they would be now.

    A message that is tried again is the same, byte for byte, whatever the settings became.
    """
    if campaign.link_tags is not None:
        return campaign.link_tags
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    base = addressing.base_url(workspace, from_address)
    return {**tagging.filled(tagging.of(workspace), values), "base": base}


def tagged(html: str, kept: Mapping[str, Any]) -> str:
    """The template with the workspace's tags on its links, never on links to ourselves."""
    ours = {tagging.host_of(url) for url in (settings().base_url, kept["base"])}
    return tagging.apply(html, kept, ours)


def store(campaign: Campaign, urls: Sequence[str]) -> tuple[int, ...]:
    """The rows of these destinations, made where they lack; an old row never changes."""
    for url in urls:
        known = _rows(campaign)
        if url not in known:
            _add(campaign, len(known), url)
    known = _rows(campaign)
    return tuple(known[url] for url in urls)


def trap(campaign: Campaign) -> int:
    """The row of the link that only machines follow; 0 where there is none.

    Set before the first message leaves, or never.
    """
    wanted = select(Link.id).where(Link.campaign_id == campaign.id, Link.is_trap)
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    if campaign.started_at is None and workspace.sets_traps:
        _add(campaign, _TRAP, workspace.website or settings().base_url)
    return db.session.scalar(wanted) or 0


def _add(campaign: Campaign, position: int, url: str) -> None:
    values = {"position": position, "url": url, "is_trap": position == _TRAP}
    db.session.execute(
        insert(Link).values(campaign_id=campaign.id, **values).on_conflict_do_nothing()
    )


def _rows(campaign: Campaign) -> dict[str, int]:
    found = db.session.execute(
        select(Link.url, Link.id).where(Link.campaign_id == campaign.id, ~Link.is_trap)
    )
    return {row.url: row.id for row in found}
