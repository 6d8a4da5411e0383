"""The way mail leaves a workspace, and the addresses it never goes to again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, relationship

from webapp.accounts.models import User
from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Security(StrEnum):
    """How the connection to an SMTP server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class ServerKind(StrEnum):
    """How a mail server is spoken with: SMTP, or the programming interface of a provider."""

    SMTP = "smtp"
    SES = "ses"
    BREVO = "brevo"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    SCALEWAY = "scaleway"


class MailServer(HasId, Model):
    """A server that takes the mail of a workspace; without any, the installation's own does.

    `weight` is its share of the mail beside the others, from 0 to 100; at 0 it stands
    in when the others cannot.
    """

    __tablename__ = "mail_server"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = technical(String(100))
    kind: Mapped[str] = technical(String(10), default=ServerKind.SMTP)
    # Of an SMTP server; those of a provider follow from its kind and region.
    host: Mapped[str] = technical(String(253), default="")
    port: Mapped[int] = technical(default=0)
    security: Mapped[str] = technical(String(10), default=Security.STARTTLS)
    username: Mapped[str] = technical(String(200), default="")
    secret_encrypted: Mapped[str] = technical(String(1000), default="")
    options: Mapped[dict[str, Any]] = technical(default=dict)
    weight: Mapped[int] = technical(default=100)
    is_active: Mapped[bool] = technical(default=True)
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())


class SuppressionReason(StrEnum):
    """Why an address is never written to again."""

    UNSUBSCRIBED_FROM_ALL = "unsubscribed_from_all"
    COMPLAINT = "complaint"
    HARD_BOUNCE = "hard_bounce"
    # A mailbox that stayed full or asleep, time after time.
    SOFT_BOUNCES = "soft_bounces"
    ERASED = "erased"
    STAFF = "staff"
    # Brought from another tool that did not say why.
    IMPORTED = "imported"
    # Refused under another address of theirs, which was made one with this one.
    MERGED = "merged"


class Origin(StrEnum):
    """By which door a suppression came."""

    PERSON = "person"
    STAFF = "staff"
    REPORT = "report"
    IMPORT = "import"


class Suppression(Model):
    """An address no newsletter goes to again, known only by its keyed hash (CNIL, 27 January 2022)."""

    __tablename__ = "suppression"
    __table_args__ = (
        Index(
            "ix_suppression_campaign_id",
            "campaign_id",
            postgresql_where=text("campaign_id IS NOT NULL"),
        ),
        # How many there are for each reason, without reading their lines.
        Index("ix_suppression_workspace_id_reason", "workspace_id", "reason"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    address_hash: Mapped[bytes] = personal(
        Category.CONTACT, LargeBinary(32), primary_key=True
    )
    # While the contact exists, so that an audience is read without hashing a million addresses.
    contact_id: Mapped[int | None] = technical(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = personal(Category.CONSENT, String(30))
    # By which door it came (`Origin`); empty where nobody knows any more.
    origin: Mapped[str] = personal(
        Category.CONSENT, String(12), default="", server_default=""
    )
    # The campaign that was refused, complained of or left, where it is known.
    campaign_id: Mapped[int | None] = technical(
        ForeignKey("campaign.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = technical(server_default=func.now())


class SuppressionImport(HasId, Model):
    """A file of addresses never to be written to, how far it was read, and what was wrong in it."""

    __tablename__ = "suppression_import"
    __table_args__ = (
        Index("ix_suppression_import_workspace_id", "workspace_id", "id"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    name: Mapped[str] = technical(String(200))
    # Emptied as soon as the file is taken, or given up.
    content: Mapped[bytes] = personal(Category.CONTACT, LargeBinary)
    total: Mapped[int] = technical(default=0)
    done: Mapped[int] = technical(default=0)
    added: Mapped[int] = technical(default=0)
    known: Mapped[int] = technical(default=0)
    # Lines that were not taken: their number and a code (`suppression_files.FAULTS`).
    faults: Mapped[list[Any]] = technical(default=list, server_default="[]")
    asked_at: Mapped[datetime] = technical(server_default=func.now())
    moved_at: Mapped[datetime] = technical(server_default=func.now())
    finished_at: Mapped[datetime | None] = technical()
    # Why nothing of it was taken, in a word of `suppression_files.REFUSALS`.
    trouble: Mapped[str] = technical(String(20), default="", server_default="")


class DomainHealth(StrEnum):
    """What the DNS said of a sender domain, taken together."""

    UNCHECKED = "unchecked"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class SenderDomain(HasId, Model):
    """A domain the workspace sends from: its host names and what the DNS says of it."""

    __tablename__ = "sender_domain"
    __table_args__ = (UniqueConstraint("workspace_id", "domain"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    domain: Mapped[str] = technical(String(253))
    # Where returned mail comes back to, and where the links of mails lead; below the domain.
    return_path_host: Mapped[str] = technical(String(253), default="")
    tracking_host: Mapped[str] = technical(String(253), default="")
    health: Mapped[str] = technical(String(10), default=DomainHealth.UNCHECKED)
    # The findings of the last check, as domain_checks/findings.py writes them.
    checks: Mapped[list[Any]] = technical(default=list)
    checked_at: Mapped[datetime | None] = technical()
    # A check was asked for and has not ended.
    asked_at: Mapped[datetime | None] = technical()
    # An owner answers for sending although the checks fail.
    override_reason: Mapped[str] = technical(Text, default="")
    override_by_id: Mapped[int | None] = technical(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    override_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())

    override_by: Mapped[User | None] = relationship()


class KeyAlgorithm(StrEnum):
    """How a DKIM key signs (RFC 6376, RFC 8463)."""

    RSA = "rsa"
    ED25519 = "ed25519"


class DomainKey(HasId, Model):
    """A DKIM key of a sender domain; it signs once it has been seen in the DNS."""

    __tablename__ = "domain_key"
    __table_args__ = (UniqueConstraint("sender_domain_id", "selector"),)

    sender_domain_id: Mapped[int] = technical(
        ForeignKey("sender_domain.id", ondelete="CASCADE")
    )
    algorithm: Mapped[str] = technical(String(10))
    selector: Mapped[str] = technical(String(63))
    private_key_encrypted: Mapped[str] = technical(Text)
    # What stands behind p= in the DNS.
    public_key: Mapped[str] = technical(Text)
    created_at: Mapped[datetime] = technical(server_default=func.now())
    seen_at: Mapped[datetime | None] = technical()
