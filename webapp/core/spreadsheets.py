"""Files for spreadsheet programs, in which no cell can be run."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

# A spreadsheet program would run a cell that begins like this.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Without it, Excel takes UTF-8 for something else.
_MARK = "\ufeff"


def as_csv(heading: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A CSV file (RFC 4180), line by line, its heading first."""
    yield _MARK + _line(heading)
    for row in rows:
        yield _line(row)


def harmless(value: Any) -> Any:
    """The value as a cell that is shown and never computed; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Iterable[Any]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow([harmless(cell) for cell in cells])
    return file.getvalue()
