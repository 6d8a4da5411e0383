"""The first visit: whoever comes first owns the installation and names the shop."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from webapp.accounts import passwords, queries
from webapp.accounts.events import WorkspaceCreated
from webapp.accounts.models import Membership, Role, User, Workspace
from webapp.core import events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# One number of ours in PostgreSQL's space of advisory locks.
_FIRST_VISIT = 0x566F6C6F
LONGEST_SLUG = 60


class IsSetUpAlready(DomainError):
    """Somebody else was first."""

    message = _l("Volontiers has been set up already. Please sign in.")


@dataclass(frozen=True)
class Owner:
    """The person who sets the installation up."""

    name: str
    email: str
    password: str
    locale: str


def set_up(owner: Owner, controller: dict[str, Any]) -> tuple[User, Workspace]:
    """Create the first user and the first workspace, from the columns of the workspace.

    :raises IsSetUpAlready: also when two visitors come at the same moment.
    :raises PasswordIsTooWeak: with the reason.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(_FIRST_VISIT)))
    if queries.any_user():
        raise IsSetUpAlready
    user = create_user(owner)
    return user, create_workspace(user, controller)


def create_user(owner: Owner) -> User:
    """A new user, who is in no workspace yet.

    :raises PasswordIsTooWeak: with the reason.
    """
    user = User(email=owner.email, name=owner.name, locale=owner.locale)
    passwords.change(user, owner.password)
    db.session.add(user)
    db.session.flush()
    return user


def create_workspace(owner: User, controller: dict[str, Any]) -> Workspace:
    """A new workspace that belongs to this user."""
    workspace = Workspace(slug=free_slug(controller["name"]), **controller)
    db.session.add(workspace)
    db.session.flush()
    db.session.add(
        Membership(workspace_id=workspace.id, user_id=owner.id, role=Role.OWNER)
    )
    db.session.flush()
    events.publish(WorkspaceCreated(workspace))
    return workspace


def slug_of(name: str) -> str:
    """What an address can hold of a name: "Maison Tilleul" gives "maison-tilleul"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return "-".join(words)[: LONGEST_SLUG - 5].strip("-") or "shop"


def free_slug(name: str) -> str:
    """What the address of a workspace with this name can be: no other one has it."""
    slug = wanted = slug_of(name)
    number = 1
    while queries.find_workspace(slug):
        number += 1
        slug = f"{wanted}-{number}"
    return slug
