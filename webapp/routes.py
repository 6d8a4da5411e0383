"""The site map: every blueprint and its address, and the navigation of the back office."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, g, request, url_for

from webapp.accounts import views as accounts
from webapp.accounts.access import Permission, allowed
from webapp.accounts.current import WORKSPACE_PREFIX
from webapp.analytics import views as analytics
from webapp.campaigns import views as campaigns
from webapp.consent import views as consent
from webapp.contact_pages import views as contact_pages
from webapp.core.i18n import _l
from webapp.deliverability import choosing
from webapp.deliverability import views as deliverability
from webapp.demo import views as demo
from webapp.duplicates import views as duplicates
from webapp.exports import views as exports
from webapp.home import views as home
from webapp.imports import views as imports
from webapp.incoming import views as incoming
from webapp.lanes import views as lanes
from webapp.measuring_pages import views as measuring_pages
from webapp.operation import views as operation
from webapp.partner_pages import views as partner_pages
from webapp.public import (
    archive,
    browser_view,
    confirmation,
    embedded,
    gifts,
    hosted,
    hosts,
    measuring,
    moving,
    not_me,
    parents,
    pictures,
    preferences,
    thanks,
    unsubscribing,
    webhooks,
)
from webapp.public import widgets as public_widgets
from webapp.purchases import views as purchases
from webapp.quality import views as quality
from webapp.reputation import views as reputation
from webapp.rewards import views as rewards
from webapp.segments import views as segments
from webapp.subscriptions import views as lists
from webapp.widgets import views as widgets

# Pages about one workspace, below /w/<its slug>.
WORKSPACE_PAGES: list[tuple[Blueprint, str]] = [
    (analytics.blueprint, "/campaigns"),
    (campaigns.blueprint, "/campaigns"),
    (home.blueprint, ""),
    (accounts.settings, "/settings"),
    (consent.blueprint, "/settings/ledger"),
    (deliverability.sending, "/settings/sending"),
    (deliverability.mail_servers, "/settings/sending/servers"),
    (lanes.blueprint, "/settings/sending/lanes"),
    (deliverability.domains, "/settings/domains"),
    (incoming.coming_back, "/settings/incoming"),
    (incoming.webhooks, "/settings/incoming/services"),
    (measuring_pages.blueprint, "/settings/measuring"),
    (partner_pages.blueprint, "/settings/partners"),
    (deliverability.mailbox, "/mailbox"),
    (exports.blueprint, "/contacts/exports"),
    (imports.blueprint, "/contacts/imports"),
    (contact_pages.blueprint, "/contacts"),
    (duplicates.blueprint, "/duplicates"),
    (contact_pages.suppressions, "/contacts/suppressed"),
    (contact_pages.proofs, "/lists"),
    (lists.blueprint, "/lists"),
    (quality.blueprint, "/quality"),
    (purchases.customers, "/customers"),
    (purchases.orders, "/orders"),
    (reputation.blueprint, "/deliverability"),
    (reputation.pausing, "/settings/deliverability"),
    (rewards.blueprint, "/rewards"),
    (segments.blueprint, "/segments"),
    (widgets.blueprint, "/widgets"),
]
# Everything else.
OTHER_PAGES: list[tuple[Blueprint, str]] = [
    (archive.blueprint, ""),
    (browser_view.blueprint, ""),
    (home.way_in, ""),
    (accounts.accounts, ""),
    (demo.blueprint, ""),
    (operation.blueprint, ""),
    (confirmation.blueprint, ""),
    (parents.blueprint, ""),
    (not_me.blueprint, ""),
    (measuring.blueprint, ""),
    (preferences.blueprint, ""),
    (moving.blueprint, ""),
    (unsubscribing.blueprint, ""),
    (gifts.blueprint, ""),
    (hosted.blueprint, ""),
    (thanks.blueprint, ""),
    (public_widgets.blueprint, ""),
    (embedded.blueprint, ""),
    (webhooks.blueprint, ""),
    (pictures.blueprint, ""),
]
# Doors that know no session: a signed token in the address or a form of any site opens them,
# and there is no cookie to abuse.
OPENED_BY_THEIR_ADDRESS = (
    confirmation.blueprint,
    parents.blueprint,
    not_me.blueprint,
    thanks.blueprint,
    measuring.blueprint,
    preferences.blueprint,
    moving.blueprint,
    unsubscribing.blueprint,
    gifts.blueprint,
    public_widgets.blueprint,
    embedded.blueprint,
    webhooks.blueprint,
)
# What a workspace's own host answers; nothing of the back office is there.
FOR_READERS = (
    *OPENED_BY_THEIR_ADDRESS,
    archive.blueprint,
    browser_view.blueprint,
    hosted.blueprint,
)


@dataclass(frozen=True)
class Entry:
    """A line of the navigation; it is active on every page of its blueprints."""

    label: Any
    endpoint: str
    icon: str
    permission: Permission = Permission.VIEW
    # Blueprints beside the one of the endpoint whose pages stand under this line.
    also: tuple[str, ...] = ()

    @property
    def blueprints(self) -> tuple[str, ...]:
        """The blueprints whose pages stand under this line."""
        return (self.endpoint.partition(".")[0], *self.also)


NAVIGATION = [
    Entry(_l("Home"), "home.index", "home"),
    Entry(
        _l("Contacts"),
        "contacts.index",
        "users",
        Permission.CONTACTS,
        (
            "suppressions",
            "imports",
            "duplicates",
            "exports",
        ),
    ),
    Entry(_l("Data quality"), "quality.index", "checklist"),
    Entry(_l("Customers"), "customers.index", "shopping-bag", also=("orders",)),
    Entry(_l("Lists"), "lists.index", "list", also=("proofs",)),
    Entry(_l("Widgets"), "widgets.index", "forms", also=("rewards",)),
    Entry(_l("Segments"), "segments.index", "filter"),
    Entry(_l("Campaigns"), "campaigns.index", "mail", also=("reports",)),
    Entry(_l("Deliverability"), "reputation.index", "mail-check"),
    Entry(_l("Mailbox"), "mailbox.index", "inbox", Permission.SETTINGS),
    Entry(
        _l("Settings"),
        "settings.index",
        "settings",
        Permission.AUDIT,
        (
            "sending",
            "mail_servers",
            "lanes",
            "domains",
            "incoming",
            "webhooks",
            "measuring",
            "partners",
            "ledger",
            "pausing",
        ),
    ),
]


def init_app(app: Flask) -> None:
    """Put every page at its address and tell the templates the way."""
    for blueprint, path in WORKSPACE_PAGES:
        app.register_blueprint(blueprint, url_prefix=WORKSPACE_PREFIX + path)
    for blueprint, path in OTHER_PAGES:
        app.register_blueprint(blueprint, url_prefix=path or None)
    for blueprint in OPENED_BY_THEIR_ADDRESS:
        app.extensions["csrf"].exempt(blueprint)
    hosts.init_app(app, FOR_READERS)
    app.context_processor(lambda: {"navigation": _navigation(app)})


def _navigation(app: Flask) -> list[dict[str, Any]]:
    """What the signed-in person may open in the workspace of this page."""
    if not g.get("workspace"):
        return []
    return [
        {
            "label": entry.label,
            "url": url_for(entry.endpoint),
            "icon": entry.icon,
            "active": request.blueprint in entry.blueprints,
        }
        for entry in NAVIGATION
        if entry.endpoint in app.view_functions and _is_open(entry)
    ]


def _is_open(entry: Entry) -> bool:
    if not allowed(entry.permission):
        return False
    if entry.endpoint != "mailbox.index":
        return True
    return choosing.opens_mailbox(g.workspace, g.membership.user)
