"""Every change of a profile in plain words: who, when, what stood there before and what since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.contact_pages import facts, origins
from webapp.contacts import queries, undoing
from webapp.contacts.models import Contact, ContactRecord
from webapp.contacts.records import UNDO
from webapp.core.db import db
from webapp.core.i18n import _

SHOWN = 25


@dataclass(frozen=True)
class Page:
    """Changes, and the number of the last one where there are older ones."""

    records: list[ContactRecord]
    older: int | None


@dataclass(frozen=True)
class Change:
    """One field of a change, as readers write its values; empty for nothing."""

    name: str
    label: str
    before: str
    after: str
    # In the words it was typed, where it is kept otherwise.
    typed: str = ""


@dataclass(frozen=True)
class Told:
    """One change: what was said at once by one door."""

    record: ContactRecord
    title: str
    changes: list[Change]

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to go back to, as long as nothing changed since."""
        return undoing.can_be_undone(self.record)


def told(workspace: Workspace, found: Sequence[ContactRecord]) -> list[Told]:
    """Records in plain words."""
    own = queries.attributes(workspace)
    labels = facts.labels_of(own)
    names = origins.names(record.user_id for record in found)

    def changes(record: ContactRecord) -> list[Change]:
        order = [*labels, *sorted(set(record.given) - set(labels))]
        return [
            Change(
                name,
                labels.get(name, name),
                facts.written(name, record.replaced.get(name), own),
                facts.written(name, record.given[name], own),
                str(record.typed.get(name) or ""),
            )
            for name in order
            if name in record.given
        ]

    return [
        Told(
            record, _title(record, names.get(record.user_id or 0, "")), changes(record)
        )
        for record in found
    ]


def page(contact: Contact, *, field: str = "", before: int | None = None) -> Page:
    """The changes of a contact, or of one field of it, newest first."""
    asked = select(ContactRecord).where(ContactRecord.contact_id == contact.id)
    if field:
        asked = asked.where(ContactRecord.given.has_key(field))
    if before is not None:
        asked = asked.where(ContactRecord.id < before)
    newest = asked.order_by(ContactRecord.id.desc()).limit(SHOWN + 1)
    found = list(db.session.scalars(newest))
    return Page(found[:SHOWN], found[SHOWN - 1].id if len(found) > SHOWN else None)


def _title(record: ContactRecord, name: str) -> str:
    if record.source == UNDO:
        return str(
            _("Change undone by %(name)s", name=name) if name else _("Change undone")
        )
    who: Any = origins.who(record.source, name)
    if not record.replaced and "email" in record.given:
        return str(_("New contact, %(who)s", who=who))
    if record.given == record.replaced:
        return str(_("Confirmed, %(who)s", who=who))
    if record.source == "staff" and name:
        return str(_("Changed by %(name)s", name=name))
    return str(_("Changed, %(who)s", who=who))
