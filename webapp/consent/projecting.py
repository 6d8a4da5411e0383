"""Today's state, worked out anew from all that was said."""

from typing import Any

from sqlalchemy import (
    Select,
    SQLColumnExpression,
    and_,
    delete,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from webapp.accounts.models import Workspace
from webapp.consent.models import CarriedRefusal, ConsentEvent, ConsentState
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


def refresh(workspace: Workspace, contact_id: int) -> None:
    """The same for one person."""
    db.session.flush()
    db.session.execute(
        delete(ConsentState).where(ConsentState.contact_id == contact_id)
    )
    names = [each.name for each in _STATE]
    words = last_words(workspace, contact_id)
    db.session.execute(insert(ConsentState).from_select(names, words))


def last_words(
    workspace: Workspace, contact_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """The last word of each person we know about each purpose, as a row of today's state.

    A no that came along from another address of theirs counts as said when it came.
    """
    said = union_all(_own_words(workspace, contact_id), _carried(workspace, contact_id))
    word = said.subquery("word")
    return (
        select(*(word.c[each.name] for each in _STATE))
        .ext(distinct_on(word.c.contact_id, word.c.purpose_id))
        .order_by(word.c.contact_id, word.c.purpose_id, word.c.rank.desc())
    )


def _own_words(workspace: Workspace, contact_id: int | None) -> Select[Any]:
    event = ConsentEvent
    # The numbers of a person's events rise as their places in the chain do.
    words = _words(event.contact_id, event.id).join(
        Contact,
        and_(
            Contact.id == event.contact_id, Contact.workspace_id == event.workspace_id
        ),
    )
    words = words.where(event.workspace_id == workspace.id)
    return words.where(event.contact_id == contact_id) if contact_id else words


def _carried(workspace: Workspace, contact_id: int | None) -> Select[Any]:
    carried = CarriedRefusal
    words = _words(carried.contact_id, carried.said_until).join(
        carried, carried.event_id == ConsentEvent.id
    )
    words = words.where(ConsentEvent.workspace_id == workspace.id)
    return words.where(carried.contact_id == contact_id) if contact_id else words


def _words(
    contact_id: SQLColumnExpression[int], rank: SQLColumnExpression[int]
) -> Select[Any]:
    event = ConsentEvent
    return select(
        contact_id.label("contact_id"),
        event.purpose_id,
        event.state,
        event.basis,
        event.method,
        event.at.label("since"),
        event.id.label("event_id"),
        func.coalesce(event.detail["ground"]["family"].astext, "").label("family"),
        rank.label("rank"),
    ).select_from(event)


def _contacts(workspace: Workspace) -> Select[Any]:
    return select(Contact.id).where(Contact.workspace_id == workspace.id)
