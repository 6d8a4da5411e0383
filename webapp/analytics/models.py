"""What stays of a campaign's figures when its hits are erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped

from webapp.core.db import Model
from webapp.core.personal_data import technical


class KeptReport(Model):
    """The figures of a campaign, counted before the first of its hits was erased."""

    __tablename__ = "kept_report"

    campaign_id: Mapped[int] = technical(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    counted_at: Mapped[datetime] = technical()
    figures: Mapped[dict[str, Any]] = technical()
