"""Who is signed in, and which workspace the address names."""

from typing import Any

from flask import Flask, current_app, g
from flask_login import LoginManager, current_user

from webapp.accounts import queries
from webapp.accounts.models import User
from webapp.core.errors import NotFound

# Every address of the back office about a workspace starts with this.
WORKSPACE_PREFIX = "/w/<workspace_slug>"


def init_app(app: Flask) -> None:
    """Load the user from the session cookie and the workspace from the address."""
    login = LoginManager(app)
    login.login_view = "accounts.sign_in"
    login.user_loader(_load_user)
    app.url_value_preprocessor(_take_workspace)
    app.url_defaults(_name_workspace)
    app.before_request(_load_workspace)


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
