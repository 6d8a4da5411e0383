"""A campaign prepared once: its templates compiled, its sender, its links."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import Any

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.campaigns import files, following
from webapp.campaigns.models import Campaign
from webapp.contacts.models import Attribute
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import choosing, relays, sender_domains
from webapp.deliverability.dkim import Signer
from webapp.messages import addressing, lawful, links, mjml, text
from webapp.messages.framing import Listing, Sender
from webapp.messages.links import MailUrls
from webapp.messages.mime import Blueprint, Content
from webapp.messages.problems import refuse_errors
from webapp.subscriptions.models import MailingList

# As many campaigns as one process is likely to send at the same time.
_KEPT = 8
# How long one may say yes from the mail that asks; later, by a fresh link (fresh_links).
ANSWERS_FOR = timedelta(days=30)
_cache: dict[tuple[int, Any, Any, bytes, Signer | None], Blueprint] = {}
_lock = Lock()


class ListIsGone(DomainError):
    """The list a campaign goes to was deleted."""

    message = _l("The list of this campaign does not exist any more.")


def compiled(campaign: Campaign) -> mjml.Compiled:
    """The HTML of the campaign, its common links written in, and what is wrong with its MJML."""
    made = mjml.compile(
        campaign.mjml,
        language=campaign.locale,
        custom_keys=_custom_keys(campaign),
        instance=settings().base_url,
        preheader=campaign.preheader,
    )
    html = links.settle(made.html, fixed(campaign))
    return replace(made, html=following.tagged(html, link_tags(campaign)))


def link_tags(campaign: Campaign) -> Mapping[str, Any]:
    """What is added to its links, and by which host they are followed."""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    sender = sender_of(campaign, workspace)
    return following.settled(campaign, fixed(campaign), sender.address)


def content_of(campaign: Campaign) -> Content:
    """The templates as they go into the message.

    :raises TemplateIsRefused: when the MJML has errors.
    :raises PictureIsGone, TooHeavy: when its files cannot go with it.
    """
    made = compiled(campaign)
    refuse_errors(made.problems)
    files.check(campaign, made.html)
    return Content(campaign.subject, made.html, text.from_html(made.html))


def sender_of(campaign: Campaign, workspace: Workspace) -> Sender:
    """Who the campaign comes from: its own sender, else the workspace's."""
    return Sender(
        address=campaign.sender_email or workspace.sender_email,
        name=campaign.sender_name or workspace.sender_name or workspace.name,
        reply_to=campaign.reply_to,
    )


def draft(campaign: Campaign) -> Blueprint:
    """The campaign before its links have rows: for checks and previews, never to be sent.

    :raises TemplateIsRefused: when a template has errors.
    """
    content = content_of(campaign)
    count = len(links.find(content.html).destinations)
    return _blueprint(campaign, content, _urls(campaign, range(count)))


def ready(campaign: Campaign) -> Blueprint:
    """The campaign as it is sent, its links stored; kept by the process until it changes.

    :raises TemplateIsRefused: when a template has errors.
    :raises ListIsGone: when it goes to nobody.
    """
    for_relays, signer = _for_relays(campaign), _signer(campaign)
    # What was prepared before the start may have been undone with it, its links too.
    key = (campaign.id, campaign.updated_at, campaign.started_at, for_relays, signer)
    with _lock:
        if key in _cache:
            return _cache[key]
    content = content_of(campaign)
    content = replace(content, files=files.enclosed(campaign, content.html))
    ids = following.store(campaign, links.find(content.html).destinations)
    urls = _urls(campaign, ids, trap=following.trap(campaign))
    made = _blueprint(campaign, content, urls, for_relays, signer)
    with _lock:
        if len(_cache) >= _KEPT:
            del _cache[next(iter(_cache))]
        _cache[key] = made
    return made


def list_of(campaign: Campaign) -> MailingList:
    """The list the campaign goes to.

    :raises ListIsGone: when there is none.
    """
    mailing_list = db.session.get(MailingList, campaign.mailing_list_id or 0)
    if mailing_list is None:
        raise ListIsGone
    return mailing_list


def _blueprint(
    campaign: Campaign,
    content: Content,
    urls: MailUrls,
    for_relays: bytes = b"",
    signer: Signer | None = None,
) -> Blueprint:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    mailing_list = list_of(campaign)
    sender = replace(sender_of(campaign, workspace), signer=signer)
    lawful.check(content.text, sender, (workspace.name, workspace.legal_name))
    return Blueprint(
        content,
        sender,
        Listing(
            name=mailing_list.name,
            slug=f"list-{mailing_list.id}",
            campaign=campaign.id,
            workspace=workspace.id,
            for_relay=for_relays,
        ),
        urls,
        fixed=fixed(campaign),
        custom_keys=_custom_keys(campaign),
    )


def _urls(campaign: Campaign, link_ids: Sequence[int], *, trap: int = 0) -> MailUrls:
    return MailUrls(
        link_tags(campaign)["base"],
        addressing.tokens(),
        campaign.id,
        link_ids,
        ANSWERS_FOR if campaign.asks_measuring else None,
        trap,
    )


def _signer(campaign: Campaign) -> Signer | None:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    return sender_domains.signer_for(workspace, sender_of(campaign, workspace).address)


def _for_relays(campaign: Campaign) -> bytes:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    return relays.without_measuring(*choosing.relays(workspace))


def fixed(campaign: Campaign) -> Mapping[str, Any]:
    """The values that are the same for everybody; a draft may have no list yet."""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    mailing_list = db.session.get(MailingList, campaign.mailing_list_id or 0)
    return {
        "workspace": {
            "name": workspace.name,
            "address": workspace.postal_address,
            "website": workspace.website,
        },
        "campaign": {"name": campaign.name, "subject": campaign.subject},
        "list": {"name": mailing_list.name if mailing_list else ""},
    }


def _custom_keys(campaign: Campaign) -> list[str]:
    return list(
        db.session.scalars(
            select(Attribute.key)
            .where(Attribute.workspace_id == campaign.workspace_id)
            .order_by(Attribute.key)
        )
    )
