"""Custom fields: declare them, and read what people type into them."""

import math
import re
import unicodedata
from datetime import date
from typing import Any

from sqlalchemy import update

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.models import Attribute, AttributeKind, Contact
from webapp.contacts.reading import one_line
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# More would make every form and every import unreadable.
MOST = 100
LONGEST_TEXT = 500
KEY_LENGTH = 40


class TooManyFields(DomainError):
    """The workspace already has as many fields of its own as it may."""

    message = _l("A workspace can have at most 100 fields of its own.")


class FieldExists(DomainError):
    """Another field of the workspace has this name."""

    message = _l("There is already a field with this name.")


class ValueDoesNotFit(DomainError):
    """What was typed is not of the field's type."""

    message = _l("This value does not fit the type of the field.")


def declare(
    workspace: Workspace, name: str, kind: AttributeKind, choices: list[str]
) -> Attribute:
    """Add a field to the contacts of the workspace.

    :raises TooManyFields: beyond a hundred.
    :raises FieldExists: when the name is taken.
    """
    existing = queries.attributes(workspace)
    if len(existing) >= MOST:
        raise TooManyFields
    key = key_of(name)
    if any(attribute.key == key for attribute in existing):
        raise FieldExists
    attribute = Attribute(
        workspace_id=workspace.id, key=key, name=name, kind=kind, choices=choices
    )
    db.session.add(attribute)
    db.session.flush()
    return attribute


def ask_people(attribute: Attribute, *, asked: bool) -> None:
    """Let people see the field on their own page and fill it in, or keep it to ourselves."""
    attribute.asked_of_people = asked


def remove(workspace: Workspace, attribute: Attribute) -> None:
    """Remove a field, and its value from every contact."""
    db.session.execute(
        update(Contact)
        .where(
            Contact.workspace_id == workspace.id,
            Contact.attributes.has_key(attribute.key),
        )
        .values(attributes=Contact.attributes.op("-")(attribute.key)),
        execution_options={"synchronize_session": False},
    )
    db.session.delete(attribute)


def key_of(name: str) -> str:
    """The name under which values are stored: plain letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:KEY_LENGTH]
    return key or f"field_{len(name)}"


def convert(attribute: Attribute, typed: str) -> Any:
    """The value as it is stored (JSON), or None for nothing.

    :raises ValueDoesNotFit: when it is not of the field's type.
    """
    typed = one_line(typed, LONGEST_TEXT)
    if not typed:
        return None
    try:
        return _READERS[AttributeKind(attribute.kind)](attribute, typed)
    except ValueError as error:
        raise ValueDoesNotFit from error


def _text(_attribute: Attribute, typed: str) -> str:
    return typed


def _number(_attribute: Attribute, typed: str) -> float | int:
    value = float(typed.replace(" ", "").replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(typed)
    return int(value) if value.is_integer() else value


def _date(_attribute: Attribute, typed: str) -> str:
    return date.fromisoformat(typed).isoformat()


def _choice(attribute: Attribute, typed: str) -> str:
    if typed not in attribute.choices:
        raise ValueError(typed)
    return typed


def _yes_no(_attribute: Attribute, typed: str) -> bool:
    answers = {"yes": True, "no": False}
    if typed not in answers:
        raise ValueError(typed)
    return answers[typed]


_READERS = {
    AttributeKind.TEXT: _text,
    AttributeKind.NUMBER: _number,
    AttributeKind.DATE: _date,
    AttributeKind.CHOICE: _choice,
    AttributeKind.YES_NO: _yes_no,
}
