"""Workspaces, the people who use them, their roles, sessions and what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_login import UserMixin
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, relationship

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Role(StrEnum):
    """What a member may do, from everything to looking."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    SELLER = "seller"
    PRIVACY_OFFICER = "privacy_officer"


class Workspace(HasId, Model):
    """A data controller: the shop, its legal identity and how to reach it about rights."""

    __tablename__ = "workspace"

    slug: Mapped[str] = technical(String(60), unique=True)
    name: Mapped[str] = technical(String(120))
    legal_name: Mapped[str] = technical(String(200))
    address: Mapped[str] = technical(String(200), default="")
    postcode: Mapped[str] = technical(String(20), default="")
    city: Mapped[str] = technical(String(100), default="")
    country: Mapped[str] = technical(String(2), default="FR")
    website: Mapped[str] = technical(String(300), default="")
    siren: Mapped[str] = technical(String(9), default="")
    rights_email: Mapped[str] = personal(Category.ACCOUNT, String(254))
    rights_phone: Mapped[str] = personal(Category.ACCOUNT, String(30), default="")
    dpo_name: Mapped[str] = personal(Category.ACCOUNT, String(120), default="")
    dpo_email: Mapped[str] = personal(Category.ACCOUNT, String(254), default="")
    sender_name: Mapped[str] = technical(String(120), default="")
    sender_email: Mapped[str] = technical(String(254), default="")
    locale: Mapped[str] = technical(String(5), default="fr")
    timezone: Mapped[str] = technical(String(60), default="Europe/Paris")
    measures_opens: Mapped[bool] = technical(default=True)
    measures_clicks: Mapped[bool] = technical(default=True)
    # Whether the day of the last open is kept of those who said nothing about opens.
    keeps_last_open: Mapped[bool] = technical(default=False, server_default="false")
    # Whether measured messages hold a link that only machines follow.
    sets_traps: Mapped[bool] = technical(default=False, server_default="false")
    # How many months opens and clicks are kept.
    keeps_hits: Mapped[int] = technical(SmallInteger, default=25, server_default="25")
    is_demo: Mapped[bool] = technical(default=False)
    created_at: Mapped[datetime] = technical(server_default=func.now())

    @property
    def postal_address(self) -> str:
        """The address of the controller on one line, as every message must show it."""
        town = f"{self.postcode} {self.city}".strip()
        return ", ".join(part for part in (self.address, town) if part)


class User(HasId, UserMixin, Model):
    """A person who signs in."""

    __tablename__ = "user"
    __table_args__ = (Index("uq_user_email", text("lower(email)"), unique=True),)

    email: Mapped[str] = personal(Category.ACCOUNT, String(254))
    name: Mapped[str] = personal(Category.ACCOUNT, String(120))
    password_hash: Mapped[str] = personal(Category.ACCOUNT, String(200))
    locale: Mapped[str] = personal(Category.ACCOUNT, String(5), default="fr")
    theme: Mapped[str] = personal(Category.ACCOUNT, String(5), default="auto")
    disabled_at: Mapped[datetime | None] = technical()
    # Wrong passwords since the last right one: see `signing_in.py`.
    wrong_passwords: Mapped[int] = technical(default=0, server_default="0")
    wrong_password_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")

    # Which of the person's sessions this request belongs to; set when it is loaded.
    session_token = ""

    def get_id(self) -> str:
        """What the signed cookie holds: the token of one session, which can be revoked."""
        return self.session_token


class Membership(Model):
    """A user in a workspace, with a role."""

    __tablename__ = "membership"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = technical(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = personal(Category.ACCOUNT, String(20))
    joined_at: Mapped[datetime] = technical(server_default=func.now())

    user: Mapped[User] = relationship(back_populates="memberships")
    workspace: Mapped[Workspace] = relationship()


class UserSession(HasId, Model):
    """One browser in which a user is signed in; ending it signs that browser out."""

    __tablename__ = "user_session"

    user_id: Mapped[int] = technical(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = technical(String(64), unique=True)
    browser: Mapped[str] = personal(Category.CONNECTION, String(120), default="")
    created_at: Mapped[datetime] = personal(
        Category.CONNECTION, server_default=func.now()
    )
    seen_at: Mapped[datetime] = personal(Category.CONNECTION, server_default=func.now())
    ended_at: Mapped[datetime | None] = personal(Category.CONNECTION)


class Invitation(HasId, Model):
    """A colleague asked to join a workspace; the link is in the mail, its hash is here."""

    __tablename__ = "invitation"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = personal(Category.ACCOUNT, String(254))
    role: Mapped[str] = technical(String(20))
    token_hash: Mapped[str] = technical(String(64), unique=True)
    invited_by_id: Mapped[int | None] = technical(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = technical(server_default=func.now())
    expires_at: Mapped[datetime] = technical()
    accepted_at: Mapped[datetime | None] = technical()


class AuditEntry(HasId, Model):
    """Who did what, when, to which thing: written once, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_workspace_id_id", "workspace_id", "id"),
        # What was done with one thing.
        Index(
            "ix_audit_entry_target",
            "workspace_id",
            "target_kind",
            "target_id",
        ),
    )

    workspace_id: Mapped[int | None] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = technical(server_default=func.now())
    action: Mapped[str] = personal(Category.ACCOUNT, String(60))
    target_kind: Mapped[str] = technical(String(40), default="")
    target_id: Mapped[int | None] = technical(BigInteger)
    # The name the thing had; never an address of a contact.
    target_name: Mapped[str] = technical(Text, default="")
    detail: Mapped[dict[str, Any]] = technical(default=dict)

    user: Mapped[User | None] = relationship()
