"""Workbooks of LibreOffice's (ODS, ISO/IEC 26300), a sheet read row by row."""

import html
import re
from collections.abc import Iterator
from contextlib import ExitStack

from webapp.core.spreadsheets.ods_sheets import Reader
from webapp.core.spreadsheets.packed import Packed, feed, parser_of
from webapp.core.spreadsheets.refusals import FileIsEmpty, IsProtected, NoSuchSheet
from webapp.core.spreadsheets.tables import Limits, Numbered, Table

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_SHEET = re.compile(rb"<table:table\s[^>]*>")
_NAME = re.compile(rb'table:name="([^"]*)"')
_STYLE = re.compile(rb'table:style-name="([^"]*)"')
_HIDDEN = re.compile(
    rb'<style:style\s[^>]*style:name="([^"]*)"[^>]*>\s*'
    rb'<style:table-properties\s[^>]*table:display="false"'
)
# As long as the beginning of a sheet can be that two pieces of the file share.
_OVERLAP = 4096


def read(packed: Packed, wanted: str, limits: Limits) -> Table:
    """The table on a sheet: the one of that name, or the first with something on it.

    :raises FileIsRefused: when there is none.
    """
    if any(name == "encryption-data" for name, _given in packed.elements(_MANIFEST)):
        raise IsProtected
    sheets = _visible(packed)
    names = [name for _number, name in sheets]
    chosen = [one for one in sheets if wanted in {"", one[1]}]
    if not chosen:
        raise NoSuchSheet
    for number, name in chosen:
        rows = _numbered(packed, number, limits)
        try:
            with ExitStack() as held:
                held.callback(rows.close)  # type: ignore[attr-defined]
                table = Table.of(rows, limits, kind="ods", sheets=names, sheet=name)
                table.held = held.pop_all()
        except FileIsEmpty:
            continue
        return table
    raise FileIsEmpty


def _visible(packed: Packed) -> list[tuple[int, str]]:
    """The sheets one sees, with their places in the file."""
    hidden: set[bytes] = set()
    tags: list[bytes] = []
    rest = b""
    for piece in packed.pieces(_CONTENT):
        seen = rest + piece
        if not tags:
            hidden.update(_HIDDEN.findall(seen))
        end = 0
        for found in _SHEET.finditer(seen):
            tags.append(found[0])
            end = found.end()
        rest = seen[max(end, len(seen) - _OVERLAP) :]
    return [
        (number, _written(_NAME, tag))
        for number, tag in enumerate(tags)
        if _written(_STYLE, tag).encode() not in hidden
    ]


def _written(pattern: re.Pattern[bytes], tag: bytes) -> str:
    found = pattern.search(tag)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def _numbered(packed: Packed, sheet: int, limits: Limits) -> Iterator[Numbered]:
    reader = Reader(sheet, limits)
    parser = parser_of(reader.start, reader.end, reader.text)
    for piece in packed.pieces(_CONTENT):
        feed(parser, piece)
        yield from reader.taken()
        if reader.is_over:
            return
    feed(parser, b"", is_last=True)
    yield from reader.taken()
