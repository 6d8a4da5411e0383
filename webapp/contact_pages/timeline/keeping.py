"""What the person said, what was written down about them, and which segments held them."""

from textwrap import shorten

from sqlalchemy import ColumnElement, select

from webapp.accounts.actions import sentence
from webapp.accounts.models import AuditEntry, User
from webapp.consent.models import ConsentEvent
from webapp.contact_pages import changes as told_changes
from webapp.contact_pages import dossier
from webapp.contact_pages.timeline.entries import Entry, Window
from webapp.contacts import aliases
from webapp.contacts.models import Contact, ContactNote, ContactRecord
from webapp.core.db import db
from webapp.core.i18n import _
from webapp.segments.models import Segment, SegmentChange

LONGEST_NOTE = 200
IMPORT = "import"
TONES = {
    "given": "success",
    "pending": "warning",
    "refused": "neutral",
    "withdrawn": "neutral",
}
SYMBOLS = {
    "given": "circle-check",
    "pending": "clock",
    "refused": "x",
    "withdrawn": "user-minus",
}
# Their own record tells more than the log does.
_TOLD_BY_RECORDS = (
    *("contact.created", "contact.changed", "contact.changed_by_themselves"),
    *("contact.address_changed", "contact.address_restored"),
    *("contact.change_undone", "contact.note_written"),
)


def consents(window: Window) -> list[Entry]:
    """What the person agreed to, refused and withdrew, with the words they saw."""
    found = db.session.scalars(
        window.of(
            select(ConsentEvent).where(
                ConsentEvent.workspace_id == window.workspace.id,
                ConsentEvent.contact_id.in_(aliases.numbers(window.contact)),
            ),
            ConsentEvent.at,
            ConsentEvent.seq,
        )
    ).all()
    return [
        Entry(
            window.place(one.at, one.seq),
            one.sentence,
            f"{one.how} – “{one.words}”" if one.words else one.how,
            SYMBOLS[one.state.value],
            TONES[one.state.value],
            "contacts.consent",
            {"contact_id": window.contact.id},
        )
        for one in dossier.told(found)
    ]


def notes(window: Window) -> list[Entry]:
    """What colleagues wrote down."""
    rows = db.session.execute(
        window.of(
            select(ContactNote, User.name)
            .outerjoin(User, User.id == ContactNote.user_id)
            .where(ContactNote.contact_id == window.contact.id),
            ContactNote.written_at,
            ContactNote.id,
        )
    )
    return [
        Entry(
            window.place(note.written_at, note.id),
            str(_("Note of %(name)s", name=name) if name else _("Note")),
            shorten(note.body, LONGEST_NOTE, placeholder=" …"),
            "message",
            "info",
            "contacts.notes",
            {"contact_id": window.contact.id},
        )
        for note, name in rows
    ]


def changes(window: Window) -> list[Entry]:
    """What was said of the contact, by which door."""
    return _records(window, ContactRecord.source != IMPORT, "edit")


def imports(window: Window) -> list[Entry]:
    """What came with a file."""
    return _records(window, ContactRecord.source == IMPORT, "file-import")


def acts(window: Window) -> list[Entry]:
    """What colleagues did with the contact besides changing values."""
    rows = db.session.execute(
        window.of(
            select(AuditEntry, User.name)
            .outerjoin(User, User.id == AuditEntry.user_id)
            .where(
                AuditEntry.workspace_id == window.workspace.id,
                AuditEntry.target_kind == Contact.__tablename__,
                AuditEntry.target_id == window.contact.id,
                AuditEntry.action.not_in(_TOLD_BY_RECORDS),
            ),
            AuditEntry.at,
            AuditEntry.id,
        )
    )
    return [
        Entry(window.place(entry.at, entry.id), str(sentence(entry.action)), name or "")
        for entry, name in rows
    ]


def segments(window: Window) -> list[Entry]:
    """The segments the contact entered and left."""
    rows = db.session.execute(
        window.of(
            select(SegmentChange, Segment.id, Segment.name)
            .join(Segment, Segment.id == SegmentChange.segment_id)
            .where(SegmentChange.contact_id == window.contact.id),
            SegmentChange.at,
            SegmentChange.id,
        )
    )
    return [
        Entry(
            window.place(change.at, change.id),
            str(
                _("Entered the segment “%(name)s”", name=name)
                if change.entered
                else _("Left the segment “%(name)s”", name=name)
            ),
            "",
            "users-group",
            "info" if change.entered else "neutral",
            "segments.show",
            {"segment_id": number},
        )
        for change, number, name in rows
    ]


def _records(window: Window, which: ColumnElement[bool], symbol: str) -> list[Entry]:
    records = db.session.scalars(
        window.of(
            select(ContactRecord).where(
                ContactRecord.contact_id == window.contact.id, which
            ),
            ContactRecord.at,
            ContactRecord.id,
        )
    ).all()
    return [
        Entry(
            window.place(one.record.at, one.record.id),
            one.title,
            ", ".join(change.label for change in one.changes),
            symbol,
            "neutral",
            "contacts.changes",
            {"contact_id": window.contact.id},
        )
        for one in told_changes.told(window.workspace, records)
    ]
