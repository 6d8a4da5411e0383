"""Postcode and commune of a French address, put right where the table leaves no doubt."""

import re
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz

from webapp.core import typos
from webapp.core.normalising.communes import Commune, fold, table
from webapp.core.normalising.streets import tidy_street

__all__ = ["Certainty", "Place", "resolve", "tidy_street"]

# Of a hundred: one slip of the finger in a name of six letters.
CLOSE = 80
# How much better than the next one the closest name must be.
MARGIN = 8
_IN_CITY = re.compile(
    r"^\s*(?:F-|FR-)?(\d{5})\b[\s,]*(.*)$|^(.*?)[\s,(]*\b(\d{5})\)?\s*$"
)
_NUMBER = re.compile(r"\b(\d{1,2})\s*(?:er|e|è|eme|ème|ieme|ième|nd)?\b", re.IGNORECASE)
_COUNTRY = re.compile(r"^(?:F|FR|FRANCE)[\s-]+(?=\d)", re.IGNORECASE)
# Cities with arrondissements: the beginning of their postcodes, and how many there are.
_CUT_UP = {"paris": ("750", 20), "lyon": ("690", 9), "marseille": ("130", 16)}


class Certainty(StrEnum):
    """How a place was found."""

    EXACT = "exact"
    # It has become a part of the commune that is found.
    FORMER = "former"
    # A slip in the name or the postcode was put right.
    CLOSE = "close"
    # The postcode exists; it has several communes, or its only one was not written.
    POSTCODE = "postcode"
    # The commune is known, its postcode is one of its own (CEDEX, 75000) or was not written.
    CITY = "city"
    # Left as it was typed.
    NONE = "none"


class Place(NamedTuple):
    """Where somebody lives; `insee` is empty where the commune is not known."""

    postcode: str
    city: str
    insee: str
    certainty: Certainty


def resolve(postcode: str, city: str) -> Place:
    """The place that was meant in France; what leaves a doubt stays as it was typed."""
    postcode, city = _apart(postcode, city)
    name = fold(city)
    if not name:
        return _of_postcode(postcode, city)
    communes = table().by_postcode.get(postcode, {})
    if name in communes:
        is_today = fold(communes[name].city) == name
        return _place(communes[name], Certainty.EXACT if is_today else Certainty.FORMER)
    found = _closest(name, communes)
    if found:
        return _place(found, Certainty.CLOSE)
    return _elsewhere(postcode, city, name)


def _apart(postcode: str, city: str) -> tuple[str, str]:
    """Both without their spaces, a postcode taken out of the field of the city."""
    city = " ".join(city.split())
    digits = _digits(postcode)
    found = _IN_CITY.match(city)
    if found:
        inside, rest = (found[1], found[2]) if found[1] else (found[4], found[3])
        if not digits or digits == inside:
            return inside, rest.strip()
    return digits, city


def _digits(postcode: str) -> str:
    """Five digits, the zero that a spreadsheet took away among them; else as typed."""
    typed = " ".join(postcode.split())
    bare = _COUNTRY.sub("", typed).removesuffix(".0")
    bare = bare.replace(" ", "").replace(".", "").upper().replace("O", "0")
    if bare.isascii() and bare.isdigit() and len(bare) in (4, 5):
        return bare.zfill(5)
    return typed


def _of_postcode(postcode: str, city: str) -> Place:
    communes = set(table().by_postcode.get(postcode, {}).values())
    if len(communes) == 1:
        return _place(communes.pop(), Certainty.POSTCODE)
    known = Certainty.POSTCODE if communes else Certainty.NONE
    return Place(postcode, city, "", known)


def _closest(name: str, communes: dict[str, Commune]) -> Commune | None:
    """The one commune of the postcode whose name is nearly this, or begins or ends like it."""
    rated = sorted(((_likeness(name, one), one) for one in communes), reverse=True)
    if not rated or rated[0][0] < CLOSE:
        return None
    best = communes[rated[0][1]]
    others = [rate for rate, one in rated[1:] if communes[one] != best]
    return best if not others or rated[0][0] - others[0] >= MARGIN else None


def _likeness(name: str, other: str) -> float:
    shorter = min(len(name), len(other))
    if shorter >= 4 and (name.startswith(other) or other.startswith(name)):
        return 95.0
    return fuzz.ratio(name, other)


def _elsewhere(postcode: str, city: str, name: str) -> Place:
    """A commune whose name is right beside a postcode that is not."""
    namesakes = table().by_name.get(name, ())
    slips = {one for one in namesakes if typos.is_one_slip(postcode, one.postcode)}
    if postcode in table().by_postcode or len(slips) == 1:
        found = slips.pop() if len(slips) == 1 else None
        return _place(found, Certainty.CLOSE) if found else _as_typed(postcode, city)
    numbered = _numbered(postcode, city, name)
    if numbered:
        return _place(numbered, Certainty.CITY)
    nearby = [one for one in namesakes if one.postcode.startswith(postcode[:2])]
    return _by_name(postcode, city, nearby)


def _by_name(postcode: str, city: str, nearby: list[Commune]) -> Place:
    """By its name, where the department has one commune of it: CEDEX and 75000 are no slips."""
    cities = {one.insee if one.city.lower() not in _CUT_UP else "" for one in nearby}
    if len(cities) != 1:
        return _as_typed(postcode, city)
    postcodes = {one.postcode for one in nearby}
    insee = cities.pop()
    if not postcode and len(postcodes) == 1:
        postcode = postcodes.pop()
    return Place(postcode, nearby[0].city, insee, Certainty.CITY)


def _numbered(postcode: str, city: str, name: str) -> Commune | None:
    """The arrondissement of "Lyon 3e", where the postcode says no other."""
    prefix, most = _CUT_UP.get(name, ("", 0))
    number = _NUMBER.search(city)
    if not number or not 1 <= int(number[1]) <= most or "cedex" in city.lower():
        return None
    if postcode and postcode != f"{prefix[:2]}000":
        return None
    return table().by_postcode[f"{prefix}{int(number[1]):02}"].get(name)


def _place(commune: Commune, certainty: Certainty) -> Place:
    return Place(commune.postcode, commune.city, commune.insee, certainty)


def _as_typed(postcode: str, city: str) -> Place:
    return Place(postcode, city, "", Certainty.NONE)
