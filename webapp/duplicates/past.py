"""The merges there were, told: of whom, by whom, why, and whether they can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from webapp.accounts.models import User, Workspace
from webapp.contacts.aliases import ContactAlias
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.duplicates import undoing
from webapp.duplicates.models import MergeEvent
from webapp.duplicates.wording import Said
from webapp.duplicates.wording import tell as in_words

LATELY = timedelta(days=7)
KINDS: dict[str, Any] = {
    "": _l("All merges"),
    "alone": _l("Merged without asking"),
    "hand": _l("Merged by a colleague"),
    "undone": _l("Undone merges"),
}


@dataclass(frozen=True)
class Told:
    """One merge for a reader."""

    survivor: Contact
    # The address the absorbed contact went by; empty once the merge is undone.
    address: str
    colleague: str
    why: list[Said]
    # Another merge that must be undone before.
    later: MergeEvent | None
    # Too long ago to be undone.
    is_for_good: bool


def merges(workspace: Workspace, kind: str = "") -> Select[MergeEvent]:
    """The merges of a kind."""
    found = select(MergeEvent).where(MergeEvent.workspace_id == workspace.id)
    if kind == "undone":
        return found.where(MergeEvent.undone_at.is_not(None))
    if kind in {"alone", "hand"}:
        return found.where(MergeEvent.is_automatic.is_(kind == "alone"))
    return found


def alone_lately(workspace: Workspace) -> int:
    """How many were merged without asking in the last days, and not undone."""
    lately = select(func.count()).where(
        MergeEvent.workspace_id == workspace.id,
        MergeEvent.is_automatic,
        MergeEvent.undone_at.is_(None),
        MergeEvent.at > clock.now() - LATELY,
    )
    return db.session.scalar(lately) or 0


def tell(events: Sequence[MergeEvent]) -> dict[int, Told]:
    """Each merge, by its number."""
    people = _by_id(Contact, [one.contact_id for one in events])
    colleagues = _by_id(User, [one.user_id for one in events if one.user_id])
    aliases = {
        one.former_id: one.email
        for one in db.session.scalars(
            select(ContactAlias).where(
                ContactAlias.former_id.in_([one.absorbed_id for one in events])
            )
        )
    }
    return {
        one.id: Told(
            people[one.contact_id],
            aliases.get(one.absorbed_id, "") if one.undone_at is None else "",
            colleagues[one.user_id].name if one.user_id in colleagues else "",
            in_words(one.levels),
            undoing.later(one) if one.undone_at is None else None,
            undoing.is_for_good(one),
        )
        for one in events
    }


def _by_id(model: Any, numbers: Sequence[int]) -> dict[int, Any]:
    found = db.session.scalars(select(model).where(model.id.in_(numbers)))
    return {one.id: one for one in found}
