"""Contacts as a file: what was asked for, how far it is, and until when it lies there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped

from webapp.consent.models import LongWork
from webapp.core.db import Model
from webapp.core.personal_data import Category, personal, technical


class Of(StrEnum):
    """Whom an export is about."""

    ALL = "all"
    LIST = "list"
    SEGMENT = "segment"
    SEARCH = "search"


class Export(LongWork, Model):
    """One file of contacts: made in the background, fetched, deleted on its day."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_workspace_id_id", "workspace_id", "id"),)

    of: Mapped[str] = technical(String(10))
    # The list or the segment, and what it was called when it was asked for.
    mailing_list_id: Mapped[int | None] = technical(
        ForeignKey("mailing_list.id", ondelete="SET NULL")
    )
    segment_id: Mapped[int | None] = technical(
        ForeignKey("segment.id", ondelete="SET NULL")
    )
    name: Mapped[str] = technical(String(200), default="")
    # Where people stand with the list.
    state: Mapped[str] = technical(String(12), default="")
    # What was searched for, which may be a name: forgotten once the file is made.
    words: Mapped[str] = personal(Category.IDENTITY, String(200), default="")
    kind: Mapped[str] = technical(String(4))
    columns: Mapped[list[Any]] = technical()
    locale: Mapped[str] = technical(String(5))
    done: Mapped[int] = technical(BigInteger, default=0)
    # In bytes, once it is finished; and a word for why it could not be.
    size: Mapped[int] = technical(BigInteger, default=0)
    trouble: Mapped[str] = technical(String(20), default="", server_default="")
    delete_at: Mapped[datetime | None] = technical()
