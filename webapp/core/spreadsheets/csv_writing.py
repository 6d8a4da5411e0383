"""CSV that any spreadsheet program opens."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from webapp.core.spreadsheets.cells import harmless

# Without it, Excel takes UTF-8 for something else.
_MARK = "\ufeff"


def as_csv(heading: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A CSV file (RFC 4180), line by line, its heading first."""
    yield _MARK + _line(heading)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow([harmless(cell) for cell in cells])
    return file.getvalue()
