"""Secrets of others that we must be able to use (SMTP passwords): encrypted in the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class SecretIsUnreadable(DomainError):
    """The key of the installation is not the one this secret was encrypted with."""

    message = _l("This password was stored with another key. Please enter it again.")


def encrypt(secret: str) -> str:
    """The secret as it may lie in the database."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """The secret again.

    :raises SecretIsUnreadable: when the key of the installation has changed.
    """
    try:
        return _fernet().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretIsUnreadable from error


def derived_key(purpose: str) -> bytes:
    """Thirty-two bytes for one purpose, derived from the key of the installation."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hashlib.blake2b(
        secret, digest_size=32, person=purpose.encode()[:16]
    ).digest()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key("encryption")))
