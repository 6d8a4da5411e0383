"""The site map: every blueprint and its address, and the navigation of the back office."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, g, request, url_for

from webapp.accounts.access import Permission, allowed
from webapp.accounts.current import WORKSPACE_PREFIX
from webapp.core.i18n import _l
from webapp.operation import views as operation
from webapp.public import confirmation, preferences, unsubscribing
from webapp.segments import views as segments

# Pages about one workspace, below /w/<its slug>.
WORKSPACE_PAGES: list[tuple[Blueprint, str]] = [
    (segments.blueprint, "/segments"),
]
# Everything else.
OTHER_PAGES: list[tuple[Blueprint, str]] = [
    (operation.blueprint, ""),
    (confirmation.blueprint, ""),
    (preferences.blueprint, ""),
    (unsubscribing.blueprint, ""),
]
# Doors whose authority is the signed token in the address: there is no cookie to abuse.
OPENED_BY_THEIR_ADDRESS = (
    confirmation.blueprint,
    preferences.blueprint,
    unsubscribing.blueprint,
)


@dataclass(frozen=True)
class Entry:
    """A line of the navigation; it is active on every page of its blueprint."""

    label: Any
    endpoint: str
    icon: str
    permission: Permission = Permission.VIEW


NAVIGATION = [
    Entry(_l("Home"), "home.index", "home"),
    Entry(_l("Contacts"), "contacts.index", "users", Permission.CONTACTS),
    Entry(_l("Lists"), "lists.index", "list"),
    Entry(_l("Widgets"), "widgets.index", "forms"),
    Entry(_l("Segments"), "segments.index", "filter"),
    Entry(_l("Campaigns"), "campaigns.index", "mail"),
    Entry(_l("Mailbox"), "mailbox.index", "inbox", Permission.EDIT),
    Entry(_l("Settings"), "settings.index", "settings", Permission.SETTINGS),
]


def init_app(app: Flask) -> None:
    """Put every page at its address and tell the templates the way."""
    for blueprint, path in WORKSPACE_PAGES:
        app.register_blueprint(blueprint, url_prefix=WORKSPACE_PREFIX + path)
    for blueprint, path in OTHER_PAGES:
        app.register_blueprint(blueprint, url_prefix=path or None)
    for blueprint in OPENED_BY_THEIR_ADDRESS:
        app.extensions["csrf"].exempt(blueprint)
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
            "active": request.blueprint == entry.endpoint.partition(".")[0],
        }
        for entry in NAVIGATION
        if entry.endpoint in app.view_functions and allowed(entry.permission)
    ]
