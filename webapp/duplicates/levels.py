"""How alike two people are in each respect: a few levels each, from the same to different."""

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from webapp.duplicates.first_names import is_usual
from webapp.duplicates.identities import Identity
from webapp.duplicates.nicknames import is_short_for

SAME = "same"
SLIP = "slip"
DIFFERENT = "different"

# What each comparison can come to, the likest first; what is unknown on a side says nothing.
LEVELS: dict[str, tuple[str, ...]] = {
    "first_name": (SAME, "close", "short", "swapped", "near", DIFFERENT),
    "last_name": (SAME, "close", "part", "near", DIFFERENT),
    "birth_date": (SAME, SLIP, "part", DIFFERENT),
    "email": (SAME, "alike", DIFFERENT),
    "mobile": (SAME, SLIP, DIFFERENT),
    "landline": (SAME, DIFFERENT),
    "address": (SAME, "close", "street", "number", "place", "area", DIFFERENT),
    "civility": (SAME, DIFFERENT),
    "reference": (SAME, SLIP, DIFFERENT),
}
# From these similarities on (Jaro-Winkler).
CLOSE = 0.90
NEAR = 0.80
LIKE_STREET = 0.88
# The same of words put in order, in percent.
LIKE_WORDS = 80


def levels(a: Identity, b: Identity) -> dict[str, str]:
    """What each comparison comes to, as far as both sides are known."""
    found = {
        **_names(a, b),
        "birth_date": _birth_date(a.born, b.born),
        "email": _email(a.email, b.email),
        "mobile": _number(a.mobile, b.mobile),
        "landline": _landline(a.landline, b.landline),
        "address": _address(a, b),
        "civility": _civility(a.civility, b.civility),
        "reference": _number(a.reference, b.reference),
    }
    return {field: level for field, level in found.items() if level}


def _names(a: Identity, b: Identity) -> dict[str, str]:
    first = _first_name(a.first, b.first)
    last = _last_name(a.last, b.last)
    if DIFFERENT in (first, last) and _changed_places(a, b):
        return {"first_name": "swapped"}
    return {"first_name": first, "last_name": last}


def _changed_places(a: Identity, b: Identity) -> bool:
    if not (a.first and a.last and b.first and b.last):
        return False
    one, other = _like(a.first, b.last), _like(a.last, b.first)
    return max(one, other) >= CLOSE and min(one, other) >= NEAR


def _first_name(a: str, b: str) -> str:
    if not (a and b):
        return ""
    if a == b:
        return SAME
    if is_short_for(a, b) or is_short_for(b, a):
        return "short"
    # Julie and Julien differ by two letters and are two people; Julie and Jullie are one.
    if is_usual(a) and is_usual(b):
        return DIFFERENT
    return _graded(a, b)


def _last_name(a: str, b: str) -> str:
    if not (a and b):
        return ""
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return SAME
    one, other = set(a.split()), set(b.split())
    # Married names and double ones: "Martin" and "Martin-Dupont".
    if one < other or other < one:
        return "part"
    return _graded(a, b)


def _graded(a: str, b: str) -> str:
    like = _like(a, b)
    if like >= CLOSE:
        return "close"
    return "near" if like >= NEAR else DIFFERENT


def _birth_date(a: str, b: str) -> str:
    if not (a and b):
        return ""
    if a == b:
        return SAME
    if a[:4] + a[6:] + a[4:6] == b or OSA.distance(a, b, score_cutoff=1) <= 1:
        return SLIP
    same = (a[:4] == b[:4]) + (a[4:6] == b[4:6]) + (a[6:] == b[6:])
    return "part" if same == 2 else DIFFERENT


def _email(a: str, b: str) -> str:
    if not (a and b):
        return ""
    if a == b:
        return SAME
    mine, theirs = a.rpartition("@")[0], b.rpartition("@")[0]
    # Addresses are made of names: jean.martin5 and jean.martin6 are often two people.
    like = mine == theirs or OSA.distance(a, b, score_cutoff=1) <= 1
    return "alike" if like else DIFFERENT


def _number(a: str, b: str) -> str:
    if not (a and b):
        return ""
    if a == b:
        return SAME
    return SLIP if OSA.distance(a, b, score_cutoff=1) <= 1 else DIFFERENT


def _landline(a: str, b: str) -> str:
    if not (a and b):
        return ""
    return SAME if a == b else DIFFERENT


def _civility(a: str, b: str) -> str:
    if not (a and b):
        return ""
    return SAME if a == b else DIFFERENT


def _address(a: Identity, b: Identity) -> str:
    """One comparison of the whole address: its parts always agree together."""
    street, is_same_place = _street(a, b), _is_same_place(a, b)
    is_same_number = bool(a.number) and a.number == b.number
    if street in {SAME, "close"} and (is_same_place or is_same_number):
        return street if is_same_place else "street"
    if street == "neighbour" and is_same_place:
        return "street"
    if not _is_placed(a, b):
        return ""
    if is_same_place:
        return "number" if is_same_number else "place"
    is_near = bool(a.postcode) and a.postcode[:2] == b.postcode[:2]
    return "area" if is_near else DIFFERENT


def _street(a: Identity, b: Identity) -> str:
    """How alike the streets are; "neighbour" when only the house is another one."""
    if not (a.street and b.street):
        return ""
    like = SAME if a.street == b.street else _like_street(a.street, b.street)
    if like == DIFFERENT or a.number == b.number or not (a.number and b.number):
        return like
    return "neighbour"


def _like_street(a: str, b: str) -> str:
    one, other = set(a.split()), set(b.split())
    is_part = len(one & other) > 1 and (one <= other or other <= one)
    is_like = is_part or _like(a, b) >= LIKE_STREET
    # The name of a house may stand before the street or after it.
    is_like = is_like or fuzz.token_sort_ratio(a, b) >= LIKE_WORDS
    return "close" if is_like else DIFFERENT


def _is_placed(a: Identity, b: Identity) -> bool:
    return bool((a.postcode and b.postcode) or (a.city and b.city))


def _is_same_place(a: Identity, b: Identity) -> bool:
    """Whether postcode or town agree, but for a slip."""
    if a.postcode and a.postcode == b.postcode:
        return True
    return bool(a.city and b.city) and _like(a.city, b.city) >= CLOSE


def _like(a: str, b: str) -> float:
    return JaroWinkler.similarity(a, b)
