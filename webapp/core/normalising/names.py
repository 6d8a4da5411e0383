"""Names as French people write them: civility, first name, last name in any order and case."""

import re
from typing import NamedTuple

from webapp.core.i18n import sort_key
from webapp.core.normalising import first_names
from webapp.core.normalising.name_words import (
    CIVILITIES,
    COMPANIES,
    COUPLE,
    MARRIED,
    PARTICLES,
    WRITTEN_SMALL,
)

_MARRIED = re.compile(rf"\s(?:({'|'.join(MARRIED)})|née?)\s", re.IGNORECASE)
_COUPLE = re.compile(rf"^(?:{COUPLE})\s+", re.IGNORECASE)
_PARTS = re.compile(r"([\s'’-]+)")
_VOWEL = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]", re.IGNORECASE)


class Name(NamedTuple):
    """The parts of a name; a civility only where one was written, never guessed."""

    civility: str
    first: str
    last: str


def parse(full: str) -> Name:
    """The parts of a whole name; a company's stays in one piece, as a last name."""
    full = " ".join(full.split()).strip(" ,;")
    if is_company(full):
        return Name("", "", full)
    civility, rest = _civility(full)
    first, last = _married(rest)
    return Name(civility, tidy(first), tidy(last))


def is_company(full: str) -> bool:
    """Whether this names a company, an association or an office rather than a person."""
    words = full.replace(".", "").split()
    return (
        any(sign in full for sign in "&0123456789@")
        or any(sort_key(word) in COMPANIES for word in words)
        or any(word in {"SA", "EI", "SC"} for word in words[:1])
    )


def tidy(name: str) -> str:
    """A name in its usual letters where it was all in capitals or all in small ones."""
    name = " ".join(name.split())
    if not name or not (name.isupper() or name.islower()) or _is_initials(name):
        return name
    parts = _PARTS.split(name.lower())
    words = [_capital(part, at, parts) for at, part in enumerate(parts)]
    return "".join(words)


def civility(text: str) -> str:
    """The civility that was written, in its usual short form; as typed where it is none."""
    typed = " ".join(text.split())
    return CIVILITIES.get(_bare(typed), typed)


def _civility(full: str) -> tuple[str, str]:
    couple = _COUPLE.match(full)
    if couple:
        return "M. et Mme", full[couple.end() :]
    said, _, rest = full.partition(" ")
    found = CIVILITIES.get(_bare(said))
    return (found, rest) if found and rest else ("", full)


def _married(full: str) -> tuple[str, str]:
    """The name somebody goes by, of two that are told with "épouse" or "née"."""
    found = _MARRIED.search(full)
    if not found:
        return _split(full)
    before, after = _split(full[: found.start()]), _split(full[found.end() :])
    used = after if found[1] else before
    return before[0] or after[0], used[1]


def _split(full: str) -> tuple[str, str]:
    """First and last name: by a comma, by capitals, by particles, by order."""
    last, comma, first = full.partition(",")
    if comma:
        return first.strip(), last.strip()
    words = full.split()
    if len(words) < 2:
        return "", full
    for way in (_by_capitals, _by_particles):
        surname = way(words)
        if surname:
            return (
                " ".join(words[: surname.start] + words[surname.stop :]),
                " ".join(words[surname.start : surname.stop]),
            )
    return _by_order(words)


def _by_capitals(words: list[str]) -> range | None:
    """One run of words in capitals among others, with the particles before it."""
    capital = [at for at, word in enumerate(words) if _is_capital(word)]
    if not capital or len(capital) == len(words):
        return None
    start, stop = capital[0], capital[-1] + 1
    while start and _is_particle(words[start - 1]):
        start -= 1
    whole = stop - start == len(words)
    return None if whole else range(start, stop)


def _by_particles(words: list[str]) -> range | None:
    """From the first particle to the end; a name that begins with one has its first name last."""
    at = next((at for at, word in enumerate(words) if _is_particle(word)), None)
    if at is None:
        return None
    if at:
        return range(at, len(words))
    stop = next(at for at, word in enumerate([*words, ""]) if not _is_particle(word))
    # d'Arc is a particle and a name in one.
    stop += not _is_whole(words[stop - 1])
    return range(stop) if stop < len(words) else None


def _by_order(words: list[str]) -> tuple[str, str]:
    if first_names.has(words[-1]) and not first_names.has(words[0]):
        return words[-1], " ".join(words[:-1])
    stop = 2 if len(words) > 2 and first_names.has(words[1]) else 1
    return " ".join(words[:stop]), " ".join(words[stop:])


def _is_capital(word: str) -> bool:
    return (
        word.isupper() and sum(sign.isalpha() for sign in word) > 1 and "." not in word
    )


def _is_particle(word: str) -> bool:
    return word.lower() in PARTICLES or _is_whole(word)


def _is_whole(word: str) -> bool:
    return word.lower().startswith(("d'", "d’")) and len(word) > 2


def _is_initials(name: str) -> bool:
    return len(name) <= 3 and name.isupper() and not _VOWEL.search(name)


def _capital(part: str, at: int, parts: list[str]) -> str:
    follows = parts[at + 1][:1] if at + 1 < len(parts) else ""
    small = part in WRITTEN_SMALL or (part == "d" and follows in "'’" and follows)
    return part if small else part.capitalize()


def _bare(word: str) -> str:
    return sort_key(word).rstrip(".")
