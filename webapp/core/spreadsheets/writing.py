"""A table as a file of a spreadsheet program, written row by row in little memory."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from webapp.core.spreadsheets.cells import harmless, plain
from webapp.core.spreadsheets.ods_writing import write_ods
from webapp.core.spreadsheets.xlsx_writing import write_xlsx

# Each kind with what it is called over HTTP.
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def write(
    kind: str,
    target: Path | IO[bytes],
    columns: Iterable[Any],
    rows: Iterable[Iterable[Any]],
) -> None:
    """Write the table as `csv`, `xlsx` or `ods`: `open_table` reads the same cells from it.

    Text stays text and is never computed; numbers, dates, and yes or no keep their types. A
    workbook goes on on another sheet, under the same heading, where one is full.
    """
    if isinstance(target, Path):
        with target.open("wb") as file:
            write(kind, file, columns, rows)
        return
    _WRITERS[kind](target, [str(name) for name in columns], rows)


def _write_csv(
    file: IO[bytes], columns: list[str], rows: Iterable[Iterable[Any]]
) -> None:
    # With the mark, without which Excel takes UTF-8 for something else.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    lines = csv.writer(text)
    lines.writerow([harmless(name) for name in columns])
    lines.writerows([harmless(plain(cell)) for cell in row] for row in rows)
    text.flush()
    text.detach()


_WRITERS = {"csv": _write_csv, "xlsx": write_xlsx, "ods": write_ods}
