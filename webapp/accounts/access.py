"""Which role may do what; every route declares it, and the current workspace comes from here."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, has_request_context, redirect, request, url_for
from flask_login import current_user

from webapp.accounts.models import Role
from webapp.core.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")


class Permission(StrEnum):
    """What can be allowed to a role, workspace by workspace."""

    VIEW = "view"
    EDIT = "edit"
    SEND = "send"
    COUNTER = "counter"
    CONTACTS = "contacts"
    EXPORT = "export"
    PRIVACY = "privacy"
    AUDIT = "audit"
    SETTINGS = "settings"
    MEMBERS = "members"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.EDITOR: frozenset(
        {
            Permission.VIEW,
            Permission.EDIT,
            Permission.SEND,
            Permission.COUNTER,
            Permission.CONTACTS,
            Permission.EXPORT,
        }
    ),
    Role.VIEWER: frozenset({Permission.VIEW}),
    Role.SELLER: frozenset({Permission.VIEW, Permission.COUNTER}),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Permission.VIEW,
            Permission.CONTACTS,
            Permission.EXPORT,
            Permission.PRIVACY,
            Permission.AUDIT,
        }
    ),
}


def allowed(permission: Permission) -> bool:
    """Whether the signed-in person may do this in the current workspace."""
    membership = g.get("membership")
    return membership is not None and permission in ROLES[Role(membership.role)]


def current_user_id() -> int | None:
    """The number of the signed-in person; None for a visitor and in a worker."""
    if has_request_context() and current_user.is_authenticated:
        return int(current_user.id)
    return None


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a route needs; the view gets the current workspace as `workspace`.

    The address starts with the workspace's slug; a workspace the person is not a member of
    answers 404 (see `webapp.accounts.current`), a missing permission 403.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                return _to_sign_in()  # type: ignore[return-value]
            if not allowed(permission):
                raise NotAllowed
            kwargs["workspace"] = g.workspace
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Declare a route that needs a signed-in person and no workspace."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            return _to_sign_in()  # type: ignore[return-value]
        return view(*args, **kwargs)

    guarded.permission = "signed in"  # type: ignore[attr-defined]
    return guarded


def open_to_all(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a route that anybody may call, and why."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.permission = f"open: {reason}"  # type: ignore[attr-defined]
        return view

    return declare


def _to_sign_in() -> object:
    # What was posted is lost: after signing in, the person starts from the first page.
    come_back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=come_back), 303)
