"""Today's state, worked out anew from all that was said."""

from typing import Any

from sqlalchemy import Select, and_, delete, func, select, union
from sqlalchemy.dialects.postgresql import distinct_on, insert

from webapp.accounts.models import Workspace
from webapp.consent.models import ConsentEvent, ConsentState
from webapp.contacts.models import Contact
from webapp.core.db import db

_STATE = ConsentState.__table__.columns


def rebuild(workspace: Workspace) -> None:
    """Put what the events say in the place of today's state."""
    db.session.flush()
    db.session.execute(
        delete(ConsentState).where(ConsentState.contact_id.in_(_contacts(workspace)))
    )
    names = [each.name for each in _STATE]
    db.session.execute(insert(ConsentState).from_select(names, last_words(workspace)))
    db.session.expire_all()


def differences(workspace: Workspace) -> list[tuple[int, int]]:
    """Contact and purpose of each answer of which today's state and the events say something else.

    Whoever was erased since stands nowhere today.
    """
    said = last_words(workspace)
    live = select(*_STATE).where(ConsentState.contact_id.in_(_contacts(workspace)))
    differing = union(said.except_all(live), live.except_all(said)).subquery()
    rows = db.session.execute(
        select(differing.c.contact_id, differing.c.purpose_id)
        .distinct()
        .order_by(differing.c.contact_id, differing.c.purpose_id)
    )
    return [(row.contact_id, row.purpose_id) for row in rows]


def last_words(workspace: Workspace) -> Select[*tuple[Any, ...]]:
    """The last word of each person we know about each purpose, as a row of today's state."""
    event = ConsentEvent
    return (
        select(
            event.contact_id,
            event.purpose_id,
            event.state,
            event.basis,
            event.method,
            event.at.label("since"),
            event.id.label("event_id"),
            func.coalesce(event.detail["ground"]["family"].astext, "").label("family"),
        )
        .join(
            Contact,
            and_(
                Contact.id == event.contact_id,
                Contact.workspace_id == event.workspace_id,
            ),
        )
        .where(event.workspace_id == workspace.id)
        .ext(distinct_on(event.contact_id, event.purpose_id))
        .order_by(event.contact_id, event.purpose_id, event.seq.desc())
    )


def _contacts(workspace: Workspace) -> Select[Any]:
    return select(Contact.id).where(Contact.workspace_id == workspace.id)
