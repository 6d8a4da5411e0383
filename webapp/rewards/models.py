"""Rewards, the codes and files they are made of, and who was given which."""

from datetime import date, datetime
from enum import StrEnum

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
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class RewardKind(StrEnum):
    """What a person gets."""

    CODE = "code"
    """One code, the same for everybody."""
    POOL = "pool"
    """A code of one's own, from a list."""
    FILE = "file"


class Reward(HasId, Model):
    """A promise a widget can make: kept by mail and on the page, after the confirmation."""

    __tablename__ = "reward"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = technical(String(10))
    # As the person reads it: "10 % off your next order".
    name: Mapped[str] = technical(String(120))
    # How it is used.
    words: Mapped[str] = technical(Text, default="", server_default="")
    # The code of everybody; empty for the other kinds.
    code: Mapped[str] = technical(String(100), default="", server_default="")
    # The last day on which it is given and can be used.
    last_day: Mapped[date | None] = technical()
    # When colleagues were told that no code is left.
    ran_out_at: Mapped[datetime | None] = technical()
    archived_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())


class RewardCode(HasId, Model):
    """A code for one person; it is used up for good once given."""

    __tablename__ = "reward_code"
    __table_args__ = (
        UniqueConstraint("reward_id", "code"),
        Index(
            "ix_reward_code_left",
            "reward_id",
            "id",
            postgresql_where=text("taken_at IS NULL"),
        ),
    )

    reward_id: Mapped[int] = technical(ForeignKey("reward.id", ondelete="CASCADE"))
    code: Mapped[str] = technical(String(100))
    taken_at: Mapped[datetime | None] = technical()


class RewardFile(HasId, Model):
    """One version of a file; whoever was promised the file gets the newest."""

    __tablename__ = "reward_file"
    __table_args__ = (UniqueConstraint("reward_id", "version"),)

    reward_id: Mapped[int] = technical(ForeignKey("reward.id", ondelete="CASCADE"))
    version: Mapped[int] = technical()
    name: Mapped[str] = technical(String(200))
    # Bytes.
    size: Mapped[int] = technical()
    content: Mapped[bytes] = technical(LargeBinary, deferred=True)
    # How often it was fetched; nobody is noted for it.
    downloads: Mapped[int] = technical(default=0, server_default="0")
    created_at: Mapped[datetime] = technical(server_default=func.now())


class Gift(HasId, Model):
    """A reward that a person has: once, however often they sign up."""

    __tablename__ = "gift"
    __table_args__ = (UniqueConstraint("reward_id", "contact_id"),)

    reward_id: Mapped[int] = technical(ForeignKey("reward.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    # Empty while there is no code left: it comes with the next ones.
    code: Mapped[str] = personal(
        Category.PREFERENCES, String(100), default="", server_default=""
    )
    given_at: Mapped[datetime] = personal(Category.PREFERENCES)
