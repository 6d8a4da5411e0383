"""What somebody says of an order, before it is one."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from webapp.purchases.models import Status


@dataclass(frozen=True)
class LineFacts:
    """One article of it."""

    name: str
    total: Decimal
    sku: str = ""
    category: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)


@dataclass(frozen=True)
class ReturnFacts:
    """Something that came back."""

    number: str
    at: datetime
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True)
class OrderFacts:
    """An order as its shop tells it; the shop and the number know it again.

    :param currency: of three letters; empty: the workspace's.
    :param lines: None: nothing is said of them; else all of them.
    :param returns: those that are told; earlier ones stay.
    """

    number: str
    placed_at: datetime
    total: Decimal
    status: Status = Status.PAID
    currency: str = ""
    shop: str = ""
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    coupon: str = ""
    lines: tuple[LineFacts, ...] | None = None
    returns: tuple[ReturnFacts, ...] = field(default=())
