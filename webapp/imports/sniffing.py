"""What a column holds, told from its cells: for columns without a heading, and for new fields."""

import re
from collections.abc import Callable, Sequence

from webapp.contacts import reading
from webapp.contacts.models import AttributeKind
from webapp.core.errors import DomainError
from webapp.imports import headings

# So many of a hundred written cells must be of a kind; a few are always badly typed.
ENOUGH = 80
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00)?[\d .()/-]{9,20}")
_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}")
_CIVILITIES = {"m", "mr", "mme", "mlle", "madame", "monsieur", "mrs", "ms"}
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[  ]?\d{3})*(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)?")
_YES_NO = {
    *("oui", "non", "yes", "no", "true", "false", "vrai", "faux", "o", "n", "y"),
    *("0", "1"),
}


def target(cells: Sequence[str]) -> str:
    """The field such cells are most likely for; "" when they tell nothing."""
    written = _written(cells)
    for name, fits in _TESTS.items():
        if _mostly(written, fits):
            return name
    return ""


def kind(cells: Sequence[str]) -> AttributeKind:
    """The kind of field that holds them: text in doubt."""
    written = _written(cells)
    if _mostly(written, lambda cell: headings.plain(cell) in _YES_NO, least=100):
        return AttributeKind.YES_NO
    # A number that begins with a nought is a name: its nought must stay.
    if _mostly(written, _is_number, least=100):
        return AttributeKind.NUMBER
    if _mostly(written, _is_day, least=100):
        return AttributeKind.DATE
    return AttributeKind.TEXT


def _written(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _mostly(
    cells: Sequence[str], fits: Callable[[str], bool], least: int = ENOUGH
) -> bool:
    return bool(cells) and sum(map(fits, cells)) * 100 >= len(cells) * least


def _is_phone(cell: str) -> bool:
    digits = sum(map(str.isdigit, cell))
    return 9 <= digits <= 15 and bool(_PHONE.fullmatch(cell)) and cell[0] in "0+(3"


def _is_number(cell: str) -> bool:
    led = len(cell) > 1 and cell[0] == "0" and cell[1].isdigit()
    return not led and bool(_NUMBER.fullmatch(cell))


def _is_day(cell: str) -> bool:
    try:
        return reading.day(cell) is not None
    except DomainError:
        return False


_TESTS: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: bool(_EMAIL.fullmatch(cell)),
    "postcode": lambda cell: bool(_POSTCODE.fullmatch(cell)),
    "phone": _is_phone,
    "civility": lambda cell: headings.plain(cell) in _CIVILITIES,
}
