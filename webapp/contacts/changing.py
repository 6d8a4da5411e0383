"""The one way to write into a profile: what stood there before is kept, and everybody is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from webapp.contacts import records, tidying
from webapp.contacts.events import AddressEntered, ContactChanged
from webapp.contacts.fields import ATTRIBUTE, FIELDS, Field, Kind, attribute_key
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class AddressIsTaken(DomainError):
    """Another contact of the workspace has this address."""

    message = _l("Another contact already has this address.")


def take(
    contact: Contact,
    said: Mapping[str, Any],
    *,
    source: str,
    source_id: int | None = None,
) -> frozenset[str]:
    """Write what somebody typed, in the form we keep; their own words stay in the record.

    :raises AddressIsTaken: when another contact has the new address.
    """
    kept = tidying.tidy(said, contact)
    return write(contact, kept, source=source, source_id=source_id, typed=said)


def write(
    contact: Contact,
    values: Mapping[str, Any],
    *,
    source: str,
    source_id: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> frozenset[str]:
    """Write values over what is known, by the names of `records`; say which fields changed.

    :raises AddressIsTaken: when another contact has the new address.
    """
    changed = put(contact, values, source=source, source_id=source_id, typed=typed)
    if "email" in changed:
        events.publish(AddressEntered(contact.workspace_id, contact.id, contact.email))
    return tell(contact, changed) if changed else changed


def put(
    contact: Contact,
    values: Mapping[str, Any],
    *,
    source: str,
    source_id: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> frozenset[str]:
    """The same, telling nobody: for a change of many things at once, which is told as a whole."""
    if not values:
        return frozenset()
    # Nobody else writes until the commit: what is compared is what is replaced. A refresh
    # alone would forget what was set and not yet written.
    db.session.flush()
    db.session.refresh(contact, with_for_update=True)
    before = {name: records.value(contact, name) for name in values}
    changed = {
        name: value
        for name, value in values.items()
        if not is_same(records.stored(value), before[name])
    }
    if not changed:
        return frozenset()
    _set(contact, changed)
    record = records.remember(
        contact,
        source=source,
        source_id=source_id,
        given=changed,
        replaced={name: before[name] for name in changed if before[name] is not None},
    )
    if record:
        record.typed = records.in_other_words(typed or {}, changed)
    return frozenset(changed)


def tell(contact: Contact, changed: frozenset[str]) -> frozenset[str]:
    """Tell everybody who listens that these fields of a contact changed."""
    events.publish(ContactChanged(contact.workspace_id, contact.id, changed))
    return changed


def named(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column, custom fields among them as one mapping, by the names of `records`."""
    plain = {name: value for name, value in values.items() if name != "attributes"}
    own = values.get("attributes", {})
    return {**plain, **{f"{ATTRIBUTE}{key}": value for key, value in own.items()}}


def is_same(one: Any, other: Any) -> bool:
    """Whether two values as records keep them are the same; yes is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _set(contact: Contact, changed: Mapping[str, Any]) -> None:
    try:
        with db.session.begin_nested():
            own = dict(contact.attributes)
            for name, value in changed.items():
                key = attribute_key(name)
                if key is None:
                    setattr(contact, name, _loaded(FIELDS[name], value))
                elif records.stored(value) is None:
                    own.pop(key, None)
                else:
                    own[key] = value
            contact.attributes = own
            contact.updated_at = clock.now()
    except IntegrityError as error:
        raise AddressIsTaken from error


def _loaded(field: Field, value: Any) -> Any:
    """The value as its column has it: a record keeps days as text."""
    if field.kind is Kind.DATE and isinstance(value, str) and value:
        return date.fromisoformat(value)
    return value or field.empty
