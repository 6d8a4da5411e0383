"""The cells of one sheet of a workbook, row by row while its XML comes in."""

from collections.abc import Iterator

from webapp.core.spreadsheets.numbers_shown import Shown, number
from webapp.core.spreadsheets.packed import Attributes, Names, Packed, feed, parser_of
from webapp.core.spreadsheets.refusals import (
    CellIsTooLong,
    FileIsBroken,
    TooManyColumns,
)
from webapp.core.spreadsheets.shared_strings import SharedStrings, unescaped
from webapp.core.spreadsheets.tables import Limits, Numbered

_DIGITS = "0123456789"
_TRUTH = {"1": "yes", "0": "no", "true": "yes", "false": "no"}


def numbered(
    packed: Packed, part: str, texts: tuple[SharedStrings, list[Shown]], limits: Limits
) -> Iterator[Numbered]:
    """The rows of a sheet that have cells, with their numbers."""
    reader = _Reader(*texts, limits)
    parser = parser_of(reader.start, reader.end, reader.text)
    for piece in packed.pieces(part):
        feed(parser, piece)
        if reader.rows:
            yield from reader.rows
            reader.rows.clear()
    feed(parser, b"", is_last=True)
    yield from reader.rows


class _Reader:
    """Hears the elements of a sheet; called some ten million times for a large one."""

    def __init__(
        self, strings: SharedStrings, shown: list[Shown], limits: Limits
    ) -> None:
        self.strings, self.shown, self.limits = strings, shown, limits
        self.rows: list[Numbered] = []
        self.names = Names()
        self.columns: dict[str, int] = {}
        self.row: list[str] = []
        self.line = self.column = self.length = 0
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.is_heard = self.is_pronunciation = False

    def start(self, name: str, given: Attributes) -> None:
        local = self.names[name]
        if local == "c":
            self._begin_cell(given)
        elif local in {"v", "t"}:
            self.is_heard = not self.is_pronunciation
        elif local == "row":
            written = given.get("r", "")
            self.line = int(written) if written.isdigit() else self.line + 1
            self.row, self.column = [], 0
        elif local == "rPh":
            self.is_pronunciation = True

    def end(self, name: str) -> None:
        local = self.names[name]
        if local in {"v", "t"}:
            self.is_heard = False
        elif local == "c":
            if self.pieces:
                self._end_cell()
            self.column += 1
        elif local == "row":
            if self.row:
                self.rows.append((self.line, self.row))
        elif local == "rPh":
            self.is_pronunciation = False

    def text(self, data: str) -> None:
        if self.is_heard:
            self.pieces.append(data)
            self.length += len(data)
            if self.length > self.limits.cell:
                raise CellIsTooLong(self.line, self.limits.cell)

    def _begin_cell(self, given: Attributes) -> None:
        place = given.get("r")
        if place is not None:
            self.column = self._column(place.rstrip(_DIGITS))
        self.kind = given.get("t", "n")
        self.style = given.get("s", "0")
        self.length = 0

    def _end_cell(self) -> None:
        value = self._value("".join(self.pieces))
        self.pieces.clear()
        missing = self.column - len(self.row)
        if missing:
            if self.column >= self.limits.columns:
                raise TooManyColumns(self.line, self.limits.columns)
            self.row += [""] * missing
        self.row.append(value)

    def _value(self, written: str) -> str:
        kind = self.kind
        if kind == "s":
            return self.strings[int(written)] if written.isdigit() else ""
        if kind == "n":
            return self._number(written)
        if kind == "b":
            return _TRUTH.get(written, written)
        if kind == "d":
            return written.removesuffix("T00:00:00").replace("T", " ")
        return unescaped(written)

    def _number(self, written: str) -> str:
        style = int(self.style) if self.style.isdigit() else 0
        shown = self.shown[style] if style < len(self.shown) else number
        return shown(written)

    def _column(self, letters: str) -> int:
        known = self.columns.get(letters)
        if known is not None:
            return known
        column = 0
        for letter in letters[:4]:
            column = column * 26 + ord(letter) - 64
        if column < 1:
            raise FileIsBroken
        if len(self.columns) < self.limits.columns:
            self.columns[letters] = column - 1
        return column - 1
