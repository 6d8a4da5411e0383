"""Today's state, worked out anew from all that was said."""

from typing import Any

from sqlalchemy import Row, Select, and_, delete, literal, select, union_all
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


def differences(workspace: Workspace) -> list[Row[Any]]:
    """Where today's state and the events disagree: contact_id, purpose_id, which of the two says it.

    Nothing when all is well. Whoever was erased since stands nowhere today.
    """
    said = last_words(workspace)
    live = select(*_STATE).where(ConsentState.contact_id.in_(_contacts(workspace)))
    only_said = said.except_all(live).subquery()
    only_live = live.except_all(last_words(workspace)).subquery()
    return list(
        db.session.execute(
            union_all(
                select(
                    only_said.c.contact_id,
                    only_said.c.purpose_id,
                    literal("event").label("source"),
                ),
                select(
                    only_live.c.contact_id,
                    only_live.c.purpose_id,
                    literal("state").label("source"),
                ),
            )
        )
    )


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
