"""Signed links that expire, for the people who use the platform (not for mail to contacts)."""

import hashlib
import secrets
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer


def sign(purpose: str, payload: Any) -> str:
    """A token only we can make, good for one purpose."""
    return _serializer(purpose).dumps(payload)


def read(purpose: str, token: str, *, max_age: int) -> Any:
    """What was signed, or None when altered, meant for something else or older than so many seconds."""
    try:
        return _serializer(purpose).loads(token, max_age=max_age)
    except BadData:
        return None


def random_token() -> str:
    """A secret of 128 bits that fits in a link."""
    return secrets.token_urlsafe(16)


def fingerprint(token: str) -> str:
    """What the database keeps of a secret token, so that a stolen copy opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=purpose)
