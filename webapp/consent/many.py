"""What very many people said at once by one door: one statement for where they stand, one for the events.

The people are a SELECT; whoever has said anything before is left out, as is whoever says it at the
same moment by another door. Nothing of this is sealed: the proof is what all events share.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Result, Select, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import chaining
from webapp.consent.chaining import Told
from webapp.consent.events import ConsentRecorded
from webapp.consent.models import (
    Basis,
    ConsentEvent,
    ConsentState,
    Purpose,
    PurposeKind,
    State,
)
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db

_MEASURES = (PurposeKind.OPENS, PurposeKind.CLICKS)
_APART = {"synchronize_session": False}
_VALUES = (
    *("contact_id", "purpose_id", "state", "basis", "method", "since", "event_id"),
    "family",
)


@dataclass(frozen=True)
class Shared:
    """What is the same in all events: the state, its basis, the door and the proof."""

    state: State
    method: str
    basis: Basis = Basis.CONSENT
    text_id: int | None = None
    user_id: int | None = None
    # What a customer bought, as the ground says it.
    family: str = ""


def agree(
    workspace: Workspace, purpose: Purpose, people: Select[Any], shared: Shared
) -> int:
    """Record for everybody who has said nothing about the purpose yet; how many they are.

    :param people: rows of contact_id and detail; a detail is JSON without anybody's name.
    """
    now = clock.now()
    rows = people.subquery("people")
    # The numbers come first: what is put is then found again by them alone.
    picked = (
        select(_number().label("event_id"), rows.c.contact_id, rows.c.detail)
        .order_by(rows.c.contact_id)
        .cte("picked")
        .prefix_with("MATERIALIZED")
    )
    shares = (purpose.id, shared.state.value, shared.basis.value, shared.method, now)
    put = (
        insert(ConsentState)
        .from_select(
            list(_VALUES),
            select(
                picked.c.contact_id,
                *(literal(value) for value in shares),
                picked.c.event_id,
                literal(shared.family),
            ),
        )
        .on_conflict_do_nothing()
        .returning(ConsentState.event_id)
        .cte("put")
    )
    is_put = picked.c.event_id.in_(select(put.c.event_id)).label("is_put")
    asked = select(picked.c.event_id, picked.c.contact_id, picked.c.detail, is_put)
    told = [
        Told(row.event_id, row.contact_id, purpose.id, row.detail)
        for row in db.session.execute(asked)
        if row.is_put
    ]
    return _append(workspace, told, shared, now)


def withdraw(workspace: Workspace, people: Select[Any], shared: Shared) -> int:
    """Withdraw what stands for these answers; how many they were.

    :param people: rows of contact_id, purpose_id, event_id (what stands) and detail.
    """
    picked = people.cte("picked")
    state, now = ConsentState, clock.now()
    moved = (
        update(state)
        .where(
            state.contact_id == picked.c.contact_id,
            state.purpose_id == picked.c.purpose_id,
            # Whoever said something else meanwhile keeps to that.
            state.event_id == picked.c.event_id,
        )
        .values(
            state=State.WITHDRAWN.value,
            basis=Basis.CONSENT.value,
            method=shared.method,
            since=now,
            event_id=_number(),
            family="",
        )
        .returning(state.event_id, state.contact_id, state.purpose_id, picked.c.detail)
    )
    told = sorted(
        _rows(db.session.execute(moved, execution_options=_APART)),
        key=lambda one: one.event_id,
    )
    shared = replace(shared, state=State.WITHDRAWN, basis=Basis.CONSENT)
    count = _append(workspace, told, shared, now)
    _tell(told)
    return count


def _rows(result: Result[Any]) -> list[Told]:
    return [Told._make(row) for row in result]


def _append(
    workspace: Workspace, rows: Sequence[Told], shared: Shared, at: datetime
) -> int:
    if rows:
        like = _event(workspace, shared, at)
        chaining.append_alike(workspace.id, like, rows)
    return len(rows)


def _event(workspace: Workspace, shared: Shared, at: datetime) -> ConsentEvent:
    return ConsentEvent(
        workspace_id=workspace.id,
        state=shared.state.value,
        basis=shared.basis.value,
        method=shared.method,
        at=at,
        text_id=shared.text_id,
        user_id=shared.user_id,
    )


def _tell(rows: Sequence[Told]) -> None:
    """Whoever keeps something of these people hears of it; of most, nothing is kept."""
    numbers = {one.purpose_id for one in rows}
    asked = select(Purpose.id, Purpose.kind).where(Purpose.id.in_(numbers))
    kinds = {row.id: PurposeKind(row.kind) for row in db.session.execute(asked)}
    seen = select(Contact.id).where(
        Contact.id.in_([one.contact_id for one in rows]),
        Contact.last_open_on.is_not(None),
    )
    with_a_day = set(db.session.scalars(seen))
    for one in rows:
        kind = kinds[one.purpose_id]
        if kind in _MEASURES or one.contact_id in with_a_day:
            said = ConsentRecorded(
                one.contact_id, one.purpose_id, kind, State.WITHDRAWN
            )
            events.publish(said)


def _number() -> Any:
    sequence = func.pg_get_serial_sequence(ConsentEvent.__tablename__, "id")
    return func.nextval(sequence)
