"""The two blueprints of this package, and what their pages share."""

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from webapp.accounts import queries, sessions
from webapp.accounts.models import User

accounts = Blueprint("accounts", __name__)
settings = Blueprint("settings", __name__)

SETUP = "accounts.set_up"


@accounts.before_request
def lead_to_the_first_visit() -> ResponseReturnValue | None:
    """While nobody has an account, every page about accounts leads to the first visit."""
    if request.endpoint == SETUP or current_user.is_authenticated:
        return None
    if queries.any_user():
        return None
    return redirect(url_for(SETUP), 303)


def enter(user: User) -> None:
    """Sign the person in, in a session that shares nothing with the visitor's before."""
    sessions.begin(user, request.user_agent.string)
    session.clear()
    session.permanent = True
    login_user(user)
