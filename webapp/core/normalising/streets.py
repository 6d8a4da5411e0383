"""The line of an address that names the street, in the usual words and letters."""

import re

_WAYS = {
    **dict.fromkeys(("av", "ave", "aven"), "avenue"),
    **dict.fromkeys(("bd", "bld", "blvd", "boul", "bvd"), "boulevard"),
    "r": "rue",
    **dict.fromkeys(("ch", "che", "chem"), "chemin"),
    "all": "allée",
    "imp": "impasse",
    "pl": "place",
    **dict.fromkeys(("rte", "rt"), "route"),
    "sq": "square",
    **dict.fromkeys(("fg", "fbg"), "faubourg"),
    **dict.fromkeys(("crs", "cr"), "cours"),
    "qu": "quai",
    **dict.fromkeys(("res", "rés"), "résidence"),
    "lot": "lotissement",
    "pass": "passage",
    "hle": "halle",
}
_USUAL = frozenset({*_WAYS.values(), "allee", "residence", "esplanade", "promenade"})
_SMALL = frozenset(
    {"de", "du", "des", "la", "le", "les", "et", "sur", "sous", "en", "aux", "au", "à"}
)
# What keeps its capitals: zones, boxes, numerals.
_KEPT = re.compile(r"^(?:ZA|ZI|ZAC|ZUP|ZC|BP|CS|TSA|RN|RD|HLM|[IVX]{2,}|\d+\w*)$")
_NUMBER = re.compile(
    r"^(\d+)\s*(?:(bis|ter|quater)\b|([A-Za-z])(?=[\s,]))?[\s,]*", re.IGNORECASE
)
_SAINT = re.compile(r"(?<=[\s-])(st|ste)(?=\.?[\s-]+[^\W\d])\.?", re.IGNORECASE)
_ARTICLE = re.compile(r"^(d|l)(['’])(.+)$")


def tidy_street(street: str) -> str:
    """The street with its number apart, its kind in full, and letters people can read."""
    street = " ".join(street.split()).strip(" ,")
    number = _NUMBER.match(street)
    rest = street[number.end() :] if number else street
    if not rest:
        return street
    loud = street.isupper()
    words = _with_saints(rest).split(" ")
    words[0] = _way(words[0], alone=len(words) == 1)
    if loud or street.islower():
        words = [_usual(word) for word in words]
    return " ".join([*_said(number), *words])


def _said(number: re.Match[str] | None) -> list[str]:
    if not number:
        return []
    more = (number[2] or "").lower() or (number[3] or "").upper()
    return [number[1], more] if more else [number[1]]


def _with_saints(rest: str) -> str:
    return _SAINT.sub(
        lambda found: "Saint" if len(found[1]) == 2 else "Sainte", f" {rest}"
    ).strip()


def _way(word: str, *, alone: bool) -> str:
    bare = word.lower().rstrip(".")
    if alone:
        return word
    return _WAYS.get(bare, bare if bare in _USUAL else word)


def _usual(word: str) -> str:
    """A word of a line that was all in capitals, or all in small letters."""
    low = word.lower()
    if _KEPT.match(word) or low in _SMALL or low in _USUAL:
        return word if _KEPT.match(word) else low
    article = _ARTICLE.match(low)
    if article:
        return f"{article[1]}{article[2]}{article[3].capitalize()}"
    return "-".join(
        part if part in _SMALL else part.capitalize() for part in low.split("-")
    )
