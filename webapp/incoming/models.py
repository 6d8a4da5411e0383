"""What came back from outside, as it came; and what each of it said about a message."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Source(StrEnum):
    """The door something came in by."""

    LMTP = "lmtp"
    IMAP = "imap"
    SES = "ses"
    MAILGUN = "mailgun"
    SENDGRID = "sendgrid"
    POSTMARK = "postmark"
    BREVO = "brevo"
    MAILJET = "mailjet"
    SCALEWAY = "scaleway"


class InboundEvent(HasId, Model):
    """Something that came in, kept as it came before anybody reads it; kept once."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        UniqueConstraint("source", "unique_key"),
        Index(
            "ix_inbound_event_waiting",
            "not_before",
            "id",
            postgresql_where=text("processed_at IS NULL"),
        ),
        Index("ix_inbound_event_workspace_id", "workspace_id", "id"),
        Index("ix_inbound_event_received_at", "received_at"),
    )

    # Nobody's, until it is read and a message of a workspace is found in it.
    workspace_id: Mapped[int | None] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    source: Mapped[str] = technical(String(12))
    # A hash of what the sender calls it, or of its bytes: the second copy finds the first.
    unique_key: Mapped[bytes] = technical(LargeBinary(32))
    # Emptied after thirty days (`retaining.py`); the row stays to know its copies.
    raw: Mapped[bytes] = personal(Category.MESSAGES, LargeBinary)
    received_at: Mapped[datetime] = technical(server_default=func.now())
    processed_at: Mapped[datetime | None] = technical()
    # Reading it failed so many times; not tried again before then.
    attempts: Mapped[int] = technical(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime] = technical(server_default=func.now())
    # The name of the error that keeps it from being processed, or why nothing followed.
    problem: Mapped[str] = technical(String(80), default="", server_default="")


class MessageReport(HasId, Model):
    """What came back about one message: told once of each kind, whoever tells it again."""

    __tablename__ = "message_report"
    __table_args__ = (
        UniqueConstraint("message_id", "kind"),
        Index("ix_message_report_contact_id", "contact_id", "id"),
        Index("ix_message_report_workspace_id_at", "workspace_id", "at"),
        Index("ix_message_report_event_id", "event_id"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    message_id: Mapped[int] = technical(
        BigInteger, ForeignKey("message.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int | None] = technical(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    # None when the mail server said it while it was asked to take the message.
    event_id: Mapped[int | None] = technical(
        BigInteger, ForeignKey("inbound_event.id", ondelete="SET NULL")
    )
    kind: Mapped[str] = personal(Category.MESSAGES, String(12))
    # What a bounce is about (`deliverability.classifying.Category`).
    category: Mapped[str] = personal(Category.MESSAGES, String(20), default="")
    code: Mapped[int] = personal(Category.MESSAGES, SmallInteger, default=0)
    enhanced: Mapped[str] = personal(Category.MESSAGES, String(12), default="")
    text: Mapped[str] = personal(Category.MESSAGES, Text, default="")
    at: Mapped[datetime] = personal(Category.MESSAGES)


class AddressSince(Model):
    """Since when a contact has today's address, if messages went to another one before."""

    __tablename__ = "address_since"

    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime] = personal(Category.CONTACT)


class ReturnMailbox(HasId, Model):
    """A mailbox of a workspace, read over IMAP, that what comes back arrives in."""

    __tablename__ = "return_mailbox"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), unique=True
    )
    host: Mapped[str] = technical(String(253))
    port: Mapped[int] = technical()
    security: Mapped[str] = technical(String(10))
    username: Mapped[str] = technical(String(200))
    password_encrypted: Mapped[str] = technical(String(500), default="")
    folder: Mapped[str] = technical(String(200), default="INBOX")
    is_active: Mapped[bool] = technical(default=True, server_default="true")
    # Which messages were taken already: numbers mean nothing once the folder is a new one.
    uid_validity: Mapped[int | None] = technical(BigInteger)
    last_uid: Mapped[int] = technical(BigInteger, default=0, server_default="0")
    fetched_at: Mapped[datetime | None] = technical()
    fetched_until: Mapped[datetime | None] = technical()
    taken: Mapped[int] = technical(BigInteger, default=0, server_default="0")
    # A code of `mailboxes.TROUBLES`; empty when all is well.
    trouble: Mapped[str] = technical(String(40), default="", server_default="")
    trouble_since: Mapped[datetime | None] = technical()
    updated_at: Mapped[datetime] = technical(server_default=func.now())


class IncomingTally(Model):
    """How much of something came in on a day and left no other trace."""

    __tablename__ = "incoming_tally"

    day: Mapped[date] = technical(primary_key=True)
    what: Mapped[str] = technical(String(20), primary_key=True)
    number: Mapped[int] = technical(default=0, server_default="0")


class WebhookAddress(HasId, Model):
    """An address a mail service posts to, secret by the token in it; kept without the token."""

    __tablename__ = "webhook_address"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    mail_server_id: Mapped[int | None] = technical(
        ForeignKey("mail_server.id", ondelete="SET NULL"), index=True
    )
    # One of the services among the sources.
    kind: Mapped[str] = technical(String(12))
    token_hash: Mapped[str] = technical(String(64), unique=True)
    # The signing key, or "user:password" where the service signs nothing.
    key_encrypted: Mapped[str] = technical(String(2000), default="", server_default="")
    # The only topic that is heard: entered, or the first that asked to be confirmed.
    topic: Mapped[str] = technical(String(400), default="", server_default="")
    # Where to say yes to a topic; empty once said.
    confirm_url: Mapped[str] = technical(Text, default="", server_default="")
    confirm_until: Mapped[datetime | None] = technical()
    # To the minute: it is not written at each of a thousand events.
    last_event_at: Mapped[datetime | None] = technical()
    refused: Mapped[int] = technical(default=0, server_default="0")
    last_refused_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())


class WebhookWord(Model):
    """A word a service signed for one event: with another event, somebody copied it."""

    __tablename__ = "webhook_word"

    address_id: Mapped[int] = technical(
        ForeignKey("webhook_address.id", ondelete="CASCADE"), primary_key=True
    )
    word_hash: Mapped[bytes] = technical(LargeBinary(32), primary_key=True)
    event_hash: Mapped[bytes] = technical(LargeBinary(32))
    seen_at: Mapped[datetime] = technical(index=True)
