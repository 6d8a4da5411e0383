"""Cells that are shown and never computed, and what was meant by them."""

import re
from datetime import date, datetime
from typing import Any

# A spreadsheet program would run a cell that begins like this.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# What we wrote so that it is not run: an apostrophe more than what was meant.
_DISARMED = re.compile(r"'+[=+\-@\t\r\n]")


def harmless(value: Any) -> Any:
    """The value as a cell that is shown and never computed; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) or _DISARMED.match(text) else text


def escaped(text: str) -> str:
    """The text for a cell that is text by its type, so that `meant` gives it back."""
    return f"'{text}" if text[:1] == "'" and _DISARMED.match(text) else text


def meant(cell: str) -> str:
    """What was meant by a cell of ours: the apostrophe that disarmed it is taken off."""
    return cell[1:] if _DISARMED.match(cell) else cell


def plain(value: Any) -> Any:
    """Text as it is read again: a day, a moment, yes or no; numbers and text as they are."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value
