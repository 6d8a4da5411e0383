"""The empty shop: its fields, lists, widgets and segments, as if made when it opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.models import PurposeKind, ShownText
from webapp.contacts import attributes
from webapp.core.db import db
from webapp.core.installation import settings
from webapp.demo import shop
from webapp.demo.shop import LOCALE, About
from webapp.segments import saving
from webapp.subscriptions import editing, wording
from webapp.subscriptions.models import MailingList
from webapp.widgets import publishing
from webapp.widgets.models import Widget

MEASURES = {About.OPENS: PurposeKind.OPENS, About.CLICKS: PurposeKind.CLICKS}


@dataclass(frozen=True)
class Shop:
    """The shop with the numbers its story refers to."""

    workspace: Workspace
    lists: dict[About, MailingList]
    purposes: dict[About, int]
    texts: dict[About, int]
    widgets: dict[About, Widget]
    versions: dict[About, int]


def furnish(workspace: Workspace, opened_at: datetime, now: datetime) -> Shop:
    """Make all that stands in the shop before the first customer comes."""
    for name, kind, choices in shop.ATTRIBUTES:
        field = attributes.declare(workspace, name, kind, choices)
        attributes.ask_people(field, asked=field.key in shop.ASKED)
    _keep_words(workspace, opened_at)
    lists = {
        about: editing.create(workspace, told) for about, told in shop.LISTS.items()
    }
    for made in lists.values():
        made.created_at = opened_at
    widgets = {about: _widget(workspace, about, lists) for about in shop.WIDGETS}
    versions = {about: _publish(widget, opened_at) for about, widget in widgets.items()}
    for name, rules in shop.segments(lists[About.NEWS].id, now):
        saving.create(workspace, name, rules)
    return Shop(
        workspace,
        lists,
        _purposes(workspace, lists),
        _texts(workspace, lists),
        widgets,
        versions,
    )


def _keep_words(workspace: Workspace, opened_at: datetime) -> None:
    """Keep every wording under its real day: it cannot be dated back later."""
    words = [(wording.PURPOSE, told.purpose_text) for told in shop.LISTS.values()] + [
        (wording.NOTICE, told.notice_text) for told in shop.LISTS.values()
    ]
    words += [
        (kind.value, wording.measuring_sentence(kind, workspace, LOCALE))
        for kind in MEASURES.values()
    ]
    rows = [
        {
            "workspace_id": workspace.id,
            "kind": kind,
            "body": body,
            "locale": LOCALE,
            "fingerprint": ledger.fingerprint(kind, body, LOCALE),
            "created_at": opened_at,
        }
        for kind, body in words
    ]
    db.session.execute(insert(ShownText).on_conflict_do_nothing(), rows)


def _widget(
    workspace: Workspace, about: About, lists: dict[About, MailingList]
) -> Widget:
    form = shop.WIDGETS[about]
    widget = publishing.create(workspace, lists[about], form.name)
    widget.design = {**widget.design, **form.design}
    return widget


def _publish(widget: Widget, opened_at: datetime) -> int:
    version = publishing.publish(widget, settings().base_url)
    widget.created_at = widget.published_at = widget.updated_at = opened_at
    version.created_at = opened_at
    return version.id


def _purposes(
    workspace: Workspace, lists: dict[About, MailingList]
) -> dict[About, int]:
    measuring = purposes.measuring(workspace)
    own = {about: made.purpose_id for about, made in lists.items()}
    return {**own, About.OPENS: measuring.opens.id, About.CLICKS: measuring.clicks.id}


def _texts(workspace: Workspace, lists: dict[About, MailingList]) -> dict[About, int]:
    own = {about: wording.shown_id(workspace, made) for about, made in lists.items()}
    measured = {
        about: wording.measuring_id(kind, workspace, LOCALE)
        for about, kind in MEASURES.items()
    }
    return {**own, **measured}
