"""Who is signed in, which workspace the address names, and what every page says of both."""

from typing import Any

from flask import Flask, Response, current_app, g, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user

from webapp.accounts import queries
from webapp.accounts.access import Permission, allowed
from webapp.accounts.models import User
from webapp.core import i18n
from webapp.core.errors import NotFound

# Every address of the back office about a workspace starts with this.
WORKSPACE_PREFIX = "/w/<workspace_slug>"


class _PrivateSession(SecureCookieSessionInterface):
    """Sessions as Flask keeps them, but none on a page that others get a copy of."""

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Leave a response that proxies may keep without anybody's cookie."""
        if not response.cache_control.public:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Load the user from the session cookie and the workspace from the address."""
    app.session_interface = _PrivateSession()
    login = LoginManager(app)
    login.user_loader(_load_user)
    app.url_value_preprocessor(_take_workspace)
    app.url_defaults(_name_workspace)
    app.before_request(_load_workspace)
    app.context_processor(_for_layout)
    app.jinja_env.globals["may"] = _may


def _load_user(token: str) -> User | None:
    return queries.user_of_session(token)


def _take_workspace(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.workspace_slug = (values or {}).pop("workspace_slug", None)


def _name_workspace(endpoint: str, values: dict[str, Any]) -> None:
    """Links inside a workspace stay in it without saying so."""
    slug = g.get("workspace_slug")
    if not slug or "workspace_slug" in values:
        return
    if current_app.url_map.is_endpoint_expecting(endpoint, "workspace_slug"):
        values["workspace_slug"] = slug


def _load_workspace() -> None:
    """A workspace of strangers answers as one that does not exist."""
    if not g.workspace_slug or not current_user.is_authenticated:
        return
    membership = queries.find_membership(current_user, g.workspace_slug)
    if membership is None:
        raise NotFound
    g.membership = membership
    g.workspace = membership.workspace
    if session.get("workspace") != g.workspace_slug:
        session["workspace"] = g.workspace_slug


def _may(permission: str) -> bool:
    """For templates: whether the reader may do this in the workspace of the page."""
    return allowed(Permission(permission))


def _for_layout() -> dict[str, Any]:
    """What the layouts show around every page; see docs/interface.md."""
    words = {"locale": i18n.locale(), "locales": list(i18n.LOCALES.items())}
    if not current_user.is_authenticated:
        return {**words, "theme": "auto", "workspaces": [], "links": {}}
    return {
        **words,
        "theme": current_user.theme,
        "workspaces": _workspaces() if g.get("workspace") else [],
        "links": {
            "account": url_for("accounts.account"),
            "theme": url_for("accounts.choose_theme"),
            "locale": url_for("accounts.choose_locale"),
            "sign_out": url_for("accounts.sign_out"),
        },
    }


def _workspaces() -> list[dict[str, Any]]:
    return [
        {
            "name": workspace.name,
            "url": url_for("accounts.switch", slug=workspace.slug),
            "current": workspace.slug == g.workspace_slug,
        }
        for workspace in queries.workspaces_of(current_user)
    ]
