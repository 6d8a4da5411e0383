"""Custom fields: declare them, and read what people type into them."""

import re
import unicodedata
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import answers, field_values, queries
from webapp.contacts.answers import Typed
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# More would make every form and every import unreadable.
MOST = 100
LONGEST_TEXT = answers.LONGEST
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
        workspace_id=workspace.id,
        key=key,
        name=name,
        kind=kind,
        choices=choices,
        position=max((one.position for one in existing), default=0) + 1,
    )
    db.session.add(attribute)
    db.session.flush()
    return attribute


def ask_people(attribute: Attribute, *, asked: bool) -> None:
    """Let people see the field on their own page and fill it in, or keep it to ourselves."""
    attribute.asked_of_people = asked


def change(
    workspace: Workspace, attribute: Attribute, name: str, choices: list[str]
) -> None:
    """Give a field another name and other choices; a choice that goes is taken off the contacts."""
    gone = [choice for choice in attribute.choices if choice not in choices]
    if gone:
        field_values.take_off(workspace, attribute, gone)
    attribute.name, attribute.choices = name, choices


def move(workspace: Workspace, attribute: Attribute, *, up: bool) -> None:
    """Put a field one place further up or down among the fields of the workspace."""
    ordered = queries.attributes(workspace)
    place = next(n for n, one in enumerate(ordered) if one.id == attribute.id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, one in enumerate(ordered, 1):
        one.position = position


def remove(workspace: Workspace, attribute: Attribute) -> None:
    """Remove a field, and all that was ever said in it, from every contact."""
    field_values.forget(workspace, attribute)
    db.session.delete(attribute)


def key_of(name: str) -> str:
    """The name under which values are stored: plain letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:KEY_LENGTH]
    return key or f"field_{len(name)}"


def convert(attribute: Attribute, typed: Typed) -> Any:
    """The value as it is stored (JSON), or None for nothing.

    :raises ValueDoesNotFit: when it is not of the field's type.
    """
    try:
        return answers.read(attribute.kind, attribute.choices, typed)
    except (ValueError, TypeError) as error:
        raise ValueDoesNotFit from error


def written(attribute: Attribute, value: Any) -> str:
    """A stored value as a cell of a file that `convert` takes for the same."""
    return answers.write(attribute.kind, attribute.choices, value)
