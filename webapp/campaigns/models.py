"""Campaigns and their life."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
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
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import technical


class Status(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SCHEDULED, Status.SENDING}),
    Status.SCHEDULED: frozenset({Status.DRAFT, Status.SENDING, Status.CANCELLED}),
    Status.SENDING: frozenset({Status.PAUSED, Status.SENT, Status.CANCELLED}),
    Status.PAUSED: frozenset({Status.SENDING, Status.CANCELLED}),
    # A person has the uncertain ones sent again.
    Status.SENT: frozenset({Status.SENDING}),
    Status.CANCELLED: frozenset(),
}


class Campaign(HasId, Model):
    """One message to many people, once."""

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_workspace_id_id", "workspace_id", "id"),
        Index("ix_campaign_status", "status"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    name: Mapped[str] = technical(String(120))
    status: Mapped[str] = technical(String(10), default=Status.DRAFT)
    mailing_list_id: Mapped[int | None] = technical(
        ForeignKey("mailing_list.id", ondelete="SET NULL")
    )
    sender_name: Mapped[str] = technical(String(120), default="")
    sender_email: Mapped[str] = technical(String(254), default="")
    reply_to: Mapped[str] = technical(String(254), default="")
    subject: Mapped[str] = technical(Text, default="")
    preheader: Mapped[str] = technical(Text, default="")
    mjml: Mapped[str] = technical(Text, default="")
    locale: Mapped[str] = technical(String(5), default="fr")
    measures_opens: Mapped[bool] = technical(default=True)
    measures_clicks: Mapped[bool] = technical(default=True)
    # It asks whether one may be measured: so it measures nothing, and few get it (`asking`).
    asks_measuring: Mapped[bool] = technical(default=False, server_default="false")
    # Whether everybody may read it in the archive of its list, once it is sent.
    is_public: Mapped[bool] = technical(default=False, server_default="false")
    scheduled_at: Mapped[datetime | None] = technical()
    # It comes at this hour of the day in each reader's time zone (`reader_hours`) ...
    in_readers_zone: Mapped[bool] = technical(default=False, server_default="false")
    # ... so it starts when it is that hour for the first of them.
    starts_at: Mapped[datetime | None] = technical()
    started_at: Mapped[datetime | None] = technical()
    finished_at: Mapped[datetime | None] = technical()
    # When a deliverer last turned to it: campaigns take turns.
    served_at: Mapped[datetime | None] = technical()
    # How many were left out, by reason, when the audience was frozen.
    left_out: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    # What is added to its links (`messages/tagging.py`), as it was when it began to leave.
    link_tags: Mapped[dict[str, Any] | None] = technical()
    # Why it waits (the mail server does not answer ...) and since when; empty when all is well.
    trouble: Mapped[str] = technical(Text, default="", server_default="")
    trouble_since: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())


class Attachment(HasId, Model):
    """A file that travels with every message of a campaign."""

    __tablename__ = "attachment"

    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = technical(String(100))
    media_type: Mapped[str] = technical(String(100))
    # Bytes.
    size: Mapped[int] = technical()
    content: Mapped[bytes] = technical(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = technical(server_default=func.now())


class Picture(HasId, Model):
    """A picture for messages; its public id is made of its content, which never changes."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("workspace_id", "public_id"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    public_id: Mapped[str] = technical(String(32), index=True)
    # What it shows, for those who do not see it.
    description: Mapped[str] = technical(String(200))
    media_type: Mapped[str] = technical(String(100))
    # Pixels.
    width: Mapped[int] = technical()
    height: Mapped[int] = technical()
    # Bytes.
    size: Mapped[int] = technical()
    content: Mapped[bytes] = technical(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = technical(server_default=func.now())


class DatabaseMark(Model):
    """Which database this is and when it was last at work: a restored one is told by it."""

    __tablename__ = "database_mark"

    id: Mapped[int] = technical(SmallInteger, primary_key=True, autoincrement=False)
    identity: Mapped[str] = technical(String(80))
    seen_at: Mapped[datetime] = technical()
    # The transaction that wrote this row: a dump that is read back is written by another.
    written_by: Mapped[int] = technical(BigInteger)


class CampaignSegment(Model):
    """A segment whose people a campaign goes to or, excluded, leaves out."""

    __tablename__ = "campaign_segment"

    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    segment_id: Mapped[int] = technical(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_excluded: Mapped[bool] = technical(default=False)


class Deliverer(Model):
    """A worker at a campaign: one connection of one lane, and what may be leaving by it.

    The messages in `in_flight` were marked before their first byte was written: whoever
    finds this row after its end knows that they may have left.
    """

    __tablename__ = "deliverer"

    lease: Mapped[str] = technical(String(60), primary_key=True)
    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    mail_server_id: Mapped[int | None] = technical(BigInteger)
    provider: Mapped[str] = technical(String(12))
    lane_id: Mapped[int] = technical(BigInteger)
    # Whether it mostly waits for the server, so that another one may work beside it.
    waits: Mapped[bool] = technical(default=False)
    in_flight: Mapped[list[int]] = technical(ARRAY(BigInteger), default=list)
    # What it took of its lane and has not marked yet: given back when it dies.
    room: Mapped[int] = technical(default=0, server_default="0")
    marked_at: Mapped[datetime | None] = technical()
    until: Mapped[datetime] = technical()
