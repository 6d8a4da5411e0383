"""Widgets, each version as it was shown, and how many people it met."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import technical


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
