"""The filters of our templates: dates, numbers and prices as the reader writes them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

FALLBACK_LANGUAGE = "fr"
DATE_FORMATS = ("short", "medium", "long", "full")
_WORD_START = re.compile(r"(^|[\s\-'’])(\w)")
# Outlook shows the narrow no-break space of French numbers as a box.
_NARROW_SPACE = "\u202f"
_BROKEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]"
)


class Nothing:
    """A known variable without a value: prints as nothing, equals nothing."""

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())

    def __eq__(self, other: object) -> bool:
        return other is None or other == "" or isinstance(other, Nothing)

    def __hash__(self) -> int:
        return hash("")

    def _never(self, _other: object) -> bool:
        return False

    # An order with nothing is never true, so a condition on a missing number is false.
    __lt__ = __le__ = __gt__ = __ge__ = _never

    def _still_nothing(self, _other: object) -> "Nothing":
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = _still_nothing
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _still_nothing


NOTHING = Nothing()


def show(value: Any) -> str:
    """A value as text: nothing for None, lines end in LF, no control characters."""
    if value is None:
        return ""
    text = value if type(value) is str else str(value)
    if text.isprintable():
        return text
    return _BROKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def default(value: Any, instead: Any = "") -> Any:
    """The value, or another where the person has none."""
    return instead if value is None or value == "" else value


def upper(value: Any) -> str:
    """In capitals."""
    return show(value).upper()


def lower(value: Any) -> str:
    """In small letters."""
    return show(value).lower()


def title(value: Any) -> str:
    """A name typed anyhow, with its capitals: jean-pierre is Jean-Pierre."""
    return _WORD_START.sub(lambda m: m[1] + m[2].upper(), show(value).lower())


def capitalize(value: Any) -> str:
    """Only the first letter in capital."""
    text = show(value)
    return text[:1].upper() + text[1:]


def trim(value: Any) -> str:
    """Without spaces at both ends."""
    return show(value).strip()


def truncate(value: Any, length: Any = 80) -> str:
    """At most so many characters, the last one an ellipsis when some were cut."""
    text, most = show(value), int(length)
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip() + "…"


def join(value: Any, between: Any = ", ") -> str:
    """The values of a list on one line; a single text stays as it is."""
    if isinstance(value, (list, tuple)):
        return show(between).join(show(item) for item in value)
    return show(value)


def urlencode(value: Any) -> str:
    """Fit to stand in the query of a link."""
    return quote(show(value), safe="")


def count(value: Any) -> int:
    """How many: of a list, its items; of a text, its characters."""
    return 0 if value is None else len(value)


def show_date(value: Any, form: Any = "long", *, language: str) -> str:
    """A day as the reader writes it: short, medium, long, full or a CLDR pattern."""
    day = _day(value)
    return show(value) if day is None else _format_date(day, str(form), language)


def number(value: Any, decimals: Any = None, *, language: str) -> str:
    """A number with the reader's separators."""
    amount = _amount(value)
    if amount is None:
        return show(value)
    return _format_number(amount, None if decimals is None else int(decimals), language)


def price(value: Any, currency: Any = "EUR", *, language: str) -> str:
    """An amount of money as the reader writes it."""
    amount = _amount(value)
    return (
        show(value)
        if amount is None
        else _format_price(amount, str(currency), language)
    )


# The name in templates, and whether the filter needs the reader's language.
FILTERS: dict[str, tuple[Callable[..., Any], bool]] = {
    "default": (default, False),
    "upper": (upper, False),
    "lower": (lower, False),
    "title": (title, False),
    "capitalize": (capitalize, False),
    "trim": (trim, False),
    "truncate": (truncate, False),
    "join": (join, False),
    "urlencode": (urlencode, False),
    "length": (count, False),
    "date": (show_date, True),
    "number": (number, True),
    "price": (price, True),
}


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None or isinstance(value, Nothing):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK_LANGUAGE)


@lru_cache(maxsize=1024)
def _format_date(day: date, form: str, language: str) -> str:
    return format_date(day, form, locale=_locale(language))


@lru_cache(maxsize=1024)
def _format_number(amount: Decimal, decimals: int | None, language: str) -> str:
    pattern = (
        None
        if decimals is None
        else "#,##0" + "." * (decimals > 0) + "0" * min(decimals, 12)
    )
    text = format_decimal(amount, format=pattern, locale=_locale(language))
    return text.replace(_NARROW_SPACE, "\xa0")


@lru_cache(maxsize=1024)
def _format_price(amount: Decimal, currency: str, language: str) -> str:
    text = format_currency(amount, currency, locale=_locale(language))
    return text.replace(_NARROW_SPACE, "\xa0")
