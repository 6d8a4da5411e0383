"""Orders, their lines, returns and corrections."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical

MONEY = Numeric(14, 2)


class Status(StrEnum):
    """Where an order stands; only those in `COUNTING` count as a purchase."""

    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


COUNTING = (Status.PAID, Status.SHIPPED)


class Order(HasId, Model):
    """What one contact bought at once; its shop and number know it again."""

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("workspace_id", "shop", "number"),
        Index("ix_purchase_contact_id", "contact_id", "placed_at"),
        Index("ix_purchase_workspace_id", "workspace_id", "placed_at", "id"),
        # Orders of one status, however rare, latest first.
        Index("ix_purchase_status", "workspace_id", "status", "placed_at", "id"),
        # The search box finds an order by the beginning of its number.
        Index(
            "ix_purchase_number",
            "workspace_id",
            literal_column("lower(number)").label("lowered"),
            postgresql_ops={"lowered": "text_pattern_ops"},
        ),
        Index(
            "ix_purchase_source_id",
            "source_id",
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    # Which of the merchant's shops; empty where there is one.
    shop: Mapped[str] = technical(String(40), default="", server_default="")
    number: Mapped[str] = personal(Category.PURCHASES, String(64))
    placed_at: Mapped[datetime] = personal(Category.PURCHASES)
    status: Mapped[str] = personal(Category.PURCHASES, String(10), default=Status.PAID)
    currency: Mapped[str] = technical(String(3), default="EUR")
    # What was paid, shipping and taxes included, discount taken off.
    total: Mapped[Decimal] = personal(Category.PURCHASES, MONEY)
    discount: Mapped[Decimal] = personal(
        Category.PURCHASES, MONEY, default=0, server_default="0"
    )
    shipping: Mapped[Decimal] = personal(
        Category.PURCHASES, MONEY, default=0, server_default="0"
    )
    # The sum of its returns: a trigger on `purchase_return` keeps it.
    returned: Mapped[Decimal] = personal(
        Category.PURCHASES, MONEY, default=0, server_default="0"
    )
    coupon: Mapped[str] = personal(
        Category.PURCHASES, String(60), default="", server_default=""
    )
    # By which door it came: "staff", "import", "api", "demo".
    source: Mapped[str] = technical(String(20), default="staff")
    # The import it came with, so that a whole import can be undone.
    source_id: Mapped[int | None] = technical(BigInteger)
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())

    @property
    def net(self) -> Decimal:
        """What is left of it after returns, in its own currency."""
        return self.total - self.returned

    @property
    def counts(self) -> bool:
        """Whether it is a purchase: paid or shipped."""
        return self.status in COUNTING


class OrderLine(HasId, Model):
    """One article of an order."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        UniqueConstraint("purchase_id", "position"),
        # Who bought this article: asked by segments.
        Index("ix_purchase_line_sku", "sku", "purchase_id"),
    )

    purchase_id: Mapped[int] = technical(ForeignKey("purchase.id", ondelete="CASCADE"))
    position: Mapped[int] = technical(SmallInteger)
    sku: Mapped[str] = personal(Category.PURCHASES, String(64), default="")
    name: Mapped[str] = personal(Category.PURCHASES, String(200), default="")
    category: Mapped[str] = personal(Category.PURCHASES, String(120), default="")
    quantity: Mapped[Decimal] = personal(Category.PURCHASES, Numeric(12, 3), default=1)
    unit_price: Mapped[Decimal] = personal(Category.PURCHASES, MONEY, default=0)
    total: Mapped[Decimal] = personal(Category.PURCHASES, MONEY, default=0)


class OrderReturn(HasId, Model):
    """Something of an order that came back, and what was paid back for it."""

    __tablename__ = "purchase_return"
    __table_args__ = (UniqueConstraint("purchase_id", "number"),)

    purchase_id: Mapped[int] = technical(ForeignKey("purchase.id", ondelete="CASCADE"))
    number: Mapped[str] = personal(Category.PURCHASES, String(64))
    at: Mapped[datetime] = personal(Category.PURCHASES)
    amount: Mapped[Decimal] = personal(Category.PURCHASES, MONEY)
    reason: Mapped[str] = personal(Category.PURCHASES, String(200), default="")


class OrderChange(HasId, Model):
    """A correction of an order: {field: [before, after]}, by which door, when."""

    __tablename__ = "purchase_change"
    __table_args__ = (
        Index(
            "ix_purchase_change_source_id",
            "source_id",
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )

    purchase_id: Mapped[int] = technical(
        ForeignKey("purchase.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = technical()
    source: Mapped[str] = technical(String(20))
    source_id: Mapped[int | None] = technical(BigInteger)
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    changes: Mapped[dict[str, Any]] = personal(Category.PURCHASES)
