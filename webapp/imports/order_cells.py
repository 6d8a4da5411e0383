"""What a line says of an order or of an event of the site."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.contacts.reading import one_line
from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.normalising import dates
from webapp.deliverability import suppression_cells
from webapp.imports import headings
from webapp.imports.models import Kind
from webapp.purchases.eventing import MOST_PROPERTIES, NAME
from webapp.purchases.models import Status
from webapp.purchases.ordering import MOST

# Why a line of an order or an event cannot be taken.
NO_NUMBER, NO_DATE, NO_AMOUNT, NO_NAME, NO_SUCH_STATUS = (
    *("no_number", "no_date", "no_amount", "no_name"),
    "no_such_status",
)
More = dict[str, Any]
_Read = Callable[[Sequence[str]], tuple[More, str]]

_TEXTS = {
    "order:number": 64,
    "order:shop": 40,
    "order:coupon": 60,
    "line:sku": 64,
    "line:name": 200,
    "line:category": 120,
}
_AMOUNTS = (
    *("order:total", "order:discount", "order:shipping"),
    *("line:quantity", "line:unit_price", "line:total"),
)
_STATUSES = {
    Status.PAID: "paid|paye|payee|processing|completed|complete|termine|terminee|complet|"
    "en cours|paiement accepte|payment accepted|en cours de preparation|validee|valide|"
    "partially refunded|authorized|preparation en cours|done|closed",
    Status.SHIPPED: "shipped|expedie|expediee|delivered|livre|livree|fulfilled|envoyee|envoye",
    Status.PENDING: "pending|en attente|on hold|awaiting payment|en attente de paiement|"
    "attente|unpaid|draft|brouillon|open",
    Status.CANCELLED: "cancelled|canceled|annule|annulee|failed|echoue|echouee|voided|"
    "erreur de paiement|expired|trash",
    Status.REFUNDED: "refunded|rembourse|remboursee",
}
_MEANT = {
    word: status for status, words in _STATUSES.items() for word in words.split("|")
}
CENT = Decimal("0.01")
_SIGNS = re.compile(r"[^\d,.\-]")


def reader(kind: Kind, columns: Sequence[str], mapping: Sequence[str]) -> _Read:
    """Reads what such a file says beside its contact."""
    places = {target: place for place, target in enumerate(mapping) if target}
    if kind is Kind.EVENTS:
        properties = [
            (place, columns[place][:60])
            for place, target in enumerate(mapping)
            if target == "event:property" and columns[place].strip()
        ]
        return lambda cells: _event(_Cells(cells, places), properties)
    return lambda cells: _order(_Cells(cells, places))


def amount(typed: str) -> Decimal:
    """An amount as French and English people and programs write it: "1 234,56 €", "1,234.56".

    :raises ValueError: when it is none.
    """
    digits = _SIGNS.sub("", typed)
    # The last of both signs stands before the cents.
    if digits.rfind(",") > digits.rfind("."):
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        found = Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(typed) from error
    if not 0 <= found <= MOST:
        raise ValueError(typed)
    return found


def moment(typed: str) -> datetime | None:
    """The moment a cell tells; None when it tells none."""
    typed = re.sub(r"\s+([+-]\d{2}:?\d{2})$", r"\1", typed.strip())
    found = suppression_cells.moment(typed, clock.now())
    if found is None:
        try:
            day = dates.read(typed)
        except DomainError:
            return None
        found = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return found


class _Cells:
    """The cells of a line, by what they are."""

    def __init__(self, cells: Sequence[str], places: dict[str, int]) -> None:
        self.cells, self.places = cells, places

    def __call__(self, name: str) -> str:
        place = self.places.get(name)
        return self.cells[place].strip() if place is not None else ""


def _order(cell: _Cells) -> tuple[More, str]:
    order: More = {}
    line: More = {}
    for name, longest in _TEXTS.items():
        if cell(name):
            part = order if name.startswith("order:") else line
            part[name.partition(":")[2]] = one_line(cell(name), longest)
    try:
        for name in _AMOUNTS:
            if cell(name):
                part = order if name.startswith("order:") else line
                part[name.partition(":")[2]] = str(amount(cell(name)))
    except ValueError:
        return {}, NO_AMOUNT
    fault = _stand(order, cell)
    return {"order": order, "line": line}, fault


def _stand(order: More, cell: _Cells) -> str:
    """Add its day, its status and its currency; the first thing that is wrong."""
    if not order.get("number"):
        return NO_NUMBER
    at = moment(cell("order:placed_at")) if cell("order:placed_at") else None
    if at is None:
        return NO_DATE
    order["placed_at"] = at.isoformat()
    if cell("order:status"):
        meant = _MEANT.get(headings.plain(cell("order:status")))
        if meant is None:
            return NO_SUCH_STATUS
        order["status"] = str(meant)
    currency = cell("order:currency").upper()
    if len(currency) == 3 and currency.isalpha() and currency.isascii():
        order["currency"] = currency
    return ""


def _event(cell: _Cells, properties: list[tuple[int, str]]) -> tuple[More, str]:
    name = one_line(cell("event:name"), 60)
    if not NAME.fullmatch(name):
        return {}, NO_NAME
    at = moment(cell("event:at")) if cell("event:at") else None
    if at is None:
        return {}, NO_DATE
    told = _object(cell("event:properties"))
    for place, heading in properties:
        if cell.cells[place].strip():
            told[heading] = one_line(cell.cells[place], 500)
    event: More = {
        "name": name,
        "at": at.isoformat(),
        "properties": dict(list(told.items())[:MOST_PROPERTIES]),
    }
    if cell("event:key"):
        event["key"] = one_line(cell("event:key"), 80)
    return {"event": event}, ""


def _object(cell: str) -> More:
    try:
        found = json.loads(cell) if cell.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    # What is nested, or cannot be stored, is left out.
    return {
        one_line(str(name), 60): one_line(value, 500)
        if isinstance(value, str)
        else value
        for name, value in found.items()
        if isinstance(value, str | int | bool) or _is_finite(value)
    }


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and abs(value) < 1e300
