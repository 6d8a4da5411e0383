"""Record what a person said about a purpose; earlier events stay as they are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import chaining, grounds, waiting
from webapp.consent import evidence as circumstances
from webapp.consent.events import ConsentRecorded
from webapp.consent.grounds import Ground
from webapp.consent.models import (
    Basis,
    ConsentEvent,
    ConsentState,
    Purpose,
    PurposeKind,
    ShownText,
    State,
)
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db


@dataclass(frozen=True)
class Evidence:
    """How it was said: facts of the server, never what a browser claims."""

    method: str
    text_id: int | None = None
    widget_version_id: int | None = None
    message_id: int | None = None
    user_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    # What is sealed beside the ledger and nowhere else: it may name an address.
    sealed: dict[str, Any] = field(default_factory=dict)


def record(
    contact: Contact,
    purpose: Purpose,
    state: State,
    evidence: Evidence,
    ground: Ground | None = None,
) -> ConsentEvent:
    """Add an event and make it the present state of this person for this purpose.

    The event gets its place in the chain at the end of the transaction: see `waiting`.

    :param ground: what it stands on where the person did not ask for it; None: their consent.
    :raises GroundIsRefused: when the ground does not carry it.
    """
    # From here to the end nobody else says anything for this person: no "no" gets in between.
    key = circumstances.hold_key(contact)
    event = _event(contact, purpose, state, evidence)
    if ground is not None:
        event.detail = _grounded(contact, purpose, evidence, ground)
        event.basis = ground.basis
    if key is not None:
        circumstances.keep(event, contact, key, evidence.sealed)
    _project(event)
    waiting.say(event)
    events.publish(
        ConsentRecorded(contact.id, purpose.id, PurposeKind(purpose.kind), State(state))
    )
    return event


def append_many(workspace: Workspace, said: Sequence[ConsentEvent]) -> None:
    """Add many events of one workspace at once, in their order; today's state is left to `rebuild`."""
    waiting.settle(db.session())
    chaining.append_many(workspace.id, said)


def shown(workspace: Workspace, kind: str, body: str, locale: str) -> ShownText:
    """The immutable row of a wording; the same words give the same row."""
    mark = fingerprint(kind, body, locale)
    row = {
        "workspace_id": workspace.id,
        "fingerprint": mark,
        "kind": kind,
        "locale": locale,
        "body": body,
    }
    same = select(ShownText).where(
        ShownText.workspace_id == workspace.id, ShownText.fingerprint == mark
    )
    known = db.session.scalar(same)
    if known is None:
        db.session.execute(insert(ShownText).values(row).on_conflict_do_nothing())
        known = db.session.scalars(same).one()
    return known


def fingerprint(kind: str, body: str, locale: str) -> str:
    """What tells one wording from another."""
    return hashlib.sha256(f"{kind}\0{locale}\0{body}".encode()).hexdigest()


def state_of(contact: Contact, purpose: Purpose) -> ConsentState | None:
    """Where the person stands with the purpose today; None when nothing was ever said."""
    return db.session.get(
        ConsentState, (contact.id, purpose.id), populate_existing=True
    )


def history(contact: Contact, former_id: int | None = None) -> list[ConsentEvent]:
    """Everything the person said, newest first.

    :param former_id: what they said under this number instead, before they were made one.
    """
    return list(
        db.session.scalars(
            select(ConsentEvent)
            .where(
                ConsentEvent.workspace_id == contact.workspace_id,
                ConsentEvent.contact_id == (former_id or contact.id),
            )
            .order_by(ConsentEvent.seq.desc())
        )
    )


def _event(
    contact: Contact, purpose: Purpose, state: State, evidence: Evidence
) -> ConsentEvent:
    return ConsentEvent(
        id=waiting.number(),
        workspace_id=contact.workspace_id,
        contact_id=contact.id,
        purpose_id=purpose.id,
        state=state,
        basis=Basis.CONSENT,
        at=clock.now(),
        method=evidence.method,
        text_id=evidence.text_id,
        widget_version_id=evidence.widget_version_id,
        message_id=evidence.message_id,
        user_id=evidence.user_id,
        detail=evidence.detail,
    )


def _grounded(
    contact: Contact, purpose: Purpose, evidence: Evidence, ground: Ground
) -> dict[str, Any]:
    grounds.check(contact, purpose, ground, evidence.text_id)
    return {**evidence.detail, "ground": grounds.told(ground)}


def _project(event: ConsentEvent) -> None:
    values = {
        "state": event.state,
        "basis": event.basis,
        "method": event.method,
        "since": event.at,
        "event_id": event.id,
        "family": event.detail.get("ground", {}).get("family", ""),
    }
    db.session.execute(
        insert(ConsentState)
        .values(contact_id=event.contact_id, purpose_id=event.purpose_id, **values)
        .on_conflict_do_update(
            index_elements=["contact_id", "purpose_id"],
            # Whoever writes this row last also comes last in the chain.
            set_=values,
        )
    )
