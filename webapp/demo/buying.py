"""What the customers of the demo shop bought: as many orders as their card says, the last on its day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from webapp.core.copying import copy, reserve
from webapp.demo.furnishing import Shop
from webapp.demo.people import weighted
from webapp.demo.shop import CERAMICS, PLANTS, TEAS, Key
from webapp.demo.stories import Life
from webapp.purchases import rebuilding
from webapp.purchases.models import Order, OrderLine, OrderReturn, Status

# Its own dice, so that nobody else's story depends on what is bought.
SEED = 44_001
ORDER = (
    *("id", "workspace_id", "contact_id", "shop", "number", "placed_at", "status"),
    *("currency", "total", "discount", "shipping", "coupon", "source"),
    *("created_at", "updated_at"),
)
LINE = (
    *("purchase_id", "position", "sku", "name", "category", "quantity"),
    *("unit_price", "total"),
)
# Reference, name, price, and how often it is bought.
ARTICLES = {
    PLANTS: (
        ("PL-MON", "Monstera deliciosa", "34.00", 3),
        ("PL-FIC", "Ficus elastica", "29.00", 3),
        ("PL-LAV", "Lavande de Nantes", "9.50", 6),
        ("PL-TER", "Terreau de la maison, 20 l", "12.90", 5),
    ),
    TEAS: (
        ("TH-SEN", "Sencha d’Uji, 100 g", "14.90", 6),
        ("TH-HOJ", "Hōjicha grillé, 100 g", "12.50", 5),
        ("TH-INF", "Infusion du jardin, 60 g", "8.90", 7),
        ("TH-COF", "Coffret découverte", "39.00", 1),
    ),
    CERAMICS: (
        ("CE-TAS", "Tasse émaillée", "22.00", 6),
        ("CE-BOL", "Grand bol", "28.00", 4),
        ("CE-POT", "Cache-pot, 18 cm", "36.00", 3),
        ("CE-ATE", "Place d’atelier", "65.00", 2),
    ),
}
FAVOURITE = 0.7
FREE_SHIPPING = Decimal(60)
SHIPPING = Decimal("5.90")
COUPON = "BIENVENUE10"
# Days between two orders of a customer, on average.
GAP = 70
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Basket:
    """One order before it is written down."""

    life: Life
    at: datetime
    lines: list[tuple[str, str, str, int, Decimal]]
    is_first: bool


def tell(shop: Shop, lives: Sequence[Life], now: datetime) -> None:
    """Write all orders down, and work out the figures of everybody."""
    dice = Random(SEED)  # noqa: S311 - a story, no secret
    baskets = [basket for life in lives for basket in _of(life, dice, now)]
    baskets.sort(key=lambda basket: basket.at)
    numbers = reserve(Order, len(baskets))
    placed = list(zip(numbers, baskets, strict=True))
    workspace_id = shop.workspace.id
    rows = [_order(workspace_id, number, one, dice, now) for number, one in placed]
    copy(Order, ORDER, rows)
    copy(OrderLine, LINE, (line for pair in placed for line in _lines(*pair)))
    copy(
        OrderReturn,
        ("purchase_id", "number", "at", "amount", "reason"),
        _returns(rows, dice, now),
    )
    rebuilding.rebuild(shop.workspace)


def _of(life: Life, dice: Random, now: datetime) -> Iterator[Basket]:
    """Orders backwards in time, from the last one the card knows of."""
    told = life.person.attributes
    count, last = int(told.get(Key.ORDERS) or 0), told.get(Key.LAST_PURCHASE)
    if not count or not last:
        return
    at = min(_hour(date.fromisoformat(last), dice), now - timedelta(hours=1))
    family = told.get(Key.FAMILY) or dice.choice((PLANTS, TEAS, CERAMICS))
    for number in range(count, 0, -1):
        yield Basket(life, at, _basket(family, dice), is_first=number == 1)
        at -= timedelta(days=1 + dice.expovariate(1 / GAP))


def _hour(day: date, dice: Random) -> datetime:
    return datetime.combine(day, time(dice.randrange(8, 20), dice.randrange(60)), UTC)


def _basket(family: str, dice: Random) -> list[tuple[str, str, str, int, Decimal]]:
    lines = {}
    for _number in range(dice.choice((1, 1, 2, 2, 3))):
        others = (PLANTS, TEAS, CERAMICS)
        shelf = family if dice.random() < FAVOURITE else dice.choice(others)
        sku, name, price, _weight = weighted(dice, ARTICLES[shelf])
        quantity = dice.choice((1, 1, 1, 2))
        lines[sku] = (sku, name, shelf, quantity, Decimal(price))
    return list(lines.values())


def _order(
    workspace_id: int, number: int, basket: Basket, dice: Random, now: datetime
) -> tuple[Any, ...]:
    goods = sum((line[3] * line[4] for line in basket.lines), Decimal(0))
    uses_code = basket.is_first and dice.random() < 0.3
    discount = (goods / 10).quantize(CENT) if uses_code else Decimal(0)
    shipping = Decimal(0) if goods >= FREE_SHIPPING else SHIPPING
    return (
        *(number, workspace_id, basket.life.contact_id, "", f"JE-{number:06}"),
        *(basket.at, _status(basket.at, dice, now), "EUR"),
        *(goods - discount + shipping, discount, shipping),
        *(COUPON if uses_code else "", "demo", basket.at, basket.at),
    )


def _status(at: datetime, dice: Random, now: datetime) -> str:
    if now - at < timedelta(days=2):
        return dice.choice((Status.PAID, Status.PAID, Status.PENDING))
    return dice.choices(
        (Status.SHIPPED, Status.CANCELLED, Status.REFUNDED), (96, 3, 1)
    )[0]


def _lines(number: int, basket: Basket) -> Iterator[tuple[Any, ...]]:
    for position, (sku, name, shelf, quantity, price) in enumerate(basket.lines):
        yield number, position, sku, name, shelf, quantity, price, quantity * price


def _returns(
    rows: Sequence[tuple[Any, ...]], dice: Random, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """A few send something back within the fortnight, for half of what it cost."""
    for row in rows:
        number, at, status, total = row[0], row[5], row[6], row[8]
        if status == Status.SHIPPED and dice.random() < 0.03:
            back = at + timedelta(days=dice.randrange(4, 15))
            half = (total / 2).quantize(CENT)
            yield number, f"R-{number:06}", min(back, now), half, "Ne convient pas"
