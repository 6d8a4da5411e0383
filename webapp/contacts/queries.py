"""Questions about the people a workspace knows."""

from sqlalchemy import Select, func, or_, select

from webapp.accounts.models import Workspace
from webapp.contacts.models import Attribute, Contact
from webapp.core.db import db
from webapp.core.errors import NotFound


def get(workspace: Workspace, contact_id: int) -> Contact:
    """The contact with this number.

    :raises NotFound: also for a contact of another workspace.
    """
    contact = find(workspace, contact_id)
    if contact is None:
        raise NotFound
    return contact


def find(workspace: Workspace, contact_id: int) -> Contact | None:
    """The contact with this number, if it still exists."""
    return db.session.scalar(
        select(Contact).where(
            Contact.workspace_id == workspace.id, Contact.id == contact_id
        )
    )


def find_by_email(workspace: Workspace, email: str) -> Contact | None:
    """The contact with this address, whatever its case."""
    return db.session.scalar(
        select(Contact).where(
            Contact.workspace_id == workspace.id,
            func.lower(Contact.email) == email.strip().lower(),
        )
    )


def matching(workspace: Workspace, words: str = "") -> Select[Contact]:
    """The contacts each of whose words is in the name or the address; all without words."""
    query = select(Contact).where(Contact.workspace_id == workspace.id)
    for word in words.split():
        part = f"%{_escaped(word)}%"
        query = query.where(
            or_(
                Contact.email.ilike(part),
                Contact.first_name.ilike(part),
                Contact.last_name.ilike(part),
            )
        )
    return query


def count(workspace: Workspace) -> int:
    """How many contacts the workspace knows."""
    return (
        db.session.scalar(
            select(func.count()).where(Contact.workspace_id == workspace.id)
        )
        or 0
    )


def attributes(workspace: Workspace) -> list[Attribute]:
    """The fields the workspace added, by name."""
    return list(
        db.session.scalars(
            select(Attribute)
            .where(Attribute.workspace_id == workspace.id)
            .order_by(Attribute.name)
        )
    )


def get_attribute(workspace: Workspace, attribute_id: int) -> Attribute:
    """The field with this number.

    :raises NotFound: also for a field of another workspace.
    """
    found = db.session.scalar(
        select(Attribute).where(
            Attribute.workspace_id == workspace.id, Attribute.id == attribute_id
        )
    )
    if found is None:
        raise NotFound
    return found


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
