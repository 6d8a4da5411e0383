"""How a name sounds in French, roughly: for finding who is worth comparing, never for deciding."""

import re
import unicodedata
from functools import lru_cache

# In this order; what is written differently and sounds alike becomes the same letters.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"ph", "f"),
        (r"ch(?=[lrn])", "k"),
        (r"s?ch|sh", "x"),
        (r"h", ""),
        (r"gn", "n"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"qu|q|ck|c", "k"),
        (r"w", "v"),
        (r"z", "s"),
        (r"y", "i"),
        (r"m(?=[bp])", "n"),
        (r"(?<=.)[tdsxp]+$", ""),
        (r"(?<=.)[aeiou]", ""),
        (r"(.)\1+", r"\1"),
    )
)
_APART = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Lower case, without accents, words apart by one space: what typing habits do not change."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return _APART.sub(" ", letters.replace("œ", "oe").replace("æ", "ae")).strip()


@lru_cache(maxsize=200_000)
def sound(folded: str) -> str:
    """The consonants one hears, after the first letter; "" for no name."""
    heard = folded
    for pattern, letters in _SOUNDS:
        heard = pattern.sub(letters, heard)
    return heard
