"""Segments: groups of contacts described by rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import technical


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
