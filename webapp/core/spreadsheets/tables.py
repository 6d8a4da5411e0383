"""What is read from a file: its heading, and its rows one by one."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from webapp.core.spreadsheets.cells import meant
from webapp.core.spreadsheets.refusals import FileIsEmpty, TooManyColumns, TooManyRows

# A row with the number by which a person finds it: its line in a text file, its row in a sheet.
Numbered = tuple[int, list[str]]


@dataclass(frozen=True)
class Limits:
    """How much of a file is taken."""

    rows: int = 1_048_576
    columns: int = 1_000
    # Signs in one cell, as Python's reader of CSV has it; Excel holds 32,767.
    cell: int = 131_072
    # Of a file, and of all that is packed in it.
    bytes: int = 2_000_000_000
    unpacked: int = 8_000_000_000


LIMITS = Limits()


@dataclass
class Table:
    """A heading and the rows under it, read once and in order, in little memory.

    Rows without any text are passed over. A row has at least as many cells as the heading;
    cells beyond it are there when something is written in them.
    """

    columns: list[str]
    rows: Iterator[list[str]] = field(init=False)
    kind: str
    encoding: str = ""
    delimiter: str = ""
    # The visible sheets, and the one that is read.
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    # What a person should know about how the file was read (lazy sentences).
    remarks: list[object] = field(default_factory=list)
    # Where the row that was read last begins in the file.
    line: int = 0
    # What is let go of at the end: the file, and what was put aside.
    held: ExitStack = field(default_factory=ExitStack, repr=False)

    @classmethod
    def of(cls, numbered: Iterator[Numbered], limits: Limits, **facts: object) -> Self:
        """The table whose first row is its heading.

        :raises FileIsEmpty: when there is no first row.
        :raises TooManyColumns: when it is wider than the limit.
        """
        line, heading = next(filter(_is_written, numbered), (0, []))
        if not heading:
            raise FileIsEmpty
        table = cls([meant(name).strip() for name in _trimmed(heading)], **facts)  # type: ignore[arg-type]
        if len(table.columns) > limits.columns:
            raise TooManyColumns(line, limits.columns)
        table.line = line
        table.rows = table._fitted(numbered, limits)
        return table

    def close(self) -> None:
        """Let go of the file, read to its end or not."""
        self.held.close()

    def __enter__(self) -> Self:
        """The table itself; its file is closed at the end."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Let go of the file."""
        self.close()

    def _fitted(
        self, numbered: Iterator[Numbered], limits: Limits
    ) -> Iterator[list[str]]:
        width, read = len(self.columns), 0
        try:
            for line, row in filter(_is_written, numbered):
                read += 1
                if read > limits.rows:
                    raise TooManyRows(line, limits.rows)
                self.line = line
                yield _fitting(row, width, line, limits)
        finally:
            self.close()


def _is_written(numbered: Numbered) -> bool:
    return any(cell and not cell.isspace() for cell in numbered[1])


def _fitting(row: list[str], width: int, line: int, limits: Limits) -> list[str]:
    if len(row) < width:
        row += [""] * (width - len(row))
    elif len(row) > width:
        row = _trimmed(row, width)
        if len(row) > limits.columns:
            raise TooManyColumns(line, limits.columns)
    return [meant(cell) if cell[:1] == "'" else cell for cell in row]


def _trimmed(row: list[str], least: int = 0) -> list[str]:
    """The row without the empty cells at its end."""
    end = len(row)
    while end > least and not row[end - 1].strip():
        end -= 1
    return row[:end]
