"""Passwords: what is asked of them, how they are kept, and how one is checked."""

from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.accounts.models import User
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# NIST SP 800-63B and ANSSI ask for length, not for signs of several kinds.
SHORTEST = 12
# Hashing the whole of a novel would keep a process busy.
LONGEST = 200
FEWEST_DIFFERENT_SIGNS = 5

_hasher = PasswordHasher()


class PasswordIsTooWeak(DomainError):
    """Anybody could find this password."""

    status = 422
    message = _l("This password is too easy to find.")

    def __init__(self, message: Any = None) -> None:
        """Say what is wrong with it."""
        super().__init__()
        self.message = message or self.message


def check(password: str, *known: str) -> None:
    """Refuse a password that is short, monotonous or says what everybody knows.

    :param known: words about the person, such as their address.
    :raises PasswordIsTooWeak: with the reason.
    """
    if len(password) < SHORTEST:
        raise PasswordIsTooWeak(_l("Please use at least 12 characters."))
    if len(password) > LONGEST:
        raise PasswordIsTooWeak(_l("Please use at most 200 characters."))
    if len(set(password.casefold())) < FEWEST_DIFFERENT_SIGNS:
        raise PasswordIsTooWeak(_l("Please use more different characters."))
    if password.casefold() in {word.casefold() for word in known}:
        raise PasswordIsTooWeak(_l("Please do not use your name or your address."))


def change(user: User, password: str) -> None:
    """Give the user a new password, and forget the wrong ones that were tried.

    :raises PasswordIsTooWeak: with the reason.
    """
    check(password, user.email, user.name)
    user.password_hash = _hasher.hash(password)
    user.wrong_passwords = 0


def matches(user: User | None, password: str) -> bool:
    """Whether this is the user's password; takes as long when there is no such user."""
    stored = user.password_hash if user else _nobody()
    try:
        _hasher.verify(stored, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    if user is None:
        return False
    if _hasher.check_needs_rehash(stored):
        user.password_hash = _hasher.hash(password)
    return True


@cache
def _nobody() -> str:
    """A hash that costs as much to check as anybody's."""
    return _hasher.hash("nobody has this password")
