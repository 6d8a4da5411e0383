"""Who comes in: the right password, and not too many wrong ones before it."""

from datetime import timedelta

from sqlalchemy import update

from webapp.accounts import passwords, queries
from webapp.accounts.models import User
from webapp.core import clock
from webapp.core.db import db

# NIST SP 800-63B allows 100 in a row; whoever forgets a password needs a handful.
WRONG_IN_A_ROW = 20
PAUSE = timedelta(minutes=15)


def authenticate(email: str, password: str) -> User | None:
    """The user who may come in; None says neither why nor whether the address is known."""
    user = queries.find_user(email)
    right = passwords.matches(user, password)
    if user is None or user.disabled_at or _is_paused(user):
        return None
    if not right:
        _count(user)
        return None
    user.wrong_passwords = 0
    return user


def _is_paused(user: User) -> bool:
    at = user.wrong_password_at
    if user.wrong_passwords < WRONG_IN_A_ROW or at is None:
        return False
    return at > clock.now() - PAUSE


def _count(user: User) -> None:
    """Count in a transaction of its own: the page that says no undoes the request's."""
    starts_again = user.wrong_passwords >= WRONG_IN_A_ROW
    wrong = 1 if starts_again else User.wrong_passwords + 1
    with db.engine.begin() as connection:
        connection.execute(
            update(User)
            .where(User.id == user.id)
            .values(wrong_passwords=wrong, wrong_password_at=clock.now())
        )
