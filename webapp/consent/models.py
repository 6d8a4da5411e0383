"""Purposes, the texts that were shown, the append-only events and today's state."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class PurposeKind(StrEnum):
    """What a person can agree to; one never implies another."""

    NEWSLETTER = "newsletter"
    OPENS = "opens"
    CLICKS = "clicks"
    PARTNER = "partner"


class State(StrEnum):
    """Where a person stands with a purpose; no row means nothing was ever said."""

    PENDING = "pending"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """The legal basis on which we act (GDPR article 6, CPCE article L34-5)."""

    CONSENT = "consent"
    EXISTING_CUSTOMER = "existing_customer"
    LEGITIMATE_INTEREST = "legitimate_interest"


class Purpose(HasId, Model):
    """One thing a person may agree to in a workspace: a list, the measuring of opens or of clicks."""

    __tablename__ = "purpose"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = technical(String(20))
    name: Mapped[str] = technical(String(120))
    # Besides consent, which always counts: the legal bases it accepts (values of `Basis`).
    other_bases: Mapped[list[Any]] = technical(default=list, server_default="[]")
    # What customers must have bought to be written to as customers (CPCE L34-5).
    product_family: Mapped[str] = technical(String(120), default="", server_default="")


class ShownText(HasId, Model):
    """A wording as it was shown: never changed; an edit that changes nothing makes no new row."""

    __tablename__ = "shown_text"
    __table_args__ = (UniqueConstraint("workspace_id", "fingerprint"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    fingerprint: Mapped[str] = technical(String(64))
    kind: Mapped[str] = technical(String(20))
    locale: Mapped[str] = technical(String(5))
    body: Mapped[str] = technical(Text)
    created_at: Mapped[datetime] = technical(server_default=func.now())


class LedgerHead(Model):
    """Where the chain of a workspace ends; the trigger that checks each new event moves it on."""

    __tablename__ = "ledger_head"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[int] = technical(BigInteger)
    hash: Mapped[bytes] = technical()


class ConsentEvent(HasId, Model):
    """One thing a person said about one purpose; triggers refuse every change and every gap."""

    __tablename__ = "consent_event"
    __table_args__ = (
        Index(
            "ix_consent_event_workspace_id_contact_id",
            "workspace_id",
            "contact_id",
            "id",
        ),
        UniqueConstraint("workspace_id", "seq"),
        # How a list grew, and every proof of one purpose.
        Index("ix_consent_event_purpose_id_at", "purpose_id", "at"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # No foreign key: the event outlives the contact it speaks of.
    contact_id: Mapped[int] = technical(BigInteger)
    purpose_id: Mapped[int] = technical(BigInteger)
    state: Mapped[str] = personal(Category.CONSENT, String(12))
    basis: Mapped[str] = personal(Category.CONSENT, String(20))
    # How it was said: "widget", "confirmation", "one_click", "preferences", "staff", "import".
    method: Mapped[str] = personal(Category.CONSENT, String(20))
    at: Mapped[datetime] = personal(Category.CONSENT)
    text_id: Mapped[int | None] = technical(BigInteger)
    widget_version_id: Mapped[int | None] = technical(BigInteger)
    message_id: Mapped[int | None] = technical(BigInteger)
    user_id: Mapped[int | None] = technical(BigInteger)
    # Opaque facts of the collection: never an address, never an IP.
    detail: Mapped[dict[str, Any]] = personal(
        Category.CONSENT, default=dict, server_default="{}"
    )
    # The place in the workspace's chain, the hash of the event before, and its own: see `chain.py`.
    seq: Mapped[int] = technical(BigInteger)
    prev_hash: Mapped[bytes] = technical()
    hash: Mapped[bytes] = technical()
    # What was shown, and what is known of the circumstances, held fast by their hashes.
    text_hash: Mapped[bytes | None] = technical()
    form_hash: Mapped[bytes | None] = technical()
    commitment: Mapped[bytes | None] = technical()


class ConsentState(Model):
    """Where a person stands today with a purpose: a projection of the events, rebuilt from them."""

    __tablename__ = "consent_state"
    __table_args__ = (
        # The audience of a campaign is read along this index.
        Index("ix_consent_state_purpose_id_state", "purpose_id", "state", "contact_id"),
        # Who is on a list without having agreed: few, and looked for among a million.
        Index(
            "ix_consent_state_other_basis",
            "purpose_id",
            "contact_id",
            postgresql_where=text("basis <> 'consent'"),
        ),
    )

    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    purpose_id: Mapped[int] = technical(
        ForeignKey("purpose.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = personal(Category.CONSENT, String(12))
    basis: Mapped[str] = personal(Category.CONSENT, String(20))
    method: Mapped[str] = personal(Category.CONSENT, String(20))
    since: Mapped[datetime] = personal(Category.CONSENT)
    event_id: Mapped[int] = technical(BigInteger)
    # What a customer bought, as its ground says it; empty for any other basis.
    family: Mapped[str] = personal(
        Category.PURCHASES, String(120), default="", server_default=""
    )


class CarriedRefusal(Model):
    """A no that somebody said under an address that was made one with theirs: it counts on.

    `said_until` is a number of an event: what the person says later takes its place.
    """

    __tablename__ = "carried_refusal"

    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    purpose_id: Mapped[int] = technical(
        ForeignKey("purpose.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = technical(BigInteger, primary_key=True, autoincrement=False)
    said_until: Mapped[int] = technical(BigInteger)


class LedgerCheckpoint(HasId, Model):
    """How far a chain had come at a moment, signed with a key that is not in the database."""

    __tablename__ = "ledger_checkpoint"
    __table_args__ = (UniqueConstraint("workspace_id", "size"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    size: Mapped[int] = technical(BigInteger)
    document: Mapped[dict[str, Any]] = technical()

    @property
    def at(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.document["at"])


class PersonKey(Model):
    """The key to what we know of how a person said things; without it, that is noise."""

    __tablename__ = "person_key"

    # No foreign key: the proof outlives the contact, until its own day.
    contact_id: Mapped[int] = technical(
        BigInteger, primary_key=True, autoincrement=False
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    # Wrapped with the key of the installation.
    wrapped: Mapped[str] = technical(Text)


class ConsentEvidence(Model):
    """The circumstances of one event, sealed with the person's key; the event commits to them."""

    __tablename__ = "consent_evidence"

    event_id: Mapped[int] = technical(BigInteger, primary_key=True, autoincrement=False)
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int] = technical(BigInteger, index=True)
    sealed: Mapped[bytes] = personal(Category.CONNECTION)
    purge_on: Mapped[date] = technical(index=True)


class CheckpointTimestamp(Model):
    """What a time-stamping authority said of a checkpoint: its answer as it came (RFC 3161)."""

    __tablename__ = "checkpoint_timestamp"

    checkpoint_id: Mapped[int] = technical(
        ForeignKey("ledger_checkpoint.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # By the clock of the authority.
    at: Mapped[datetime] = technical()
    response: Mapped[bytes] = technical()


class LongWork(HasId):
    """Work of minutes: its row says how far it has come, so that it can be left and found again."""

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # Who asked for it; nobody where the timetable did.
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    total: Mapped[int] = technical(BigInteger, default=0)
    asked_at: Mapped[datetime] = technical()
    moved_at: Mapped[datetime] = technical()
    finished_at: Mapped[datetime | None] = technical()


class LedgerVerification(LongWork, Model):
    """One verification of a chain from `first`: `size` events so far, ending with `hash`; its fault."""

    __tablename__ = "ledger_verification"
    __table_args__ = (
        Index("ix_ledger_verification_workspace_id_id", "workspace_id", "id"),
    )

    # Nought, or the size of a signed checkpoint an earlier verification had reached.
    first: Mapped[int] = technical(BigInteger)
    size: Mapped[int] = technical(BigInteger)
    hash: Mapped[bytes] = technical()
    fault: Mapped[str] = technical(Text, default="")
    fault_seq: Mapped[int | None] = technical(BigInteger)


class ProofExport(LongWork, Model):
    """The proofs of everybody on a list as a file: made in the background, deleted on its day."""

    __tablename__ = "proof_export"
    __table_args__ = (Index("ix_proof_export_workspace_id_id", "workspace_id", "id"),)

    mailing_list_id: Mapped[int] = technical(
        ForeignKey("mailing_list.id", ondelete="CASCADE")
    )
    with_circumstances: Mapped[bool] = technical()
    locale: Mapped[str] = technical(String(5))
    done: Mapped[int] = technical(BigInteger, default=0)
    # In bytes, once it is finished.
    size: Mapped[int] = technical(BigInteger, default=0)
    delete_on: Mapped[date | None] = technical()
