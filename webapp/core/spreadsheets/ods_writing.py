"""Workbooks of LibreOffice's (ODS), written row by row."""

import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any

from webapp.core.spreadsheets.cells import escaped

# LibreOffice's own limit.
ROWS = 1_048_576
_AT_ONCE = 500
_LEVEL = 3
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_BEGIN = (
    f"{_HEAD}<office:document-content"
    f' xmlns:office="{_NAMES}:office:1.0" xmlns:table="{_NAMES}:table:1.0"'
    f' xmlns:text="{_NAMES}:text:1.0" xmlns:style="{_NAMES}:style:1.0"'
    f' xmlns:number="{_NAMES}:datastyle:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' office:version="1.2"><office:automatic-styles>'
    '<number:date-style style:name="day"><number:year number:style="long"/>'
    "<number:text>-</number:text>"
    '<number:month number:style="long"/><number:text>-</number:text>'
    '<number:day number:style="long"/></number:date-style>'
    '<style:style style:name="d" style:family="table-cell" '
    'style:data-style-name="day"/>'
    '<style:style style:name="h" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_END = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/></manifest:manifest>'
)
_NEEDS_CARE = re.compile(
    r"[&<>\r\n\t\ufffe\uffff]|^ +| {2,}| +$|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_SPELLED = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\r": "&#13;",
    "\n": "</text:p><text:p>",
    "\t": "<text:tab/>",
}


def write_ods(
    file: IO[bytes], columns: list[str], rows: Iterable[Iterable[Any]]
) -> None:
    """Write the table, on as many sheets as it needs."""
    with zipfile.ZipFile(
        file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL
    ) as packed:
        # First and unpacked, so that the kind stands at a known place.
        packed.writestr("mimetype", _KIND, zipfile.ZIP_STORED)
        with packed.open("content.xml", "w", force_zip64=True) as part:
            for piece in _content(columns, iter(rows)):
                part.write(piece.encode("utf-8", "replace"))
        packed.writestr("META-INF/manifest.xml", _MANIFEST)


def _content(columns: list[str], rows: Iterator[Iterable[Any]]) -> Iterator[str]:
    yield _BEGIN
    heading = "".join(_text(name, ' table:style-name="h"') for name in columns)
    sheets = 0
    first = next(rows, None)
    while sheets == 0 or first is not None:
        sheets += 1
        yield f'<table:table table:name="{sheets}">'
        yield f'<table:table-column table:number-columns-repeated="{len(columns)}"/>'
        yield f"<table:table-row>{heading}</table:table-row>"
        left = rows if first is None else chain([first], rows)
        yield from _lines(islice(left, ROWS - 1))
        yield "</table:table>"
        first = next(rows, None)
    yield _END


def _lines(rows: Iterator[Iterable[Any]]) -> Iterator[str]:
    while some := list(islice(rows, _AT_ONCE)):
        yield "".join(
            f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
            for row in some
        )


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        said = "true" if value else "false"
        return _typed("boolean", f'office:boolean-value="{said}"', said)
    if isinstance(value, date):
        # Also a moment, which is a date in Python.
        pattern = "%Y-%m-%dT%H:%M:%S" if isinstance(value, datetime) else "%Y-%m-%d"
        said = format(value, pattern)
        return _typed("date", f'table:style-name="d" office:date-value="{said}"', said)
    if isinstance(value, int | float) and math.isfinite(value):
        return _typed("float", f'office:value="{value!r}"', repr(value))
    return _text(str(value))


def _typed(kind: str, value: str, shown: str) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" {value}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _text(text: str, style: str = "") -> str:
    text = escaped(text)
    if _NEEDS_CARE.search(text):
        text = _NEEDS_CARE.sub(_spelled, text)
    return (
        f'<table:table-cell{style} office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _spelled(found: re.Match[str]) -> str:
    """What XML or OpenDocument would take for something else; what neither can hold is left out."""
    signs = found[0]
    if signs[0] == " ":
        return f'<text:s text:c="{len(signs)}"/>'
    return _SPELLED.get(signs, "")
