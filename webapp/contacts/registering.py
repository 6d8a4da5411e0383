"""How a person enters the base, whatever the door."""

from typing import Any

from sqlalchemy import Text, cast, func, select, text
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts.events import AddressEntered
from webapp.contacts.models import Contact
from webapp.contacts.reading import one_line
from webapp.core import addresses, clock, events
from webapp.core.db import db

# Lines of text and how long each may be; the other fields have rules of their own.
WORDS = {
    "civility": 10,
    "first_name": 100,
    "last_name": 100,
    "phone": 30,
    "postcode": 20,
    "city": 100,
    "country": 2,
}
FIELDS = (*WORDS, "birth_date", "language", "attributes")


def register(
    workspace: Workspace, email: str, *, source: str, **fields: Any
) -> Contact:
    """Find or create the contact with this address; what is already known stays as it is.

    Two callers at the same time get the same contact.

    :raises AddressIsNotValid: also for an address that carries CR, LF or NUL.
    """
    address = addresses.normalise(email)
    given = _tidy(fields)
    created = _insert(workspace, address, source, given)
    if created is None:
        contact = _known(workspace, address)
        _complete(contact, given)
        return contact
    contact = db.session.get_one(Contact, created)
    events.publish(AddressEntered(workspace.id, contact.id, address))
    return contact


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


def _complete(contact: Contact, given: dict[str, Any]) -> None:
    """Fill what is empty: a form anybody can send never overwrites what is known."""
    for name in (*WORDS, "birth_date"):
        if given.get(name) and not getattr(contact, name):
            setattr(contact, name, given[name])
            contact.updated_at = clock.now()
    more = given.get("attributes", {})
    if set(more) - set(contact.attributes):
        contact.attributes = {**more, **contact.attributes}
        contact.updated_at = clock.now()


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"A contact has no {', '.join(sorted(unknown))}")
    given = {name: value for name, value in fields.items() if value}
    for name in given.keys() & WORDS.keys():
        given[name] = one_line(given[name], WORDS[name])
    return given
