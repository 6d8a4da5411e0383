"""The circumstances of what was said: sealed for each person, and forgotten by losing their key."""

import hmac
import json
import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Row, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import sessions
from webapp.consent.models import (
    ConsentEvent,
    ConsentEvidence,
    ConsentState,
    PersonKey,
    State,
)
from webapp.contacts.models import Contact
from webapp.core import clock, visitor
from webapp.core.db import db
from webapp.core.encryption import SecretIsUnreadable, decrypt, encrypt

# What is no longer in force may still be disputed for five years (Code civil, article 2224).
KEPT = timedelta(days=5 * 366)
_NONCE = 12

# The two uses of a person's key.
SEAL, COMMITMENT = b"seal", b"commitment"

Circumstances = dict[str, Any]


def hold_key(contact: Contact) -> bytes | None:
    """The person's key, made when they first say something; they say one thing at a time.

    None when it was wrapped with another installation's key.
    """
    query = (
        select(PersonKey.wrapped)
        .where(PersonKey.contact_id == contact.id)
        .with_for_update()
    )
    wrapped = db.session.scalar(query)
    if wrapped is None:
        _make_key(contact)
        # Somebody else may have been faster.
        wrapped = db.session.scalar(query)
    return _unwrapped(wrapped)


def quieten(contacts: Collection[int]) -> None:
    """Until the commit, none of those who ever said something says anything more."""
    db.session.execute(
        select(PersonKey.contact_id)
        .where(PersonKey.contact_id.in_(contacts))
        .order_by(PersonKey.contact_id)
        .with_for_update()
    )


def keep(
    event: ConsentEvent, contact: Contact, key: bytes, more: Circumstances
) -> None:
    """Seal the circumstances of this moment, and hold the event to them without naming them.

    :param more: what the door knows beside, such as the address of a parent.
    """
    row = {
        "event_id": event.id,
        "workspace_id": event.workspace_id,
        "contact_id": event.contact_id,
        "sealed": seal(event, key, _circumstances(event, contact, more)),
        "purge_on": (event.at + KEPT).date(),
    }
    db.session.execute(insert(ConsentEvidence).values(row))


def seal(event: ConsentEvent, key: bytes, known: Circumstances) -> bytes:
    """The circumstances as only the person's key opens them, and only for this event."""
    plain = rfc8785.dumps(known)
    event.commitment = hmac.digest(_derived(key, COMMITMENT), plain, "sha256")
    nonce = os.urandom(_NONCE)
    box = AESGCM(_derived(key, SEAL))
    return nonce + box.encrypt(nonce, plain, event.commitment)


def read(event: ConsentEvent) -> Circumstances | None:
    """The circumstances of an event; None once they are forgotten."""
    kept = db.session.get(ConsentEvidence, event.id)
    key = _known_key(event.contact_id)
    if kept is None or key is None:
        return None
    try:
        known: Circumstances = json.loads(_opened(key, kept.sealed, event.commitment))
    except InvalidTag:
        return None
    return known


def of_many(
    events: Sequence[Row[Any]],
) -> tuple[dict[int, Circumstances], dict[int, bytes]]:
    """The circumstances that are kept, by event, and the commitment keys, by person."""
    rows = {event.id: event for event in events}
    keys = {
        contact_id: key
        for contact_id, wrapped in db.session.execute(
            select(PersonKey.contact_id, PersonKey.wrapped).where(
                PersonKey.contact_id.in_({event.contact_id for event in events})
            )
        )
        if (key := _unwrapped(wrapped)) is not None
    }
    known = {}
    for one in db.session.execute(
        select(ConsentEvidence.event_id, ConsentEvidence.sealed).where(
            ConsentEvidence.event_id.in_(rows)
        )
    ):
        event = rows[one.event_id]
        with suppress(InvalidTag, KeyError):
            opened = _opened(keys[event.contact_id], one.sealed, event.commitment)
            known[one.event_id] = json.loads(opened)
    return known, {one: _derived(key, COMMITMENT) for one, key in keys.items()}


def holds(sealed: bytes, wrapped: str, commitment: bytes) -> bool:
    """Whether what is kept is what an event was held to; what nobody can open is taken as forgotten."""
    key = _unwrapped(wrapped)
    if key is None:
        return True
    try:
        plain = _opened(key, sealed, commitment)
    except InvalidTag:
        return False
    mac = hmac.digest(_derived(key, COMMITMENT), plain, "sha256")
    return hmac.compare_digest(mac, commitment)


def commitment_key(contact_id: int) -> bytes | None:
    """What shows that the circumstances are those an event was held to; None once it is destroyed."""
    key = _known_key(contact_id)
    return None if key is None else _derived(key, COMMITMENT)


def shred(contacts: Collection[int]) -> None:
    """Destroy the keys of these people: what was sealed with them is noise, in every copy of it."""
    for model in (PersonKey, ConsentEvidence):
        db.session.execute(
            delete(model).where(model.contact_id.in_(contacts)),
            execution_options={"synchronize_session": False},
        )
    db.session.expire_all()


def purge() -> None:
    """Forget the circumstances whose day has come, unless the person still stands by what they said."""
    stands = exists().where(
        ConsentState.event_id == ConsentEvidence.event_id,
        ConsentState.state == State.GIVEN,
    )
    gone = db.session.scalars(
        delete(ConsentEvidence)
        .where(ConsentEvidence.purge_on <= clock.now().date(), ~stands)
        .returning(ConsentEvidence.contact_id),
        execution_options={"synchronize_session": False},
    )
    numbers = set(gone)
    rest = exists().where(ConsentEvidence.contact_id == PersonKey.contact_id)
    db.session.execute(
        delete(PersonKey).where(PersonKey.contact_id.in_(numbers), ~rest),
        execution_options={"synchronize_session": False},
    )


def _circumstances(
    event: ConsentEvent, contact: Contact, more: Circumstances
) -> Circumstances:
    known: Circumstances = {**more, "address": contact.email}
    here = visitor.present()
    # A colleague's own program and network say nothing about the person.
    if here is not None and event.user_id is None:
        known |= {
            "network": here.network,
            "program": sessions.browser_name(here.user_agent),
            "fields": here.fields,
        }
    return known


def _make_key(contact: Contact) -> None:
    row = {
        "contact_id": contact.id,
        "workspace_id": contact.workspace_id,
        "wrapped": encrypt(os.urandom(32).hex()),
    }
    db.session.execute(insert(PersonKey).values(row).on_conflict_do_nothing())


def _known_key(contact_id: int) -> bytes | None:
    return _unwrapped(
        db.session.scalar(
            select(PersonKey.wrapped).where(PersonKey.contact_id == contact_id)
        )
    )


def _unwrapped(wrapped: str | None) -> bytes | None:
    try:
        return bytes.fromhex(decrypt(wrapped)) if wrapped else None
    except SecretIsUnreadable:
        return None


def _derived(key: bytes, use: bytes) -> bytes:
    return hmac.digest(key, use, "sha256")


def _opened(key: bytes, sealed: bytes, commitment: bytes | None) -> bytes:
    """:raises InvalidTag: when it was sealed with another key, or for another event."""
    nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
    return AESGCM(_derived(key, SEAL)).decrypt(nonce, rest, commitment)
