"""A workspace filled with made-up people, quickly."""

from datetime import UTC, datetime

from webapp.contacts.models import Contact
from webapp.core.copying import copy, reserve
from webapp.core.db import db

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
# What stands in a contact that nothing is known of.
BARE = {
    column.name: column.default.arg
    for column in Contact.__table__.columns
    if column.default is not None and column.default.is_scalar
}


def fill(workspace, people):
    """Write these people (`french.Person`) as contacts; gives their numbers, in order."""
    numbers = reserve(Contact, len(people))
    workspace_id = workspace.id
    names = {**BARE, **people[0].fields}
    columns = [*names, "id", "workspace_id", "updated_at"]
    copy(
        Contact,
        columns,
        (
            [*{**BARE, **one.fields}.values(), number, workspace_id, WRITTEN]
            for number, one in zip(numbers, people, strict=True)
        ),
    )
    db.session.commit()
    return numbers
