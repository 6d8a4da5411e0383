"""Lists, and the confirmations people were asked for."""

from datetime import datetime
from enum import StrEnum
from typing import Any

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
)
from sqlalchemy.orm import Mapped, relationship

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class OptIn(StrEnum):
    """Whether a sign-up counts at once or after a mail was confirmed."""

    DOUBLE = "double"
    SINGLE = "single"


class Disposable(StrEnum):
    """What a list does with addresses that live for minutes."""

    ACCEPT = "accept"
    FLAG = "flag"
    REFUSE = "refuse"


class MailingList(HasId, Model):
    """A newsletter people can be on. Who is on it stands in the consent to its purpose."""

    __tablename__ = "mailing_list"
    __table_args__ = (UniqueConstraint("workspace_id", "archive_slug"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    purpose_id: Mapped[int] = technical(ForeignKey("purpose.id"), unique=True)
    name: Mapped[str] = technical(String(120))
    description: Mapped[str] = technical(Text, default="")
    opt_in: Mapped[str] = technical(String(10), default=OptIn.DOUBLE)
    # The sentence beside the box: what the person agrees to.
    purpose_text: Mapped[str] = technical(Text)
    # The short information notice (GDPR article 13), first layer.
    notice_text: Mapped[str] = technical(Text)
    locale: Mapped[str] = technical(String(5), default="fr")
    # What customers read at the sale, with the way to refuse (CPCE L34-5); empty: none is kept.
    sale_notice: Mapped[str] = technical(Text, default="", server_default="")
    # After how many days an unanswered confirmation is asked for once more; 0: never.
    reminder_days: Mapped[int] = technical(SmallInteger, default=3, server_default="3")
    # For how many days the link of a confirmation mail works.
    link_days: Mapped[int] = technical(SmallInteger, default=7, server_default="7")
    # After how many days a sign-up nobody confirmed is forgotten, with the person.
    purge_days: Mapped[int] = technical(SmallInteger, default=30, server_default="30")
    disposable: Mapped[str] = technical(
        String(6), default=Disposable.FLAG, server_default="flag"
    )
    # Whether its public campaigns stand on a page for everybody, and search engines may list them.
    archive_is_open: Mapped[bool] = technical(default=False, server_default="false")
    archive_is_indexed: Mapped[bool] = technical(default=False, server_default="false")
    # What the address of that page says; kept, so that links to it go on working.
    archive_slug: Mapped[str | None] = technical(String(60))
    # The sentence and the notice in other languages: {"en": {"purpose": …, "notice": …}}.
    texts: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    archived_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())


class Confirmation(HasId, Model):
    """A sign-up that waits for its mail to be confirmed; the link's hash alone is kept."""

    __tablename__ = "confirmation"
    __table_args__ = (
        Index(
            "ix_confirmation_mailing_list_id_contact_id",
            "mailing_list_id",
            "contact_id",
        ),
        # How many mails this address was sent lately, in the whole installation.
        Index("ix_confirmation_address_hash", "address_hash", "requested_at"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    mailing_list_id: Mapped[int] = technical(
        ForeignKey("mailing_list.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = technical(String(64), unique=True)
    address_hash: Mapped[bytes] = personal(Category.CONTACT, LargeBinary(32))
    # What the person ticked, by purpose, and where: recorded as consent once confirmed.
    asked: Mapped[dict[str, Any]] = personal(Category.CONSENT, default=dict)
    widget_version_id: Mapped[int | None] = technical(BigInteger)
    locale: Mapped[str] = personal(Category.PREFERENCES, String(5), default="fr")
    requested_at: Mapped[datetime] = personal(
        Category.CONSENT, server_default=func.now()
    )
    expires_at: Mapped[datetime] = technical()
    confirmed_at: Mapped[datetime | None] = personal(Category.CONSENT)
    reminded_at: Mapped[datetime | None] = technical()
    # When the person asked for the same mail once more.
    sent_again_at: Mapped[datetime | None] = technical()

    mailing_list: Mapped[MailingList] = relationship()


class ConfirmationBlock(Model):
    """An address whose owner said that they never asked: no sign-up mail goes to it for a year."""

    __tablename__ = "confirmation_block"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    address_hash: Mapped[bytes] = personal(
        Category.CONTACT, LargeBinary(32), primary_key=True
    )
    blocked_at: Mapped[datetime] = personal(Category.CONSENT, index=True)


class ParentalRequest(HasId, Model):
    """A parent asked to agree for a child under fifteen, once the child has confirmed (LIL article 45)."""

    __tablename__ = "parental_request"
    __table_args__ = (
        # How many mails this address was sent lately, in the whole installation.
        Index("ix_parental_request_address_hash", "address_hash", "requested_at"),
    )

    confirmation_id: Mapped[int] = technical(
        ForeignKey("confirmation.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[str] = technical(String(64), unique=True)
    # Emptied once they answered: the sealed evidence alone keeps it then.
    address: Mapped[str] = personal(Category.CONTACT, String(254))
    address_hash: Mapped[bytes] = personal(Category.CONTACT, LargeBinary(32))
    requested_at: Mapped[datetime] = personal(Category.CONSENT)
    answered_at: Mapped[datetime | None] = personal(Category.CONSENT)


class Partner(HasId, Model):
    """A company of its own to which people may have their address passed on, each by a box of its own."""

    __tablename__ = "partner"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    purpose_id: Mapped[int] = technical(ForeignKey("purpose.id"), unique=True)
    name: Mapped[str] = technical(String(120))
    privacy_url: Mapped[str] = technical(String(500))
    # What it will use the address for, as the end of a sentence; `texts` says it in other languages.
    description: Mapped[str] = technical(String(300))
    texts: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    archived_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())
