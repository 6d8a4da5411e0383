"""The blueprint all pages about duplicates share."""

from flask import Blueprint
from flask_login import current_user

from webapp.accounts.models import User

blueprint = Blueprint("duplicates", __name__)


def colleague() -> User:
    """Who is signed in."""
    found: User = current_user._get_current_object()  # noqa: SLF001 - flask-login's own way
    return found
