"""Rows of a file as the facts of orders and events."""

from datetime import datetime
from decimal import Decimal

from webapp.imports import order_cells
from webapp.imports.models import ImportRow, ImportRun
from webapp.purchases.eventing import EventFacts
from webapp.purchases.facts import LineFacts, OrderFacts
from webapp.purchases.models import Status

_NOUGHT = Decimal(0)


def order(row: ImportRow, rows: list[ImportRow]) -> OrderFacts:
    """The order that these lines tell, the first of them being `row`."""
    told = (row.more or {})["order"]
    lines = [_line(each) for each in rows]
    articles = tuple(line for line in lines if line.name or line.sku)
    total = told.get("total")
    return OrderFacts(
        number=told["number"],
        shop=told.get("shop", ""),
        placed_at=datetime.fromisoformat(told["placed_at"]),
        total=_money(total) if total else sum((one.total for one in articles), _NOUGHT),
        status=Status(told.get("status", Status.PAID)),
        currency=told.get("currency", ""),
        discount=_money(told.get("discount")),
        shipping=_money(told.get("shipping")),
        coupon=told.get("coupon", ""),
        lines=articles or None,
    )


def _line(row: ImportRow) -> LineFacts:
    told = (row.more or {})["line"]
    quantity = Decimal(told.get("quantity", "1"))
    price = _money(told.get("unit_price"))
    total = told.get("total")
    return LineFacts(
        name=told.get("name", ""),
        sku=told.get("sku", ""),
        category=told.get("category", ""),
        quantity=quantity,
        unit_price=price,
        total=_money(total) if total else _money(str(quantity * price)),
    )


def _money(told: str | None) -> Decimal:
    return Decimal(told or "0").quantize(order_cells.CENT)


def event(row: ImportRow, run: ImportRun) -> EventFacts:
    """The event that a line tells."""
    told = (row.more or {})["event"]
    return EventFacts(
        name=told["name"],
        at=datetime.fromisoformat(told["at"]),
        # Without a key of its own, the same line of the same file is the same event.
        key=told.get("key") or f"{run.sha256[:32]}:{row.line}",
        properties=told["properties"],
    )
