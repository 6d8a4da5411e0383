"""Segments, who is in each as it was last found, who entered and left, and how each grew."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Segment(HasId, Model):
    """A group of contacts, described by a tree of rules rather than by names."""

    __tablename__ = "segment"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = technical(String(120))
    # The rule tree as versioned JSON: see `segments/rules.py`.
    rules: Mapped[dict[str, Any]] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())
    # When its memberships were last found, and how many they were; None: not yet.
    refreshed_at: Mapped[datetime | None] = technical()
    people: Mapped[int | None] = technical()
    # Whether they are to be found anew as a whole.
    is_due: Mapped[bool] = technical(default=True, server_default="true")
    # Why its memberships are those of `refreshed_at` and cannot be found anew; empty: they can.
    trouble: Mapped[str] = technical(Text, default="", server_default="")


class SegmentMember(Model):
    """A contact in a segment, as it was last found, and since when."""

    __tablename__ = "segment_member"

    # No foreign key: checking it for each row takes as long as writing them; `saving.delete`
    # takes them away, and those of a workspace go with its contacts.
    segment_id: Mapped[int] = technical(
        BigInteger, primary_key=True, autoincrement=False
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    entered_at: Mapped[datetime] = personal(Category.BEHAVIOUR)


class SegmentChange(HasId, Model):
    """A contact entered a segment, or left it; what was there at its first finding is no change."""

    __tablename__ = "segment_change"
    __table_args__ = (
        Index("ix_segment_change_segment_id_id", "segment_id", "id"),
        Index("ix_segment_change_at", "at"),
    )

    segment_id: Mapped[int] = technical(ForeignKey("segment.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    entered: Mapped[bool] = personal(Category.BEHAVIOUR)
    at: Mapped[datetime] = personal(Category.BEHAVIOUR)


class SegmentSize(Model):
    """How many people a segment held when it was last found on a day of the workspace."""

    __tablename__ = "segment_size"

    segment_id: Mapped[int] = technical(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = technical(primary_key=True)
    people: Mapped[int] = technical()


class SegmentDue(HasId, Model):
    """Contacts to whom something happened that their row does not tell: their figures changed.

    Only added to, so that no writer waits for another; no foreign keys, for the same reason.
    """

    __tablename__ = "segment_due"

    workspace_id: Mapped[int] = technical(BigInteger, index=True)
    contact_ids: Mapped[list[int]] = technical(ARRAY(BigInteger))


class SegmentMark(Model):
    """How far the changes of a workspace's contacts have been taken into its memberships."""

    __tablename__ = "segment_mark"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime] = technical()
    # The last event of the workspace's ledger.
    seq: Mapped[int] = technical(BigInteger)
