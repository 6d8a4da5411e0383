"""Workbooks of Excel's (XLSX), written row by row."""

import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import chain
from typing import IO, Any

from webapp.core.spreadsheets.cells import escaped
from webapp.core.spreadsheets.xlsx_frame import BEGIN, END, frame

# Excel's own limits: rows of a sheet, signs of a cell.
ROWS = 1_048_576
_LONGEST = 32_767
# A part of more than 2 GiB needs a form of ZIP that makes Excel doubt the file.
_LARGEST_SHEET = 1_900_000_000
_AT_ONCE = 500
_LEVEL = 3
_NEEDS_CARE = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_DAY = 86_400


def write_xlsx(
    file: IO[bytes], columns: list[str], rows: Iterable[Iterable[Any]]
) -> None:
    """Write the table, on as many sheets as it needs."""
    waiting = iter(rows)
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL
    ) as packed:
        sheets = 0
        first = next(waiting, None)
        while sheets == 0 or first is not None:
            sheets += 1
            left = waiting if first is None else chain([first], waiting)
            with packed.open(f"xl/worksheets/sheet{sheets}.xml", "w") as part:
                _write_sheet(part, columns, left)
            first = next(waiting, None)
        for name, content in frame(sheets):
            packed.writestr(name, content)


def _write_sheet(
    part: IO[bytes], columns: list[str], rows: Iterator[Iterable[Any]]
) -> None:
    """As many of the rows as fit on a sheet."""
    part.write(BEGIN.encode())
    heading = "".join(_text(name, ' s="1"') for name in columns)
    lines, size = [f"<row>{heading}</row>"], 0
    for number, row in enumerate(rows, start=2):
        lines.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(lines) >= _AT_ONCE:
            size += part.write("".join(lines).encode("utf-8", "replace"))
            lines.clear()
        if number == ROWS or size > _LARGEST_SHEET:
            break
    part.write("".join(lines).encode("utf-8", "replace"))
    part.write(END.encode())


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    return _typed(value)


def _typed(value: Any) -> str:
    """A cell that is no text by nature."""
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, datetime):
        seconds = (value.replace(tzinfo=UTC, microsecond=0) - _EPOCH).total_seconds()
        return f'<c s="3"><v>{seconds / _DAY!r}</v></c>'
    if isinstance(value, date):
        days = value.toordinal() - _EPOCH.toordinal()
        return f'<c s="2"><v>{days}</v></c>'
    if isinstance(value, int | float) and math.isfinite(value):
        return f"<c><v>{value!r}</v></c>"
    return _text(str(value))


def _text(text: str, style: str = "") -> str:
    text = escaped(text)[:_LONGEST]
    if _NEEDS_CARE.search(text):
        text = _NEEDS_CARE.sub(_spelled, text)
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _spelled(found: re.Match[str]) -> str:
    """What XML cannot hold, and what would be read as such (ECMA-376 part 1, 22.9.2.19)."""
    sign = found[0]
    if sign in _MARKUP:
        return _MARKUP[sign]
    return f"_x{ord(sign):04X}_" if len(sign) == 1 else f"_x005F{sign}"
