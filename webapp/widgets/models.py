"""Widgets, each version as it was shown, and how many people it met."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class WidgetKind(StrEnum):
    """What a widget can be."""

    SIGN_UP = "sign_up"


class Widget(HasId, Model):
    """A form that a merchant puts on a site."""

    __tablename__ = "widget"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    mailing_list_id: Mapped[int] = technical(
        ForeignKey("mailing_list.id", ondelete="CASCADE")
    )
    # What the embed code names; it tells nothing and cannot be guessed from another.
    public_id: Mapped[str] = technical(String(22), unique=True)
    kind: Mapped[str] = technical(String(20), default=WidgetKind.SIGN_UP)
    name: Mapped[str] = technical(String(120))
    # Fields, words, theme and where to go afterwards: see `widgets/design.py`.
    design: Mapped[dict[str, Any]] = technical(default=dict)
    # The version people see, by language: {"fr": 12}. Empty until it is published.
    showing: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    # Until then whoever signs up proves some work first: it had many times its usual.
    costlier_until: Mapped[datetime | None] = technical()
    published_at: Mapped[datetime | None] = technical()
    archived_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())


class WidgetVersion(HasId, Model):
    """A widget as it was shown: the form, byte for byte, and its fingerprint; never changed."""

    __tablename__ = "widget_version"
    __table_args__ = (UniqueConstraint("widget_id", "fingerprint"),)

    widget_id: Mapped[int] = technical(
        ForeignKey("widget.id", ondelete="CASCADE"), index=True
    )
    fingerprint: Mapped[str] = technical(String(64))
    html: Mapped[str] = technical(Text)
    design: Mapped[dict[str, Any]] = technical()
    # The number of each sentence it showed, as kept: see `widgets/sentences.py`.
    texts: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    created_at: Mapped[datetime] = technical(server_default=func.now())


class AllowedSite(HasId, Model):
    """A site of the merchant to which people may be sent on after a sign-up."""

    __tablename__ = "allowed_site"
    __table_args__ = (UniqueConstraint("workspace_id", "host"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    host: Mapped[str] = technical(String(253))
    created_at: Mapped[datetime] = technical(server_default=func.now())


class WidgetDay(Model):
    """How often a widget was shown, started, submitted and confirmed on a day; nobody is identified."""

    __tablename__ = "widget_day"

    widget_id: Mapped[int] = technical(
        ForeignKey("widget.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = technical(primary_key=True)
    shown: Mapped[int] = technical(default=0, server_default="0")
    started: Mapped[int] = technical(default=0, server_default="0")
    submitted: Mapped[int] = technical(default=0, server_default="0")
    confirmed: Mapped[int] = technical(default=0, server_default="0")


class SignUp(HasId, Model):
    """A sign-up that came in and was not looked into yet: sealed, and gone once a worker takes it."""

    __tablename__ = "sign_up"

    widget_version_id: Mapped[int] = technical(
        ForeignKey("widget_version.id", ondelete="CASCADE"), index=True
    )
    source_id: Mapped[int | None] = technical(BigInteger)
    at: Mapped[datetime] = personal(Category.CONNECTION, index=True)
    sealed: Mapped[str] = personal(Category.CONTACT, Text)


class SignUpAttempt(HasId, Model):
    """A sign-up of the last day, by marks that nobody can turn back: what the caps are counted on."""

    __tablename__ = "signup_attempt"
    __table_args__ = (
        Index("ix_signup_attempt_widget_id", "widget_id", "at"),
        Index("ix_signup_attempt_address_mark", "address_mark", "at"),
        Index("ix_signup_attempt_network_mark", "network_mark", "at"),
        Index("ix_signup_attempt_domain_mark", "domain_mark", "at"),
        Index("ix_signup_attempt_at", "at"),
    )

    widget_id: Mapped[int] = technical(ForeignKey("widget.id", ondelete="CASCADE"))
    at: Mapped[datetime] = personal(Category.CONNECTION)
    address_mark: Mapped[bytes] = personal(Category.CONTACT, LargeBinary(32))
    # None where the address tells nothing, as behind a proxy nobody told us of.
    network_mark: Mapped[bytes | None] = personal(Category.CONNECTION, LargeBinary(32))
    domain_mark: Mapped[bytes] = personal(Category.CONTACT, LargeBinary(32))
    proven: Mapped[bool] = technical(default=False)


class SignUpJudgement(Model):
    """How many sign-ups of a widget were held back on a day, and why; nobody is identified."""

    __tablename__ = "signup_judgement"

    widget_id: Mapped[int] = technical(
        ForeignKey("widget.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = technical(primary_key=True)
    reason: Mapped[str] = technical(String(12), primary_key=True)
    number: Mapped[int] = technical(default=0, server_default="0")


class SpentProof(Model):
    """A proof of work that was used, kept until it would have expired anyway."""

    __tablename__ = "spent_proof"

    mark: Mapped[bytes] = technical(LargeBinary(32), primary_key=True)
    expires_at: Mapped[datetime] = technical(index=True)


class WidgetSource(HasId, Model):
    """A link to a widget that is told from the others by its mark: a flyer's, a profile's."""

    __tablename__ = "widget_source"
    __table_args__ = (UniqueConstraint("widget_id", "mark"),)

    widget_id: Mapped[int] = technical(ForeignKey("widget.id", ondelete="CASCADE"))
    # What stands in the address, after `?s=`.
    mark: Mapped[str] = technical(String(12))
    name: Mapped[str] = technical(String(60))
    archived_at: Mapped[datetime | None] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())


class WidgetSourceDay(Model):
    """How many came by a link on a day; nobody is identified."""

    __tablename__ = "widget_source_day"

    source_id: Mapped[int] = technical(
        ForeignKey("widget_source.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = technical(primary_key=True)
    shown: Mapped[int] = technical(default=0, server_default="0")
    submitted: Mapped[int] = technical(default=0, server_default="0")
    confirmed: Mapped[int] = technical(default=0, server_default="0")


class CounterEntry(HasId, Model):
    """A customer a colleague entered at the shop counter, for a day: to count, and to take back."""

    __tablename__ = "counter_entry"
    __table_args__ = (
        Index("ix_counter_entry_widget_id", "widget_id", "at"),
        Index("ix_counter_entry_user_id", "user_id", "at"),
    )

    widget_id: Mapped[int] = technical(ForeignKey("widget.id", ondelete="CASCADE"))
    user_id: Mapped[int] = technical(ForeignKey("user.id", ondelete="CASCADE"))
    at: Mapped[datetime] = personal(Category.ACCOUNT)
    # No foreign key, for a day: it keeps nobody who is otherwise forgotten. None over a cap.
    contact_id: Mapped[int | None] = technical(BigInteger)
    # None where no mail was due: somebody already on the list, or a cap.
    confirmation_id: Mapped[int | None] = technical(BigInteger)
    # Whether the contact, or which of its fields, came by this entry.
    is_new: Mapped[bool] = technical()
    filled: Mapped[list[Any]] = technical(default=list)
    undone_at: Mapped[datetime | None] = technical()
