"""What separates the columns of a text file."""

import csv
import re
from collections.abc import Sequence

# The first of those that fit equally well.
CANDIDATES = (";", ",", "\t", "|")
# What Excel reads from a first line of its own.
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
_LOOKED_AT = 100


def said(line: str) -> str:
    """The delimiter that a line such as `sep=;` names."""
    found = _SAID.match(line)
    return found[1] if found else ""


def detect(lines: Sequence[str]) -> str:
    """The delimiter with which most rows have the same width; a comma when there is none."""
    best = max(CANDIDATES, key=lambda one: _fits(lines, one))
    return best if _fits(lines, best)[0] > 0 else ","


def _fits(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How regular the rows are, and how wide."""
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        widths = [len(row) for row in rows if row][:_LOOKED_AT]
    except csv.Error:
        return 0, 0
    # The last one may be cut in the middle.
    whole = widths[:-1] or widths
    # The heading says how wide a table is: what stands in its cells does not.
    width = whole[0] if whole else 0
    if width < 2:
        return 0, 0
    regular = sum(1 for one in whole if one == width) / len(whole)
    return round(regular, 1), width


def backslashed(lines: Sequence[str]) -> bool:
    """Whether quotation marks within a cell have a backslash before them (MySQL's way)."""
    # Doubled as in RFC 4180, a quotation mark is followed by another or by the cell's end.
    return re.search(r'\\"[^"\s;,|]', "".join(lines)) is not None
