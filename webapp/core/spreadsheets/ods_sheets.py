"""The cells of one sheet of an OpenDocument, row by row while its XML comes in."""

from collections.abc import Iterator

from webapp.core.spreadsheets.numbers_shown import number
from webapp.core.spreadsheets.packed import Attributes, Names
from webapp.core.spreadsheets.refusals import (
    CellIsTooLong,
    TooManyColumns,
    TooManyRows,
)
from webapp.core.spreadsheets.tables import Limits, Numbered

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_NUMBERS = frozenset({"float", "currency", "percentage"})
_TRUTH = {"true": "yes", "false": "no"}
# What a code is shown with between its digits.
_SPACES = str.maketrans("", "", " \u00a0\u202f.-/")


class Reader:
    """Hears the elements of the file and keeps the rows of one of its sheets."""

    def __init__(self, sheet: int, limits: Limits) -> None:
        """The sheet by its place among all of the file, the first is 0."""
        self.limits, self.sheet = limits, sheet
        self.names = Names()
        self.depth = 0
        self.tables = -1
        self.is_wanted = self.is_over = self.is_heard = False
        # Comments have paragraphs, too.
        self.aside = 0
        self.rows: list[tuple[int, int, list[str]]] = []
        self.line, self.times = 1, 1
        self.row: list[str] = []
        # Empty cells before the next written one.
        self.gap = self.length = 0
        self.given: Attributes = {}
        self.paragraphs: list[str] = []

    def taken(self) -> Iterator[Numbered]:
        """The rows that are complete, each as many times as the file says."""
        rows, self.rows = self.rows, []
        for line, times, row in rows:
            if times > self.limits.rows:
                raise TooManyRows(line, self.limits.rows)
            for again in range(times):
                yield line + again, list(row)

    def start(self, name: str, given: Attributes) -> None:
        local = self.names[name]
        if local == "table" and name.startswith("table:"):
            self._begin_table()
        elif not self.is_wanted:
            return
        elif local in _CELLS:
            self.given, self.paragraphs, self.length = given, [], 0
        elif local == "table-row":
            self.row, self.gap = [], 0
            self.times = _count(given.get("table:number-rows-repeated"))
        else:
            self._begin_text(local, given)

    def end(self, name: str) -> None:
        if not self.is_wanted:
            return
        local = self.names[name]
        if local == "p":
            self.is_heard = False
        elif local in _CELLS:
            self._end_cell()
        elif local == "annotation":
            self.aside -= 1
        elif local == "table-row":
            if self.row:
                self.rows.append((self.line, self.times, self.row))
            self.line += self.times
        elif local == "table" and name.startswith("table:"):
            self._end_table()

    def text(self, data: str) -> None:
        if self.is_heard:
            self.length += len(data)
            if self.length > self.limits.cell:
                raise CellIsTooLong(self.line, self.limits.cell)
            self.paragraphs[-1] += data

    def _begin_table(self) -> None:
        if self.is_wanted:
            self.depth += 1
            return
        self.tables += 1
        self.is_wanted = self.tables == self.sheet

    def _end_table(self) -> None:
        if self.depth:
            self.depth -= 1
            return
        self.is_wanted, self.is_over = False, True

    def _begin_text(self, local: str, given: Attributes) -> None:
        if local == "p":
            self.is_heard = not self.aside
            if self.is_heard:
                self.paragraphs.append("")
        elif local == "annotation":
            self.aside += 1
        elif local in {"s", "tab", "line-break"}:
            self._space(local, given)

    def _space(self, local: str, given: Attributes) -> None:
        if not self.is_heard:
            return
        if local == "s":
            self.text(" " * min(_count(given.get("text:c")), self.limits.cell + 1))
        else:
            self.text("\t" if local == "tab" else "\n")

    def _end_cell(self) -> None:
        times = _count(self.given.get("table:number-columns-repeated"))
        value = _value(self.given, "\n".join(self.paragraphs))
        if not value:
            self.gap += times
            return
        if len(self.row) + self.gap + times > self.limits.columns:
            raise TooManyColumns(self.line, self.limits.columns)
        self.row += [""] * self.gap + [value] * times
        self.gap = 0


def _value(given: Attributes, shown: str) -> str:
    kind = given.get("office:value-type", "")
    if kind in _NUMBERS:
        return _number(given.get("office:value", ""), shown)
    if kind == "date":
        said = given.get("office:date-value", shown)
        return said.removesuffix("T00:00:00").replace("T", " ")
    if kind == "boolean":
        return _TRUTH.get(given.get("office:boolean-value", ""), shown)
    if kind == "string" and not shown:
        return given.get("office:string-value", "")
    return shown


def _number(value: str, shown: str) -> str:
    """The number; with its zeros where it is shown as a code: a postcode, a phone number."""
    plain = number(value)
    digits = shown.translate(_SPACES)
    if digits[:1] == "0" and digits.isdigit() and digits.lstrip("0") == plain:
        return digits
    return plain


def _count(written: str | None) -> int:
    return max(1, int(written)) if written and written.isdigit() else 1
