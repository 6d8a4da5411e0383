"""Questions about the people a workspace knows."""

from sqlalchemy import ColumnElement, Select, TextClause, false, func, select, text

from webapp.accounts.models import Workspace
from webapp.contacts import words
from webapp.contacts.models import SEARCHED, Attribute, Contact
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


def matching(workspace: Workspace, typed: str = "") -> Select[Contact]:
    """The contacts in whom something begins with each word; everybody without words."""
    query = select(Contact).where(Contact.workspace_id == workspace.id)
    asked = fits(workspace, typed)
    if asked is None:
        return query.where(false()) if typed.strip() else query
    # Two frequent words may never meet: nobody must be looked at who is not in the index.
    found = query.with_only_columns(Contact.id).where(asked)
    return query.where(Contact.id.in_(select(_first(found))))


def fits(workspace: Workspace, typed: str) -> TextClause | None:
    """Whether the words of a contact fit what was typed; None where that says nothing."""
    asked = words.question(workspace.id, typed)
    if not asked:
        return None
    return text(f"{SEARCHED} @@ CAST(:asked_words AS tsquery)").bindparams(
        asked_words=asked
    )


def count(workspace: Workspace) -> int:
    """How many contacts the workspace knows."""
    return (
        db.session.scalar(
            select(func.count()).where(Contact.workspace_id == workspace.id)
        )
        or 0
    )


def attributes(workspace: Workspace) -> list[Attribute]:
    """The fields the workspace added, in its order; by name where it gave none."""
    return list(
        db.session.scalars(
            select(Attribute)
            .where(Attribute.workspace_id == workspace.id)
            .order_by(Attribute.position, Attribute.name)
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


def _first(found: Select[int]) -> ColumnElement[int]:
    """The same numbers, looked up before anything else is."""
    return found.cte("found").prefix_with("MATERIALIZED").c.id
