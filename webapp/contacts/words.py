"""What is typed into the search box, as the index of contacts knows words; and where it was found."""

import re
from collections.abc import Iterator
from itertools import groupby

# As `contact_words` in the database reads a contact: what stands between words, and plain letters.
BETWEEN = "@.-_+'/,&()\"’ "
FOLDED = str.maketrans(
    "àâäáãåçéèêëíìîïñóòôöõøúùûüýÿ", "aaaaaaceeeeiiiinoooooouuuuyy", ""
) | str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_SPLIT = re.compile(rf"[{re.escape(BETWEEN)}\s]+")
# More would be no search any more.
MOST_WORDS, LONGEST_WORD = 8, 64
# Fewer digits are no number of a phone.
PHONE_DIGITS = 4
# The calling codes of France and its regions overseas, and how a number is dialled at home.
_DIALLED = re.compile(r"^(?:00)?(?:33|262|590|594|596|508|687|689)?0?")
_NATIONAL = 9

# A piece of text, and whether it is what was searched for.
Piece = tuple[str, bool]


def folded(text: str) -> str:
    """Small letters without accents."""
    return text.lower().translate(FOLDED)


def words_of(typed: str) -> list[str]:
    """The words somebody typed, folded; digits that stand together are one."""
    found = [word[:LONGEST_WORD] for word in _SPLIT.split(folded(typed)) if word]
    joined: list[str] = []
    for are_digits, some in groupby(found, str.isdigit):
        run = list(some)
        joined += ["".join(run)] if are_digits and _is_phone(run) else run
    return joined[:MOST_WORDS]


def question(workspace_id: int, typed: str) -> str:
    """The same as a `tsquery`: a beginning of each word; empty where no word is left.

    Words carry the number of their workspace, so that nobody else's are looked at.
    """
    return " & ".join(
        f"({' | '.join(_lexeme(workspace_id, way) for way in _ways(word))})"
        for word in words_of(typed)
    )


def pieces(text: str, typed: str, *, inside: bool = False) -> list[Piece]:
    """The text cut where a word of the question begins and ends; `inside`: also within words."""
    hits = [False] * len(text)
    plain, places = _with_places(text)
    for word in words_of(typed):
        for start in _found(plain, word, inside=inside):
            for place in places[start : start + len(word)]:
                hits[place] = True
    numbered = groupby(range(len(text)), hits.__getitem__)
    return [("".join(text[place] for place in run), hit) for hit, run in numbered]


def phone_pieces(phone: str, typed: str) -> list[Piece]:
    """The whole number, when a word of the question is how it begins."""
    national = _national(re.sub(r"\D", "", phone))
    is_found = any(
        national.startswith(way)
        for word in words_of(typed)
        if word.isdigit() and len(word) >= PHONE_DIGITS
        for way in (word, _national(word))
        if way
    )
    return [(phone, is_found)] if phone else []


def _is_phone(run: list[str]) -> bool:
    return len(run) > 1 and sum(map(len, run)) >= PHONE_DIGITS


def _ways(word: str) -> list[str]:
    """How the word may be written in the index: digits also as the number of a phone."""
    if not word.isdigit() or len(word) < PHONE_DIGITS:
        return [word]
    return [word, *{_national(word)} - {"", word}]


def _national(digits: str) -> str:
    """The digits of a phone as the index has them: without the way to dial them."""
    return _DIALLED.sub("", digits)[-_NATIONAL:]


def _lexeme(workspace_id: int, word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{workspace_id}:{quoted}':*"


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its signs the place of the one it comes from."""
    plain, places = [], []
    for place, sign in enumerate(text):
        for one in folded(sign):
            plain.append(one)
            places.append(place)
    return "".join(plain), places


def _found(plain: str, word: str, *, inside: bool) -> Iterator[int]:
    start = plain.find(word)
    while start >= 0:
        before = plain[start - 1 : start]
        if inside or before.isspace() or before in BETWEEN:
            yield start
        start = plain.find(word, start + 1)
