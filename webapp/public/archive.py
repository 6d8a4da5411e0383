"""What a shop shows of its newsletters to everybody: a page, each public campaign, a feed."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import open_to_all
from webapp.accounts.models import Workspace
from webapp.campaigns import archive as campaigns
from webapp.campaigns.archive import Issue
from webapp.core.bad_input import row_number
from webapp.core.errors import DomainError, NotFound
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.public.browser_view import POLICY
from webapp.subscriptions import archives
from webapp.subscriptions.models import MailingList
from webapp.widgets import pages

blueprint = Blueprint("archive", __name__)

EVERYBODY = "the shop made these campaigns public"
ATOM = "http://www.w3.org/2005/Atom"
# Readers and proxies may keep a copy so long, in seconds.
FRESH = 300
# No shop has written so much; further on, the database would count in vain.
LAST_PAGE = 10_000


@blueprint.get("/a/<shop>/<list_slug>")
@open_to_all(EVERYBODY)
@limiter.limit("120 per minute")
def show(shop: str, list_slug: str) -> ResponseReturnValue:
    """The public campaigns of a list, newest first."""
    workspace, mailing_list = _find(shop, list_slug)
    asked = request.args.get("page", 1, type=row_number) or 1
    number = min(asked, LAST_PAGE)
    found, has_older = campaigns.issues(mailing_list, number)
    showing.speak(mailing_list.locale)
    page = showing.page(
        "public/archive.html",
        workspace,
        mailing_list=mailing_list,
        issues=found,
        number=number,
        has_older=has_older,
        sign_up=pages.sign_up_page(mailing_list),
    )
    return _shared(make_response(page), mailing_list, found)


@blueprint.get("/a/<shop>/<list_slug>/rss.xml")
@open_to_all(EVERYBODY)
@limiter.limit("120 per minute")
def feed(shop: str, list_slug: str) -> ResponseReturnValue:
    """The newest of them as RSS 2.0."""
    workspace, mailing_list = _find(shop, list_slug)
    found, _ = campaigns.issues(mailing_list)
    answer = Response(
        _rss(workspace, mailing_list, found), mimetype="application/rss+xml"
    )
    return _shared(answer, mailing_list, found)


@blueprint.get("/a/<shop>/<list_slug>/<int:campaign_id>")
@open_to_all(EVERYBODY)
@limiter.limit("120 per minute")
def read(shop: str, list_slug: str, campaign_id: int) -> ResponseReturnValue:
    """One campaign, in words meant for nobody in particular."""
    workspace, mailing_list = _find(shop, list_slug)
    campaign = campaigns.get(mailing_list, campaign_id)
    try:
        html = campaigns.neutral_html(
            campaign,
            archive=archives.address(workspace, mailing_list),
            sign_up=pages.sign_up_page(mailing_list),
        )
    except DomainError as error:
        raise NotFound from error
    answer = _shared(make_response(html), mailing_list, [])
    # An editor's HTML on our own host: it runs nothing, and its links open as in a mailbox.
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _find(shop: str, list_slug: str) -> tuple[Workspace, MailingList]:
    found = archives.find(shop, list_slug)
    if found is None:
        raise NotFound
    return found


def _shared(
    answer: Response, mailing_list: MailingList, found: list[Issue]
) -> Response:
    """The same for everybody, so it may be kept, and asked for again without being sent again."""
    if not mailing_list.archive_is_indexed:
        answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.headers["Vary"] = "Accept-Language"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    if found:
        answer.last_modified = found[0].sent_at
    answer.make_conditional(request)
    return answer


def _rss(workspace: Workspace, mailing_list: MailingList, found: list[Issue]) -> bytes:
    ET.register_namespace("atom", ATOM)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    here = archives.address(workspace, mailing_list)
    _tell(channel, "title", f"{mailing_list.name} – {workspace.name}")
    _tell(channel, "link", here)
    _tell(channel, "description", mailing_list.description or mailing_list.name)
    _tell(channel, "language", mailing_list.locale)
    if found:
        _tell(channel, "lastBuildDate", _date(found[0].sent_at))
    itself = {"href": f"{here}/rss.xml", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, f"{{{ATOM}}}link", itself)
    for issue in found:
        item = ET.SubElement(channel, "item")
        _tell(item, "title", issue.subject)
        _tell(item, "link", f"{here}/{issue.id}")
        _tell(item, "guid", f"{here}/{issue.id}")
        _tell(item, "pubDate", _date(issue.sent_at))
        _tell(item, "description", issue.preheader or issue.subject)
    whole: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _tell(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words


def _date(moment: datetime) -> str:
    """As RSS wants it (RFC 822, in English whatever the reader speaks)."""
    return format_datetime(moment.astimezone(UTC))
