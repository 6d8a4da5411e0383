"""The way mail leaves a workspace, and the addresses it never goes to again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, func
from sqlalchemy.orm import Mapped

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


class Suppression(Model):
    """An address no newsletter goes to again, known only by its keyed hash (CNIL, 27 January 2022)."""

    __tablename__ = "suppression"

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
    created_at: Mapped[datetime] = technical(server_default=func.now())
