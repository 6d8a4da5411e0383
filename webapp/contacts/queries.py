"""Questions about the people a workspace knows."""

import re

from sqlalchemy import ColumnElement, Select, TextClause, false, func, select, text

from webapp.accounts.models import Workspace
from webapp.contacts.models import SEARCHED, Attribute, Contact
from webapp.core.db import db
from webapp.core.errors import NotFound

# Letters and digits, as the index has them.
_WORD = re.compile(r"[^\W_]+")


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
    """The contacts in whose name or address something begins with each word; all without words."""
    query = select(Contact).where(Contact.workspace_id == workspace.id)
    if not words.strip():
        return query
    beginnings = _WORD.findall(words)
    if len(beginnings) == 1:
        return query.where(_has(beginnings))
    # Two frequent words may never meet: nobody must be looked at who is not in the index.
    found = query.with_only_columns(Contact.id).where(_has(beginnings))
    return query.where(Contact.id.in_(select(_first(found))))


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


def _has(beginnings: list[str]) -> ColumnElement[bool] | TextClause:
    if not beginnings:
        return false()
    wanted = " & ".join(f"{word}:*" for word in beginnings)
    question = text(f"{SEARCHED} @@ to_tsquery('simple'::regconfig, :wanted)")
    return question.bindparams(wanted=wanted)


def _first(found: Select[int]) -> ColumnElement[int]:
    """The same numbers, looked up before anything else is."""
    return found.cte("found").prefix_with("MATERIALIZED").c.id
