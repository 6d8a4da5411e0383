"""How a person enters the base, whatever the door."""

from typing import Any

from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts import changing, records, tidying
from webapp.contacts.events import AddressEntered
from webapp.contacts.fields import FIELDS, Kind
from webapp.contacts.models import Contact
from webapp.contacts.reading import one_line
from webapp.core import addresses, clock, events
from webapp.core.db import db

# Lines of text and how long each may be; the other fields have rules of their own.
WORDS = {
    field.key: field.longest
    for field in FIELDS.values()
    if field.kind is not Kind.DATE and field.key not in {"email", "language"}
}
DAYS = ("birth_date", "founded_on")
KNOWN = (*FIELDS, "attributes")


def register(
    workspace: Workspace,
    email: str,
    *,
    source: str,
    source_id: int | None = None,
    **fields: Any,
) -> Contact:
    """Find or create the contact with this address; what is already known stays as it is.

    Two callers at the same time get the same contact.

    :param source: the door, such as "widget"; `source_id`: which of them.
    :raises AddressIsNotValid: also for an address that carries CR, LF or NUL.
    """
    address = addresses.normalise(email)
    typed = _tidy(fields)
    given = tidying.tidy(typed)
    created = _insert(workspace, address, source, given)
    if created is None:
        contact = _known(workspace, address)
        complete(contact, typed, source=source, source_id=source_id)
        return contact
    contact = db.session.get_one(Contact, created)
    known = records.values(contact)
    record = records.remember(contact, source=source, source_id=source_id, given=known)
    if record:
        record.typed = records.in_other_words({**typed, "email": email}, known)
    events.publish(AddressEntered(workspace.id, contact.id, address))
    changing.tell(contact, frozenset(known))
    return contact


def complete(
    contact: Contact,
    given: dict[str, Any],
    *,
    source: str,
    source_id: int | None = None,
) -> None:
    """Fill what is empty: a form anybody can send never overwrites what is known."""
    known = records.values(contact)
    new = {
        name: said
        for name, said in changing.named(given).items()
        if name not in known and name != "language"
    }
    changing.take(contact, new, source=source, source_id=source_id)


def _insert(
    workspace: Workspace, address: str, source: str, given: dict[str, Any]
) -> int | None:
    now = clock.now()
    row = {
        "workspace_id": workspace.id,
        "email": address,
        "source": source,
        "language": workspace.locale,
        "last_contact_at": now,
        "created_at": now,
        "updated_at": now,
        **given,
    }
    return db.session.scalar(
        insert(Contact)
        .values({**dict.fromkeys(WORDS, ""), "attributes": {}, **row})
        .on_conflict_do_nothing(index_elements=["workspace_id", text("lower(email)")])
        .returning(Contact.id)
    )


def _known(workspace: Workspace, address: str) -> Contact:
    return db.session.scalars(
        select(Contact)
        .where(
            Contact.workspace_id == workspace.id,
            func.lower(Contact.email) == func.lower(cast(address, Text)),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(KNOWN)
    if unknown:
        raise TypeError(f"A contact has no {', '.join(sorted(unknown))}")
    given = {name: value for name, value in fields.items() if value}
    own = fields.get("attributes") or {}
    if own:
        told = {key: value for key, value in own.items() if value is not None}
        given["attributes"] = told
    for name in given.keys() & WORDS.keys():
        given[name] = one_line(given[name], WORDS[name])
    return given
