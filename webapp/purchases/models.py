"""Events of the shop's site and the figures of each contact; orders are in `order_models`."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical
from webapp.purchases.order_models import (
    COUNTING,
    MONEY,
    Order,
    OrderChange,
    OrderLine,
    OrderReturn,
    Status,
)

__all__ = [
    "COUNTING",
    "MONEY",
    "ContactStats",
    "CustomerRules",
    "Order",
    "OrderChange",
    "OrderLine",
    "OrderReturn",
    "SiteEvent",
    "SiteEventName",
    "Stage",
    "StageChange",
    "StageMonth",
    "StatsDue",
    "Status",
]


class Stage(StrEnum):
    """Where a contact stands with the shop; each is in exactly one."""

    PROSPECT = "prospect"
    NEW = "new"
    LOYAL = "loyal"
    AMBASSADOR = "ambassador"
    AT_RISK = "at_risk"
    LOST = "lost"


class SiteEvent(HasId, Model):
    """Something a contact who agreed to be measured did on the shop's site."""

    __tablename__ = "site_event"
    __table_args__ = (
        # The same event told twice is one.
        UniqueConstraint("workspace_id", "key"),
        Index("ix_site_event_contact_id", "contact_id", "at"),
        Index("ix_site_event_workspace_id", "workspace_id", "name", "at"),
        Index(
            "ix_site_event_source_id",
            "source_id",
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    name: Mapped[str] = personal(Category.BEHAVIOUR, String(60))
    at: Mapped[datetime] = personal(Category.BEHAVIOUR)
    properties: Mapped[dict[str, Any]] = personal(
        Category.BEHAVIOUR, default=dict, server_default="{}"
    )
    key: Mapped[str | None] = technical(String(80))
    # The import it came with.
    source_id: Mapped[int | None] = technical(BigInteger)


class SiteEventName(Model):
    """A name that events of a workspace have had: what segments propose."""

    __tablename__ = "site_event_name"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = technical(String(60), primary_key=True)
    first_at: Mapped[datetime] = technical()
    last_at: Mapped[datetime] = technical()


class ContactStats(Model):
    """The figures of one contact, at most five seconds behind; no row yet: a prospect of noughts.

    Opens, clicks and site events are None unless the person agrees to be measured now.
    """

    __tablename__ = "contact_stats"
    __table_args__ = (
        Index("ix_contact_stats_stage", "workspace_id", "stage", "contact_id"),
        Index("ix_contact_stats_scores", "workspace_id", "r", "f", "contact_id"),
    )

    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # Orders that count, whatever their currency.
    orders: Mapped[int] = personal(Category.PURCHASES, server_default="0")
    # Net of returns, of the orders in the currency of the workspace; the rest is `orders_elsewhere`.
    revenue: Mapped[Decimal] = personal(Category.PURCHASES, MONEY, server_default="0")
    orders_elsewhere: Mapped[int] = personal(Category.PURCHASES, server_default="0")
    first_order_at: Mapped[datetime | None] = personal(Category.PURCHASES)
    last_order_at: Mapped[datetime | None] = personal(Category.PURCHASES)
    # Days between two orders, on average; None before the second.
    average_gap_days: Mapped[Decimal | None] = personal(
        Category.PURCHASES, Numeric(8, 2)
    )
    # Campaign mails that left.
    sent: Mapped[int] = personal(Category.MESSAGES, server_default="0")
    last_sent_at: Mapped[datetime | None] = personal(Category.MESSAGES)
    opens: Mapped[int | None] = personal(Category.BEHAVIOUR)
    last_open_at: Mapped[datetime | None] = personal(Category.BEHAVIOUR)
    clicks: Mapped[int | None] = personal(Category.BEHAVIOUR)
    last_click_at: Mapped[datetime | None] = personal(Category.BEHAVIOUR)
    events: Mapped[int | None] = personal(Category.BEHAVIOUR)
    last_event_at: Mapped[datetime | None] = personal(Category.BEHAVIOUR)
    # 1 to 5, five is best; None for whoever never bought.
    r: Mapped[int | None] = personal(Category.PURCHASES, SmallInteger)
    f: Mapped[int | None] = personal(Category.PURCHASES, SmallInteger)
    m: Mapped[int | None] = personal(Category.PURCHASES, SmallInteger)
    stage: Mapped[str] = personal(
        Category.PURCHASES,
        String(12),
        default=Stage.PROSPECT,
        server_default="prospect",
    )
    computed_at: Mapped[datetime] = technical(server_default=func.now())


class StatsDue(HasId, Model):
    """Contacts whose figures are behind: triggers add rows, the worker takes them away.

    Only added to, so that no writer waits for another; no foreign keys, for the same reason.
    """

    __tablename__ = "stats_due"

    workspace_id: Mapped[int] = technical(BigInteger)
    contact_ids: Mapped[list[int]] = technical(ARRAY(BigInteger))
    # Only a campaign mail left: so many of them that they wait for one another.
    is_mail: Mapped[bool] = technical(default=False, server_default="false")
    at: Mapped[datetime] = technical(server_default=func.now())


class StageChange(HasId, Model):
    """A contact went from one stage to another; everybody begins as a prospect."""

    __tablename__ = "stage_change"
    __table_args__ = (
        Index("ix_stage_change_workspace_id", "workspace_id", "at"),
        Index("ix_stage_change_contact_id", "contact_id", "at"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    before: Mapped[str] = personal(Category.PURCHASES, String(12))
    after: Mapped[str] = personal(Category.PURCHASES, String(12))
    at: Mapped[datetime] = personal(Category.PURCHASES)


class StageMonth(Model):
    """How many contacts stood in a stage at the end of a month (today, for the present one)."""

    __tablename__ = "stage_month"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    # Its first day, in the time zone of the workspace.
    month: Mapped[date] = technical(primary_key=True)
    stage: Mapped[str] = technical(String(12), primary_key=True)
    people: Mapped[int] = technical()


class CustomerRules(Model):
    """How a workspace counts its customers: currency, limits of the stages, bounds of the scores."""

    __tablename__ = "customer_rules"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    currency: Mapped[str] = technical(String(3))
    # Days since the last order: later than this, at risk; later than that, lost.
    late_days: Mapped[int] = technical(SmallInteger)
    lost_days: Mapped[int] = technical(SmallInteger)
    # Chosen by staff: the monthly measure leaves the days alone.
    by_hand: Mapped[bool] = technical()
    # What was measured last: how many gaps between orders, their p75 and p95, and when.
    gaps: Mapped[int] = technical()
    measured_late: Mapped[int | None] = technical(SmallInteger)
    measured_lost: Mapped[int | None] = technical(SmallInteger)
    measured_on: Mapped[date | None] = technical()
    # An ambassador is loyal, has so many orders, and is in the best so many percent of revenue.
    ambassador_orders: Mapped[int] = technical(SmallInteger)
    ambassador_percent: Mapped[int] = technical(SmallInteger)
    # The least revenue of those percent, and the four bounds of R (days) and M (amounts).
    ambassador_revenue: Mapped[Decimal | None] = technical(MONEY)
    r_bounds: Mapped[list[date]] = technical(ARRAY(Date))
    m_bounds: Mapped[list[Decimal]] = technical(ARRAY(MONEY))
    # Which figures the last rebuild counted: measuring may have been switched since.
    counts_opens: Mapped[bool] = technical()
    counts_clicks: Mapped[bool] = technical()
    rebuilt_at: Mapped[datetime | None] = technical()
    # How many orders there were when the history was last derived from them.
    orders_in_history: Mapped[int] = technical()
    # How many rows the last rebuild found different from what had been kept.
    drift: Mapped[int] = technical()
