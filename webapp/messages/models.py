"""One e-mail to one person, the links in it, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
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


class Kind(StrEnum):
    """Why a message is written: each kind has its own rules at the gate."""

    CAMPAIGN = "campaign"
    TEST = "test"
    CONFIRMATION = "confirmation"
    SYSTEM = "system"
    # What a contact needs and asked for: a fresh link, word of a change of theirs.
    SERVICE = "service"


class Status(StrEnum):
    """Where a message stands on its way; the moves are in `messages/moves.py`."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    DEFERRED = "deferred"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


class Message(HasId, Model):
    """One e-mail to one person; this row is the truth, jobs are only wake-ups."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("contact_id", "campaign_id"),
        # What is due, in the order it is claimed.
        Index(
            "ix_message_due",
            "campaign_id",
            "provider",
            "not_before",
            "id",
            postgresql_where=text("status IN ('pending', 'deferred')"),
        ),
        # Single mails in somebody's hands; those of campaigns stand with their deliverer.
        Index(
            "ix_message_leased",
            "leased_until",
            postgresql_where=text("status = 'sending'"),
        ),
        Index("ix_message_campaign_id_status", "campaign_id", "status"),
        # What servers refused a moment ago: few rows, asked for every half a minute.
        Index(
            "ix_message_bounced",
            "finished_at",
            postgresql_where=text("status = 'bounced'"),
        ),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    kind: Mapped[str] = technical(String(15))
    campaign_id: Mapped[int | None] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int | None] = technical(
        ForeignKey("contact.id", ondelete="SET NULL")
    )
    # Where it goes when it is not to a contact (colleagues, tests); emptied once sent.
    recipient: Mapped[str] = personal(Category.CONTACT, String(254), default="")
    # What the words of a system mail or a confirmation need; emptied once sent.
    content: Mapped[dict[str, Any]] = personal(
        Category.MESSAGES, default=dict, server_default="{}"
    )
    status: Mapped[str] = personal(
        Category.MESSAGES, String(10), default=Status.PENDING
    )
    reason: Mapped[str] = personal(
        Category.MESSAGES, String(40), default="", server_default=""
    )
    # The mailbox provider of the address, and the server it left by (None: our own).
    provider: Mapped[str] = technical(
        String(12), default="other", server_default="other"
    )
    mail_server_id: Mapped[int | None] = technical(BigInteger)
    attempts: Mapped[int] = technical(SmallInteger, default=0, server_default="0")
    not_before: Mapped[datetime] = technical(server_default=func.now())
    leased_by: Mapped[str | None] = technical(String(60))
    leased_until: Mapped[datetime | None] = technical()
    tracks_opens: Mapped[bool] = personal(
        Category.CONSENT, default=False, server_default="false"
    )
    tracks_clicks: Mapped[bool] = personal(
        Category.CONSENT, default=False, server_default="false"
    )
    smtp_code: Mapped[int | None] = technical(SmallInteger)
    smtp_reply: Mapped[str] = personal(
        Category.MESSAGES, Text, default="", server_default=""
    )
    created_at: Mapped[datetime] = technical(server_default=func.now())
    # The Date header of the first attempt: a retry carries the same bytes.
    dated_at: Mapped[datetime | None] = technical()
    finished_at: Mapped[datetime | None] = personal(Category.MESSAGES)


class Link(HasId, Model):
    """A destination in a campaign: redirects go only to what stands here."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("campaign_id", "position"),)

    campaign_id: Mapped[int] = technical(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int] = technical()
    # As it stands in the messages that left.
    url: Mapped[str] = technical(Text)
    # Where it leads since it was repaired; empty as long as nobody did.
    leads_to: Mapped[str] = technical(Text, default="", server_default="")
    # Nobody can see it: whoever follows it is a machine.
    is_trap: Mapped[bool] = technical(default=False, server_default="false")


class LinkRepair(HasId, Model):
    """Somebody changed where a sent link leads: from where, to where, when."""

    __tablename__ = "link_repair"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    link_id: Mapped[int] = technical(
        ForeignKey("link.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[str] = technical(Text)
    after: Mapped[str] = technical(Text)
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = technical(server_default=func.now())


class Tagging(Model):
    """What is added to the links of a workspace so that its own statistics know them."""

    __tablename__ = "tagging"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = technical(String(120), default="")
    medium: Mapped[str] = technical(String(120), default="")
    campaign: Mapped[str] = technical(String(120), default="")
    content: Mapped[str] = technical(String(120), default="")
    # The sites whose links are tagged; none: every site.
    sites: Mapped[list[Any]] = technical(default=list)


class Hit(Model):
    """An open (no link) or a click of somebody who agreed to be measured.

    A partitioned table: one part a month. No foreign key, so that no hit waits for whoever
    holds a contact or a campaign; triggers let go of both when they are deleted.
    """

    __tablename__ = "hit"
    __table_args__ = (
        Index("ix_hit_campaign_id", "campaign_id", "link_id", "contact_id"),
        Index("ix_hit_contact_id", "contact_id", "at"),
    )

    id: Mapped[int] = technical(
        BigInteger, server_default=text("nextval('hit_number')"), primary_key=True
    )
    workspace_id: Mapped[int] = technical(BigInteger)
    campaign_id: Mapped[int] = technical(BigInteger)
    message_id: Mapped[int] = technical(BigInteger)
    contact_id: Mapped[int | None] = technical(BigInteger)
    link_id: Mapped[int | None] = technical(BigInteger)
    at: Mapped[datetime] = personal(Category.BEHAVIOUR, primary_key=True)
    # A scanner or a prefetching proxy, not a reader; and by which sign it was known.
    by_machine: Mapped[bool] = personal(Category.BEHAVIOUR, default=False)
    signal: Mapped[str] = personal(
        Category.BEHAVIOUR, String(10), default="", server_default=""
    )


class JournalFile(Model):
    """A file of the journal of hits, and how many of its bytes have been taken in."""

    __tablename__ = "journal_file"

    name: Mapped[str] = technical(String(140), primary_key=True)
    offset: Mapped[int] = technical(BigInteger)
    read_at: Mapped[datetime] = technical(server_default=func.now())
