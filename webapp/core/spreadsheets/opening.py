"""Any file as a table: what it is is told from its content, never from its name."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from webapp.core.i18n import _l
from webapp.core.spreadsheets import csv_reading, ods_reading, xlsx_reading
from webapp.core.spreadsheets.csv_reading import Spelling
from webapp.core.spreadsheets.packed import Packed
from webapp.core.spreadsheets.refusals import (
    FileIsEmpty,
    FileIsTooLarge,
    IsProtected,
    NotATable,
    OldWorkbook,
)
from webapp.core.spreadsheets.tables import LIMITS, Limits, Table

_OTHERS = {
    b"%PDF": _l("a PDF document"),
    b"\x89PNG": _l("a picture"),
    b"\xff\xd8\xff": _l("a picture"),
    b"GIF8": _l("a picture"),
    b"RIFF": _l("a picture or a sound"),
    b"{\\rtf": _l("a text document (RTF)"),
    b"\x1f\x8b": _l("a packed file (gzip)"),
    b"Rar!": _l("a packed file (RAR)"),
    b"7z\xbc\xaf": _l("a packed file (7-Zip)"),
    b"SQLite": _l("a database"),
    b"MZ": _l("a program"),
    b"\x7fELF": _l("a program"),
}
_PACKED = {
    "word/": _l("a text document (DOCX)"),
    "ppt/": _l("a presentation"),
    "Index/Document.iwa": _l("a document of Apple’s (such as Numbers)"),
    "content.xml": _l("a document of another kind (ODT, ODP)"),
}
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body")


def open_table(
    path: Path,
    *,
    limits: Limits = LIMITS,
    sheet: str = "",
    encoding: str = "",
    delimiter: str = "",
) -> Table:
    """The table in a CSV, XLSX or ODS file; rows are read while they are asked for.

    :param sheet: the name of a visible sheet; the first one with something on it if empty.
    :param encoding: with `delimiter`, how to read a text where what we found out is wrong.
    :raises FileIsRefused: also while rows are read; its `line` says where.
    """
    start = _start(path, limits)
    if start.startswith(b"PK"):
        return _packed(path, sheet, limits)
    _refuse_others(path, start)
    return csv_reading.read(path, Spelling(encoding, delimiter), limits)


def _start(path: Path, limits: Limits) -> bytes:
    if path.stat().st_size > limits.bytes:
        raise FileIsTooLarge
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip():
        raise FileIsEmpty
    return start


def _refuse_others(path: Path, start: bytes) -> None:
    if start.startswith(_OLD):
        # The names of what is inside stand in a directory, most often at the end.
        is_protected = _PROTECTED in path.read_bytes()
        raise IsProtected if is_protected else OldWorkbook
    for signature, what in _OTHERS.items():
        if start.startswith(signature):
            raise NotATable(what)
    shown = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if shown.startswith(_PAGES):
        raise NotATable(_l("a web page"))
    if shown.startswith(b"<?xml"):
        raise NotATable(_l("an XML document"))


def _packed(path: Path, sheet: str, limits: Limits) -> Table:
    with ExitStack() as held:
        packed = Packed(path, limits)
        held.callback(packed.close)
        table = _reader(packed)(packed, sheet, limits)
        table.held.push(held.pop_all())
    return table


def _reader(packed: Packed) -> Callable[[Packed, str, Limits], Table]:
    if "xl/workbook.bin" in packed:
        raise OldWorkbook
    if "xl/worksheets/" in "\n".join(packed.sizes):
        return xlsx_reading.read
    if "content.xml" in packed and b"opendocument.spreadsheet" in packed.kind():
        return ods_reading.read
    for mark, what in _PACKED.items():
        if any(name.startswith(mark) for name in packed.sizes):
            raise NotATable(what)
    raise NotATable(_l("a packed file (ZIP)"))
