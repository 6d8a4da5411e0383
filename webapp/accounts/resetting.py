"""A forgotten password: a link by mail, good for half an hour and for once."""

from webapp.accounts import auditing, passwords, queries, sessions
from webapp.accounts.events import PasswordResetAsked
from webapp.accounts.models import User
from webapp.core import events, tokens
from webapp.core.db import db

GOOD_FOR_SECONDS = 30 * 60
_PURPOSE = "password-reset"


def ask(email: str) -> None:
    """Have a link sent to the user with this address, if there is one; says nothing of it."""
    user = queries.find_user(email)
    if user is None or user.disabled_at:
        return
    workspaces = queries.workspaces_of(user)
    if not workspaces:
        return
    token = tokens.sign(_PURPOSE, [user.id, _mark(user)])
    events.publish(PasswordResetAsked(user, workspaces[0], token))


def user_of(token: str) -> User | None:
    """Whose password this link changes; None once it is old, used or altered."""
    content = tokens.read(_PURPOSE, token, max_age=GOOD_FOR_SECONDS)
    if content is None:
        return None
    user_id, mark = content
    user = db.session.get(User, user_id, with_for_update=True)
    if user is None or user.disabled_at or mark != _mark(user):
        return None
    return user


def choose(user: User, password: str) -> None:
    """Set the new password and sign the person out everywhere.

    :raises PasswordIsTooWeak: with the reason.
    """
    passwords.change(user, password)
    sessions.end_all(user)
    auditing.record(None, "user.password_reset", user)


def _mark(user: User) -> str:
    """Changes with the password, so that a link works once."""
    return tokens.fingerprint(user.password_hash)[:24]
