"""Workbooks of Excel's (XLSX, ECMA-376), a sheet read row by row."""

import posixpath
from contextlib import ExitStack
from dataclasses import dataclass

from webapp.core.spreadsheets import shared_strings, xlsx_sheets
from webapp.core.spreadsheets.numbers_shown import Shown, number, shower
from webapp.core.spreadsheets.packed import Packed
from webapp.core.spreadsheets.refusals import FileIsBroken, FileIsEmpty, NoSuchSheet
from webapp.core.spreadsheets.tables import Limits, Table

_RELATIONS = "_rels/.rels"


@dataclass(frozen=True)
class _Book:
    """What the main part of a workbook says: its visible sheets as name and part."""

    sheets: list[tuple[str, str]]
    strings: str
    styles: str
    from_1904: bool


def read(packed: Packed, wanted: str, limits: Limits) -> Table:
    """The table on a sheet: the one of that name, or the first with something on it.

    :raises FileIsRefused: when there is none.
    """
    book = _book(packed)
    chosen = [one for one in book.sheets if wanted in {"", one[0]}]
    if not chosen:
        raise NoSuchSheet
    names = [name for name, _part in book.sheets]
    with ExitStack() as held:
        strings = shared_strings.read(packed, book.strings)
        held.callback(strings.close)
        shown = _shown(packed, book)
        for name, part in chosen:
            rows = xlsx_sheets.numbered(packed, part, (strings, shown), limits)
            try:
                table = Table.of(rows, limits, kind="xlsx", sheets=names, sheet=name)
            except FileIsEmpty:
                continue
            table.held = held.pop_all()
            return table
    raise FileIsEmpty


def _book(packed: Packed) -> _Book:
    main = _related(packed, "").get("officeDocument", "xl/workbook.xml")
    kinds = _related(packed, main)
    parts = _targets(packed, main)
    sheets, from_1904 = [], False
    for name, given in packed.elements(main):
        if name == "workbookPr":
            from_1904 = given.get("date1904", "") in {"1", "true", "on"}
        elif name == "sheet" and given.get("state", "visible") == "visible":
            number_of = next((v for k, v in given.items() if k.endswith(":id")), "")
            sheets.append((given.get("name", ""), parts.get(number_of, "")))
    if not sheets:
        raise FileIsBroken
    return _Book(
        sheets=[one for one in sheets if one[1] in packed],
        strings=kinds.get("sharedStrings", ""),
        styles=kinds.get("styles", ""),
        from_1904=from_1904,
    )


def _shown(packed: Packed, book: _Book) -> list[Shown]:
    """How numbers are shown under each style of a cell."""
    codes: dict[str, str] = {}
    shown: list[Shown] = []
    is_of_cells = False
    for name, given in packed.elements(book.styles):
        if name == "numFmt":
            codes[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_of_cells = name == "cellXfs"
        elif name == "xf" and is_of_cells:
            of = given.get("numFmtId", "0")
            known = int(of) if of.isdigit() else 0
            shown.append(shower(known, codes.get(of, ""), from_1904=book.from_1904))
    return shown or [number]


def _related(packed: Packed, part: str) -> dict[str, str]:
    """The parts that belong to a part, by what they are to it."""
    return {
        given.get("Type", "").rpartition("/")[2]: _resolved(part, given)
        for name, given in packed.elements(_relations_of(part))
        if name == "Relationship"
    }


def _targets(packed: Packed, part: str) -> dict[str, str]:
    """The same by number."""
    return {
        given.get("Id", ""): _resolved(part, given)
        for name, given in packed.elements(_relations_of(part))
        if name == "Relationship"
    }


def _relations_of(part: str) -> str:
    if not part:
        return _RELATIONS
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, given: dict[str, str]) -> str:
    target = given.get("Target", "")
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
