"""The fields of a profile as this page speaks of them: ours and the workspace's own."""

from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.core.errors import NotFound
from webapp.quality.models import Doubt

# What makes a value of a field one that cannot be used.
DOUBTS = {
    "phone": Doubt.PHONE,
    "landline": Doubt.LANDLINE,
    "postcode": Doubt.PLACE,
    "city": Doubt.PLACE,
}


def labels(workspace: Workspace) -> dict[str, Any]:
    """What each field is called, by its name in records."""
    own = {f"{ATTRIBUTE}{one.key}": one.name for one in queries.attributes(workspace)}
    return {**{name: field.label for name, field in FIELDS.items()}, **own}


def label(workspace: Workspace, name: str) -> Any:
    """What one field is called.

    :raises NotFound: when the workspace has no such field.
    """
    found = labels(workspace).get(name)
    if found is None:
        raise NotFound
    return found
