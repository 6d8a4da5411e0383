"""Imports, and the lines of their files while they wait to be taken."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Kind(StrEnum):
    """What the lines of a file are."""

    CONTACTS = "contacts"
    OPT_OUTS = "opt_outs"
    ORDERS = "orders"
    EVENTS = "events"


class Status(StrEnum):
    """How far an import has come; `moves.MOVES` says what follows what."""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


class ImportRun(HasId, Model):
    """One file on its way into the base: what it is, what was answered, how far it has come."""

    __tablename__ = "import_run"
    __table_args__ = (
        Index("ix_import_run_workspace_id_id", "workspace_id", "id"),
        # The few that a worker should be busy with.
        Index(
            "ix_import_run_moving",
            "moved_at",
            postgresql_where=text("status IN ('checking', 'running', 'undoing')"),
        ),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    kind: Mapped[str] = technical(String(10), default=Kind.CONTACTS)
    status: Mapped[str] = technical(String(10), default=Status.DRAFT)
    name: Mapped[str] = technical(String(200))
    # In bytes; the SHA-256 tells a file that comes a second time, and stands in the ledger.
    size: Mapped[int] = technical(BigInteger)
    sha256: Mapped[str] = technical(String(64))
    # Under which name the file lies in the folder of imports; empty once it is deleted.
    stored: Mapped[str] = technical(String(80), default="")
    # How it is read: {"sheet", "delimiter", "encoding", "heading"}; empty: as it seems.
    reading: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    # Which tool made it, where that is recognised: "mailchimp", "brevo"...
    tool: Mapped[str] = technical(String(12), default="", server_default="")
    columns: Mapped[list[Any]] = technical(default=list, server_default="[]")
    # The field each column goes to, "" for none.
    mapping: Mapped[list[Any]] = technical(default=list, server_default="[]")
    # What was answered on the page of questions: see `answers.Answers`.
    answers: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    attested_at: Mapped[datetime | None] = technical()
    # How many lines it has, and how many are read, weighed, taken and given back.
    total: Mapped[int] = technical(Integer, default=0, server_default="0")
    staged: Mapped[int] = technical(Integer, default=0, server_default="0")
    weighed: Mapped[int] = technical(Integer, default=0, server_default="0")
    taken: Mapped[int] = technical(Integer, default=0, server_default="0")
    given_back: Mapped[int] = technical(BigInteger, default=0, server_default="0")
    # What the dry run found, what the run did, what the undoing did.
    expected: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    figures: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    undone: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    trouble: Mapped[str] = technical(Text, default="", server_default="")
    created_at: Mapped[datetime] = technical()
    moved_at: Mapped[datetime] = technical()
    checked_at: Mapped[datetime | None] = technical()
    started_at: Mapped[datetime | None] = technical()
    finished_at: Mapped[datetime | None] = technical()
    undone_at: Mapped[datetime | None] = technical()
    undone_by: Mapped[int | None] = technical(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    # The day on which the file and its lines go.
    delete_on: Mapped[date] = technical(index=True)


class ImportRow(Model):
    """One line of a file as it was understood: written once, deleted with the file.

    No foreign key: a million lines would each ask for their import.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        # The articles of an order, after its first line.
        Index(
            "ix_import_row_repeats",
            "import_id",
            "repeats",
            postgresql_where=text("repeats IS NOT NULL"),
        ),
    )

    import_id: Mapped[int] = technical(
        BigInteger, primary_key=True, autoincrement=False
    )
    # As a spreadsheet program counts them, the heading being the first.
    line: Mapped[int] = technical(Integer, primary_key=True, autoincrement=False)
    email: Mapped[str] = personal(Category.CONTACT, Text, default="")
    # By what its contact is known again: the address in lower case; empty for a line with a fault.
    key: Mapped[str] = personal(Category.CONTACT, Text, default="")
    mark: Mapped[bytes | None] = personal(Category.CONTACT, LargeBinary)
    # What it says of the contact, by the names that records use.
    given: Mapped[dict[str, Any]] = personal(Category.PREFERENCES, default=dict)
    # What was typed of those that are kept in another form, as records keep it.
    typed: Mapped[dict[str, Any] | None] = personal(Category.PREFERENCES)
    # What it says of an order, a sale or an event.
    more: Mapped[dict[str, Any] | None] = personal(Category.PURCHASES)
    # The reason of a suppression, of somebody who wants no more mail.
    refusal: Mapped[str] = personal(Category.CONSENT, String(24), default="")
    # Why it brings no consent; empty where it brings one.
    silent: Mapped[str] = technical(String(24), default="")
    # Why it cannot be taken; and the cells that were left out: [[column, code], …].
    fault: Mapped[str] = technical(String(24), default="")
    left_out: Mapped[list[Any] | None] = technical()
    # An earlier line of the same file says the same person.
    repeats: Mapped[int | None] = technical(Integer)
