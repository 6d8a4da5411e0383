"""The marks by which contacts find whom to be compared with."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from webapp.duplicates.identities import Identity
from webapp.duplicates.phonetics import sound

# From here on a name alone brings too many people together.
LARGE_BASE = 100_000
# People who share a mark with more others than this are not compared for its sake.
LARGEST_BLOCK = 100


class Kind(NamedTuple):
    """One kind of mark: what it is made of, and in bases of which size it serves."""

    name: str
    parts: Callable[[Identity], tuple[str, ...]]
    # In large bases a narrower mark takes its place.
    only_small: bool = False
    only_large: bool = False


def _names(one: Identity) -> tuple[str, ...]:
    # Sorted: first and last name often change places.
    return tuple(sorted((sound(one.first), sound(one.last))))


KINDS = (
    Kind("email", lambda one: (one.email,)),
    Kind("local", lambda one: (_local(one.email),)),
    Kind("mobile", lambda one: (one.mobile,)),
    Kind("landline", lambda one: (one.landline, one.first[:1])),
    Kind("reference", lambda one: (one.reference,)),
    Kind("names", _names, only_small=True),
    Kind("names_here", lambda one: (*_names(one), one.postcode[:2]), only_large=True),
    Kind("names_year", lambda one: (*_names(one), one.born[:4]), only_large=True),
    Kind("last_here", lambda one: (sound(one.last), one.postcode)),
    Kind("first_here", lambda one: (sound(one.first), one.postcode)),
    Kind("last_city", lambda one: (sound(one.last), one.city)),
    Kind("born", lambda one: (one.born,), only_small=True),
    Kind("last_born", lambda one: (sound(one.last), one.born), only_large=True),
    Kind("first_born", lambda one: (sound(one.first), one.born), only_large=True),
    Kind("first_city", lambda one: (sound(one.first), one.city)),
    Kind("number_street", lambda one: (one.number, _longest(one.street))),
    Kind("number_here", lambda one: (one.number, one.postcode)),
    Kind("street_here", lambda one: (_longest(one.street), one.postcode)),
)


def keys(one: Identity, workspace_id: int) -> dict[str, int | None]:
    """The marks of a person, of 64 bits each; None where a part is unknown."""
    return {kind.name: _mark(kind, one, workspace_id) for kind in KINDS}


def _mark(kind: Kind, one: Identity, workspace_id: int) -> int | None:
    parts = kind.parts(one)
    if not all(parts):
        return None
    text = "\x1f".join((kind.name, *parts))
    digest = hashlib.blake2b(
        text.encode(), digest_size=8, salt=workspace_id.to_bytes(16)
    ).digest()
    return int.from_bytes(digest, signed=True)


def _local(email: str) -> str:
    return email.rpartition("@")[0]


def _longest(street: str) -> str:
    """The word of a street that says most: not "rue", not "de"."""
    return max(street.split(), key=len, default="")
