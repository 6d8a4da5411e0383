"""The pages about people and their workspace."""

from webapp.accounts.views import (
    audit_log,
    first_visit,
    invitations,
    members,
    own_account,
    passwords,
    preferences,
    signing_in,
    workspace,
)
from webapp.accounts.views.blueprints import accounts, settings

__all__ = [
    "accounts",
    "audit_log",
    "first_visit",
    "invitations",
    "members",
    "own_account",
    "passwords",
    "preferences",
    "settings",
    "signing_in",
    "workspace",
]
