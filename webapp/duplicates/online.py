"""Is this person perhaps known already? Asked at once, of one contact."""

from dataclasses import dataclass

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.duplicates.scoring import Comparison


@dataclass(frozen=True)
class Likeness:
    """A contact that may be the same person, and why."""

    contact_id: int
    comparison: Comparison


def check(workspace: Workspace, contact: Contact) -> list[Likeness]:
    """Who may be the same person as this contact, the likeliest first; writes what is to review."""
    raise NotImplementedError
