"""What people type into a custom field, or a file holds, read as its type; and written back."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from webapp.contacts import reading
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import AttributeKind
from webapp.core.errors import DomainError

LONGEST = 500
# The parts of a postal address, in the order of an envelope.
ADDRESS_PARTS = ("street", "street_more", "postcode", "city", "country")
YES = {"yes", "y", "oui", "o", "true", "vrai", "1", "x"}
NO = {"no", "n", "non", "false", "faux", "0"}

# A line of text, the choices that are ticked, or the parts of an address.
Typed = str | Sequence[str] | Mapping[str, str]

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SEPARATORS = re.compile(r"[;|\n]")
_TOWN = re.compile(r"(?P<postcode>[A-Z]{0,2}-?\d[\dA-Z -]{2,8}\d?)\s+(?P<city>\D.*)")
_ON_ONE_LINE = re.compile(
    r"(?P<street>.*?)[,;\s]+(?P<postcode>\d{5})\s+(?P<city>[^,;]+)"
    r"(?:[,;]\s*(?P<country>.+))?"
)


def read(kind: str, choices: Sequence[str], typed: Typed) -> Any:
    """The value as it is stored (JSON); None for nothing.

    :raises ValueError: when it is not of the type.
    """
    if kind == AttributeKind.ADDRESS:
        return _address(typed)
    if kind == AttributeKind.CHOICES:
        return _several(choices, typed)
    text = reading.one_line(str(typed), LONGEST)
    return _READERS[AttributeKind(kind)](choices, text) if text else None


def write(kind: str, choices: Sequence[str], value: Any) -> str:
    """A stored value as text that `read` takes for the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, list | dict):
        return str(value)
    plain = "; ".join(value) if isinstance(value, list) else envelope(value)
    try:
        is_same = read(kind, choices, plain) == value
    except ValueError:
        is_same = False
    return plain if is_same else json.dumps(value, ensure_ascii=False)


def envelope(address: Mapping[str, str]) -> str:
    """An address as it is written on an envelope, one line under the other."""
    town = f"{address.get('postcode', '')} {address.get('city', '')}".strip()
    lines = (
        *(address.get("street", ""), address.get("street_more", "")),
        *(town, address.get("country", "")),
    )
    return "\n".join(line for line in lines if line)


def _text(_choices: Sequence[str], text: str) -> str:
    return text


def _number(_choices: Sequence[str], text: str) -> float | int:
    plain = re.sub(r"[\s'’]", "", text)
    if "," in plain:
        plain = _with_point(plain)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(text)
    return int(value) if value.is_integer() else value


def _with_point(plain: str) -> str:
    """The last of the two signs separates the decimals; a lone comma does, as in French."""
    if plain.rfind(".") > plain.rfind(","):
        return plain.replace(",", "")
    return plain.replace(".", "").replace(",", ".")


def _date(_choices: Sequence[str], text: str) -> str | None:
    try:
        day = reading.day(text)
    except DomainError as error:
        raise ValueError(text) from error
    return day.isoformat() if day else None


def _choice(choices: Sequence[str], text: str) -> str:
    if text in choices:
        return text
    alike = [one for one in choices if one.casefold() == text.casefold()]
    if len(alike) != 1:
        raise ValueError(text)
    return alike[0]


def _yes_no(_choices: Sequence[str], text: str) -> bool:
    said = text.casefold()
    if said not in YES | NO:
        raise ValueError(text)
    return said in YES


def _several(choices: Sequence[str], typed: Typed) -> list[str] | None:
    named = {_choice(choices, part) for part in _parts(choices, typed) if part}
    return [choice for choice in choices if choice in named] or None


def _parts(choices: Sequence[str], typed: Typed) -> list[str]:
    """The choices that were named: one by one, or in one text by any of the usual signs."""
    if not isinstance(typed, str):
        return [reading.one_line(str(one), LONGEST) for one in typed]
    text = typed.strip()
    if text.startswith("["):
        listed = json.loads(text)
        return _parts(choices, [str(one) for one in listed])
    parts = [reading.one_line(one, LONGEST) for one in _SEPARATORS.split(text)]
    if len(parts) == 1 and "," in text and text not in choices:
        parts = [one.strip() for one in text.split(",")]
    return parts


def _address(typed: Typed) -> dict[str, str] | None:
    given = typed if isinstance(typed, Mapping) else _in_parts(str(typed))
    if set(given) - set(ADDRESS_PARTS):
        raise ValueError(given)
    try:
        read_parts = {
            part: FIELDS[part].reader(str(given.get(part) or ""))
            for part in ADDRESS_PARTS
        }
    except DomainError as error:
        raise ValueError(given) from error
    return {part: said for part, said in read_parts.items() if said} or None


def _in_parts(text: str) -> Mapping[str, str]:
    text = text.strip()
    if text.startswith("{"):
        return dict(json.loads(text))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        found = _ON_ONE_LINE.fullmatch(text)
        parts = found.groupdict() if found else {"street": text}
        return {name: said for name, said in parts.items() if said}
    return _from_envelope(lines)


def _from_envelope(lines: list[str]) -> dict[str, str]:
    country = _country(lines[-1])
    rest = lines[:-1] if country else lines
    town = _TOWN.fullmatch(rest[-1])
    above = rest[:-1] if town else rest
    return {
        **(town.groupdict() if town else {}),
        "street": above[0] if above else "",
        "street_more": ", ".join(above[1:]),
        "country": country,
    }


def _country(line: str) -> str:
    try:
        return reading.country(line)
    except reading.UnknownCountry:
        return ""


_READERS: dict[AttributeKind, Callable[[Sequence[str], str], Any]] = {
    AttributeKind.TEXT: _text,
    AttributeKind.NUMBER: _number,
    AttributeKind.DATE: _date,
    AttributeKind.CHOICE: _choice,
    AttributeKind.YES_NO: _yes_no,
}
