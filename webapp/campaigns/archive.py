"""The campaigns of a list that everybody may read: which, where, and without a reader's name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import Select, select

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import blueprints
from webapp.campaigns.models import Campaign, Status
from webapp.core import installation
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.messages import personalising
from webapp.messages.filters import show
from webapp.messages.mime import Recipient
from webapp.subscriptions import archives
from webapp.subscriptions.models import MailingList

PER_PAGE = 20
_WORDS = {
    "fr": {"join": "S’inscrire", "more": "Toutes nos newsletters"},
    "en": {"join": "Sign up", "more": "All our newsletters"},
}
# What our own foot says to somebody who is on the list.
_WHY = re.compile(
    "(?:Vous recevez cet e-mail car votre adresse est inscrite à la liste"
    "|You receive this e-mail because your address is on the list)"
    "[^<]*?(?=<|$)"
)
_BODY = re.compile(r"<body\b[^>]*>")
# A page needs what a mail has not: whose it is, the way back, a heading.
_HEAD = (
    '<header style="display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between;'
    "padding:12px 20px;background:#ffffff;color:#26211e;border-bottom:1px solid #e4ddd5;"
    'font:16px/1.5 Helvetica,Arial,sans-serif"><strong>{shop}</strong>{join}</header>'
    '<main><h1 style="position:absolute;width:1px;height:1px;margin:0;overflow:hidden;'
    'clip-path:inset(50%)">{title}</h1>'
)
_SEPARATOR = r"(?:\s*(?:·|&middot;|\||–)\s*)"
# What stood between a link that has gone and one of ours.
_LEFT_OVER = re.compile(
    rf'(?<=>)(?<!</a>){_SEPARATOR}(?=<a href="[^"]*" style="color:inherit">)'
)


@dataclass(frozen=True)
class Issue:
    """One public campaign as a list of them tells it, without a reader's name."""

    id: int
    subject: str
    preheader: str
    sent_at: datetime


def publish(workspace: Workspace, campaign: Campaign, *, is_public: bool) -> None:
    """Let everybody read the campaign once it is sent, or nobody from now on."""
    if campaign.is_public == is_public:
        return
    campaign.is_public = is_public
    action = "campaign.made_public" if is_public else "campaign.made_private"
    auditing.record(workspace, action, campaign)


def address(campaign: Campaign) -> str:
    """Where everybody can read it; empty while nobody can, because of it or of its list."""
    mailing_list = db.session.get(MailingList, campaign.mailing_list_id or 0)
    if mailing_list is None or not campaign.is_public or campaign.status != Status.SENT:
        return ""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    whole = archives.address(workspace, mailing_list)
    return f"{whole}/{campaign.id}" if whole else ""


def has_open_list(campaign: Campaign) -> bool:
    """Whether the list of the campaign has an archive it could stand in."""
    mailing_list = db.session.get(MailingList, campaign.mailing_list_id or 0)
    return mailing_list is not None and mailing_list.archive_is_open


def issues(mailing_list: MailingList, page: int = 1) -> tuple[list[Issue], bool]:
    """A page of them, the newest first, and whether there are older ones."""
    found = db.session.scalars(
        _public(mailing_list)
        .order_by(Campaign.started_at.desc(), Campaign.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    ).all()
    return _told(found[:PER_PAGE]), len(found) > PER_PAGE


def get(mailing_list: MailingList, campaign_id: int) -> Campaign:
    """One public campaign of this list.

    :raises NotFound: also for one that is not public, not sent, or of another list.
    """
    found = db.session.scalar(_public(mailing_list).where(Campaign.id == campaign_id))
    if found is None:
        raise NotFound
    return found


def neutral_html(campaign: Campaign, *, archive: str, sign_up: str) -> str:
    """The message without a name, without measuring, and with a way in instead of a way out.

    :param sign_up: where one joins the list; empty when nowhere.
    :raises DomainError: when it cannot be completed without a reader.
    """
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    reader = Recipient(
        address=blueprints.sender_of(campaign, workspace).address,
        message=0,
        workspace=workspace.id,
        contact=0,
        values=_nobody(campaign),
    )
    html = blueprints.draft(campaign).preview(reader).html
    html = _WHY.sub("", _for_everybody(html, campaign.locale, archive, sign_up))
    title = escape(_without_reader(campaign.subject, campaign))
    head = _HEAD.format(
        shop=_link(archive, escape(workspace.name)),
        join=_link(sign_up, _words(campaign.locale)["join"]),
        title=title,
    )
    html = html.replace("<title></title>", f"<title>{title}</title>", 1)
    html = _BODY.sub(lambda body: body[0] + head, html, count=1)
    return html.replace("</body>", "</main></body>", 1)


def _public(mailing_list: MailingList) -> Select[Campaign]:
    return select(Campaign).where(
        Campaign.workspace_id == mailing_list.workspace_id,
        Campaign.mailing_list_id == mailing_list.id,
        Campaign.is_public,
        # What was asked of some is nothing for everybody.
        ~Campaign.asks_measuring,
        Campaign.status == Status.SENT,
    )


def _told(campaigns: Sequence[Campaign]) -> list[Issue]:
    return [
        Issue(
            id=one.id,
            subject=_without_reader(one.subject, one) or one.name,
            preheader=_without_reader(one.preheader, one),
            sent_at=one.started_at or one.created_at,
        )
        for one in campaigns
    ]


def _without_reader(words: str, campaign: Campaign) -> str:
    """A line completed for nobody; a comma that led to a name leads nowhere."""
    try:
        line = personalising.compiled(personalising.PLAIN, words)(
            {**_nobody(campaign), **blueprints.fixed(campaign)}
        )
    except DomainError:
        return ""
    return re.sub(r"\s+([,.])", r"\1", show(line)).strip(" ,;:")


def _nobody(campaign: Campaign) -> dict[str, object]:
    return {"contact": {"language": campaign.locale, "attributes": {}}}


def _for_everybody(html: str, language: str, archive: str, sign_up: str) -> str:
    """The links of one person become links for all: leaving becomes joining, choosing goes."""
    words = _words(language)
    instead = {
        "u": _link(sign_up, words["join"]),
        "p": "",
        "v": _link(archive, words["more"]),
    }
    base = re.escape(escape(installation.address("")))
    own = re.compile(
        rf'(?P<before>{_SEPARATOR}?)<a\b[^>]*\shref="{base}/(?P<door>[upv])/[^"]*"[^>]*>'
        rf".*?</a>",
        re.DOTALL,
    )

    def replaced(found: re.Match[str]) -> str:
        link = instead[found["door"]]
        return found["before"] + link if link else ""

    return _LEFT_OVER.sub("", own.sub(replaced, html))


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language[:2], _WORDS["fr"])


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}" style="color:inherit">{words}</a>' if url else ""
