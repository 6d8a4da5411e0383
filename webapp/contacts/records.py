"""Where each value of a profile came from: every change leaves a record, and nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from webapp.accounts import access
from webapp.contacts.fields import ATTRIBUTE, FIELDS, attribute_key
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db

# By these doors people speak for themselves, whoever else is signed in to their browser.
BY_PEOPLE = frozenset({"widget", "preferences"})
# The record of a change that was taken back names the record it takes back.
UNDO = "undo"
MERGE = "merge"


@dataclass(frozen=True)
class Origin:
    """Who said a value, by which door, and when."""

    source: str
    at: datetime
    # The row of the door: an import, a widget...
    source_id: int | None = None
    # The colleague who typed it.
    user_id: int | None = None


def remember(
    contact: Contact,
    *,
    source: str,
    given: Mapping[str, Any],
    replaced: Mapping[str, Any] | None = None,
    source_id: int | None = None,
    user_id: int | None = None,
) -> ContactRecord | None:
    """Note what was said of a contact, and what stood there before; None for nothing new.

    :param given: by the names of `values`; custom fields are "attribute:<key>".
    :param user_id: the colleague who typed it; by default whoever is signed in.
    """
    if not given:
        return None
    record = ContactRecord(
        workspace_id=contact.workspace_id,
        contact_id=contact.id,
        source=source,
        source_id=source_id,
        user_id=user_id or _colleague(source),
        at=clock.now(),
        given={name: stored(value) for name, value in given.items()},
        replaced={name: stored(value) for name, value in (replaced or {}).items()},
    )
    db.session.add(record)
    return record


def in_other_words(typed: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed of those values that are kept otherwise."""
    return {
        name: stored(typed[name])
        for name, value in kept.items()
        if name in typed and stored(typed[name]) != stored(value)
    }


def stored(value: Any) -> Any:
    """The value as a record keeps it: days as ISO writes them, nothing as None."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def values(contact: Contact) -> dict[str, Any]:
    """All that is known of a contact, as records keep it, by the names records use."""
    plain = {name: stored(getattr(contact, name)) for name in FIELDS}
    own = {
        f"{ATTRIBUTE}{key}": stored(value) for key, value in contact.attributes.items()
    }
    return {
        name: value for name, value in {**plain, **own}.items() if value is not None
    }


def value(contact: Contact, name: str) -> Any:
    """What is known of one field, as records keep it."""
    key = attribute_key(name)
    return stored(contact.attributes.get(key) if key else getattr(contact, name))


def history(contact: Contact) -> list[ContactRecord]:
    """Every record of a contact, newest first."""
    return list(
        db.session.scalars(
            select(ContactRecord)
            .where(ContactRecord.contact_id == contact.id)
            .order_by(ContactRecord.id.desc())
        )
    )


def origin(contact: Contact) -> dict[str, Origin]:
    """Who said each known value, and when; a value older than our records came with the contact."""
    told = [
        record
        for record in history(contact)
        if record.source != UNDO and record.undone_at is None
    ]
    # A merge says nothing of its own: whoever said it to the contact that was absorbed did.
    told.sort(key=lambda record: record.source == MERGE)
    came = Origin(contact.source, contact.created_at)
    return {
        name: next((_origin(one) for one in told if one.given.get(name) == known), came)
        for name, known in values(contact).items()
    }


def _colleague(source: str) -> int | None:
    return None if source in BY_PEOPLE else access.current_user_id()


def _origin(record: ContactRecord) -> Origin:
    return Origin(record.source, record.at, record.source_id, record.user_id)
