"""The files of imports: where they lie, and how one is opened as its import says."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from webapp.contacts.reading import one_line
from webapp.core import installation, spreadsheets
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.spreadsheets import Limits, Table
from webapp.imports import headings, sniffing
from webapp.imports.models import ImportRun

# What one file may have; said on the page where it is chosen.
LARGEST = 300 * 1024 * 1024
MOST_LINES = 1_048_576
MOST_COLUMNS = 300
LIMITS = Limits(
    rows=MOST_LINES,
    columns=MOST_COLUMNS,
    bytes=LARGEST,
    unpacked=3 * 1024 * 1024 * 1024,
)
# From so many lines the columns are told.
SAMPLE = 200
# Fields packed into one cell of a line, as columns of their own after the others.
_MOST_PACKED = 100
# Signs in the name of a column.
_LONGEST_NAME = 200

Line = tuple[int, list[str]]


class FileIsGone(DomainError):
    """Its day has come: it was deleted."""

    message = _l("The file was deleted on its day. Import it again.")


@dataclass
class Opened:
    """A file as an import reads it: its columns, and its lines with their numbers."""

    table: Table
    columns: list[str]
    # Whether the first line names the columns.
    has_heading: bool
    lines: Iterator[Line]
    remarks: list[Any] = field(default_factory=list)

    def close(self) -> None:
        """Let go of the file."""
        self.table.close()


def folder() -> Path:
    """Where they lie: web and workers must see the same one."""
    return installation.settings().data_dir / "imports"


def path_of(run: ImportRun) -> Path:
    """The file of an import.

    :raises FileIsGone: once it is deleted.
    """
    path = folder() / run.stored
    if not run.stored or not path.is_file():
        raise FileIsGone
    return path


def open_run(run: ImportRun) -> Opened:
    """The file as the import says it is to be read.

    :raises FileIsRefused: when it is no table.
    :raises FileIsGone: once it is deleted.
    """
    return open_path(path_of(run), run.reading)


def open_path(path: Path, reading: dict[str, Any]) -> Opened:
    """The file, read as is said, and as it seems where nothing is said."""
    chosen = {
        name: reading.get(name, "") for name in ("sheet", "encoding", "delimiter")
    }
    table = spreadsheets.open_table(path, limits=LIMITS, **chosen)
    try:
        return _opened(table, reading)
    except BaseException:
        table.close()
        raise


def sample(path: Path, reading: dict[str, Any]) -> tuple[Opened, list[Line]]:
    """The file, closed again, and its first lines."""
    opened = open_path(path, reading)
    with closing(opened):
        return opened, list(islice(opened.lines, SAMPLE))


def _opened(table: Table, reading: dict[str, Any]) -> Opened:
    has_heading = reading.get("heading")
    if has_heading is None:
        has_heading = not _is_a_line(table.columns)
    lines = _numbered(table)
    columns = [one_line(name, _LONGEST_NAME) for name in table.columns]
    if not has_heading:
        lines = chain([(table.line, table.columns)], lines)
        columns = [""] * len(table.columns)
    packed = reading.get("packed") or {}
    if packed:
        place, names = packed["column"], packed["names"]
        columns = [*columns, *names]
        lines = _unpacked(lines, place, names, len(table.columns))
    return Opened(table, columns, bool(has_heading), lines, list(table.remarks))


def _numbered(table: Table) -> Iterator[Line]:
    for row in table.rows:
        yield table.line, row


def _is_a_line(first: list[str]) -> bool:
    """Whether what should be the heading is somebody's line already."""
    return any(sniffing.target([cell]) == "email" for cell in first)


def packed_names(lines: list[Line], place: int) -> list[str]:
    """The names of what is packed as JSON into this cell of the lines."""
    found: dict[str, None] = {}
    for _number, cells in lines:
        for name, value in _packed(cells, place).items():
            if not isinstance(value, dict | list):
                found.setdefault(one_line(str(name), 80))
    return [name for name in found if headings.plain(name)][:_MOST_PACKED]


def _unpacked(
    lines: Iterator[Line], place: int, names: list[str], width: int
) -> Iterator[Line]:
    for number, cells in lines:
        inside = _packed(cells, place)
        more = [_cell(inside.get(name)) for name in names]
        yield number, [*cells[:width], *more]


def _packed(cells: list[str], place: int) -> dict[str, Any]:
    cell = cells[place] if place < len(cells) else ""
    if not cell.startswith("{"):
        return {}
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cell(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
