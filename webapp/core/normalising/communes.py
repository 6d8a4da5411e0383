"""The communes of France by postcode and by name: INSEE's and La Poste's table, in memory."""

import gzip
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

_SIGNS = re.compile(r"[^a-z0-9]+")
_CEDEX = re.compile(r"\bcedex\b.*$")
_DIGITS = re.compile(r"\b\d+\s*(?:er|e|eme|ieme|nd|arr\w*)?\b(?:\s*arr\w*)?")
_ARTICLES = {"le", "la", "les", "l"}
_SHORT = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "s": "sur",
    "ss": "sous",
    "mt": "mont",
    "gd": "grand",
}


class Commune(NamedTuple):
    """A commune, or an arrondissement of Paris, Lyon and Marseille, at one of its postcodes."""

    postcode: str
    insee: str
    city: str


class Table(NamedTuple):
    """The communes of each postcode, and those of each name, by their folded names."""

    by_postcode: dict[str, dict[str, Commune]]
    by_name: dict[str, tuple[Commune, ...]]


@cache
def table() -> Table:
    """Read once, at the first question: some 40,000 lines."""
    by_postcode: dict[str, dict[str, Commune]] = defaultdict(dict)
    by_name: dict[str, list[Commune]] = defaultdict(list)
    former = []
    for commune, name in _lines():
        if name:
            former.append((commune, name))
            continue
        by_postcode[commune.postcode][fold(commune.city)] = commune
        by_name[fold(commune.city)].append(commune)
    for commune, name in former:
        # A commune of today goes before one that was named so.
        by_postcode[commune.postcode].setdefault(fold(name), commune)
        by_name[fold(name)].append(commune)
    return Table(dict(by_postcode), {key: tuple(of) for key, of in by_name.items()})


def fold(city: str) -> str:
    """A city's name without accents, case, hyphens, articles, CEDEX and arrondissement."""
    plain = unicodedata.normalize("NFKD", city.casefold().replace("œ", "oe"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = _SIGNS.sub(" ", _DIGITS.sub(" ", _CEDEX.sub(" ", plain))).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    return "".join(_SHORT.get(word, word) for word in words)


def _lines() -> Iterator[tuple[Commune, str]]:
    packed = resources.files(__package__).joinpath("communes.tsv.gz").read_bytes()
    for line in gzip.decompress(packed).decode().splitlines():
        postcode, insee, city, former = line.split("\t")
        yield Commune(postcode, insee, city), former
