"""What all contacts have in one field of the workspace: counted, taken off, forgotten."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from webapp.accounts import access
from webapp.accounts.models import Workspace
from webapp.contacts.events import ContactsChanged
from webapp.contacts.fields import ATTRIBUTE
from webapp.contacts.models import Attribute, AttributeKind, Contact, ContactRecord
from webapp.core import clock, events
from webapp.core.db import db

_UNWATCHED = {"synchronize_session": False}
# Take these choices off whoever has one of them, and note of each what stood there before.
_TAKE_OFF = """
WITH held AS MATERIALIZED (
    SELECT id, workspace_id, attributes -> :key AS value, CASE
        WHEN jsonb_typeof(attributes -> :key) = 'array' THEN (
            SELECT jsonb_agg(choice ORDER BY place)
            FROM jsonb_array_elements_text(attributes -> :key)
                WITH ORDINALITY AS held_choice (choice, place)
            WHERE choice <> ALL (:gone)
        ) END AS kept
    FROM contact
    WHERE workspace_id = :workspace_id AND ({having})
    FOR UPDATE
), noted AS (
    INSERT INTO contact_record
        (workspace_id, contact_id, source, user_id, at, given, replaced)
    SELECT workspace_id, id, 'staff', :user_id, :now,
        jsonb_build_object(:name, kept), jsonb_build_object(:name, value)
    FROM held
)
UPDATE contact SET updated_at = :now, attributes = CASE
    WHEN kept IS NULL THEN attributes - :key
    ELSE jsonb_set(attributes, ARRAY[:key], kept) END
FROM held WHERE contact.id = held.id
"""


def usage(workspace: Workspace) -> dict[str, int]:
    """How many contacts have something in each field, by its key: reads everybody."""
    key = func.jsonb_object_keys(Contact.attributes).table_valued("key")
    key = key.render_derived()
    rows = db.session.execute(
        select(key.c.key, func.count())
        .select_from(Contact)
        .join(key, literal(value=True))
        .where(Contact.workspace_id == workspace.id)
        .group_by(key.c.key)
    )
    return {row[0]: row[1] for row in rows}


def holders(
    workspace: Workspace, attribute: Attribute, choices: Sequence[str]
) -> dict[str, int]:
    """How many contacts have each of these choices; those nobody has are left out."""
    counted = {
        choice: db.session.scalar(
            select(func.count()).where(
                Contact.workspace_id == workspace.id, _has(attribute, choice)
            )
        )
        or 0
        for choice in choices
    }
    return {choice: number for choice, number in counted.items() if number}


def take_off(
    workspace: Workspace, attribute: Attribute, choices: Sequence[str]
) -> None:
    """Take choices off the contacts that have them; each keeps a record of it."""
    having = [_containing(attribute, choice) for choice in choices]
    marks = [
        f"attributes @> CAST(:having_{place} AS jsonb)" for place in range(len(having))
    ]
    statement = text(_TAKE_OFF.format(having=" OR ".join(marks))).bindparams(
        bindparam("key", type_=Text),
        bindparam("name", type_=Text),
        bindparam("gone", type_=ARRAY(Text)),
    )
    values = {
        "key": attribute.key,
        "name": f"{ATTRIBUTE}{attribute.key}",
        "gone": list(choices),
        "workspace_id": workspace.id,
        "user_id": access.current_user_id(),
        "now": clock.now(),
    }
    sought = {f"having_{place}": json.dumps(one) for place, one in enumerate(having)}
    db.session.execute(statement, {**values, **sought})
    events.publish(ContactsChanged(workspace.id, "field"))


def forget(workspace: Workspace, attribute: Attribute) -> None:
    """Erase all that was ever said in a field, from the contacts and from their records."""
    name = f"{ATTRIBUTE}{attribute.key}"
    db.session.execute(
        update(Contact)
        .where(
            Contact.workspace_id == workspace.id,
            Contact.attributes.has_key(attribute.key),
        )
        .values(
            attributes=Contact.attributes.op("-")(attribute.key),
            updated_at=clock.now(),
        ),
        execution_options=_UNWATCHED,
    )
    theirs = ContactRecord.workspace_id == workspace.id
    db.session.execute(
        update(ContactRecord)
        .where(theirs, ContactRecord.given.has_key(name))
        .values(
            given=ContactRecord.given.op("-")(name),
            replaced=ContactRecord.replaced.op("-")(name),
            typed=ContactRecord.typed.op("-")(name),
        ),
        execution_options=_UNWATCHED,
    )
    db.session.execute(
        delete(ContactRecord).where(theirs, ContactRecord.given == {}),
        execution_options=_UNWATCHED,
    )
    events.publish(ContactsChanged(workspace.id, "field"))


def _has(attribute: Attribute, choice: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Contact.attributes.contains(
        _containing(attribute, choice)
    )
    return found


def _containing(attribute: Attribute, choice: str) -> dict[str, Any]:
    """What the values of a contact contain that has this choice, as the index is asked."""
    several = attribute.kind == AttributeKind.CHOICES
    return {attribute.key: [choice] if several else choice}
