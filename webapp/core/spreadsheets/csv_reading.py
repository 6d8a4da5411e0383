"""Text files with delimiters, however they were saved, read line by line."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from webapp.core.i18n import _l
from webapp.core.spreadsheets import delimiters, encodings
from webapp.core.spreadsheets.refusals import CellIsTooLong, NotATable, QuoteIsOpen
from webapp.core.spreadsheets.tables import Limits, Numbered, Table

# Lines from which the delimiter is told.
_SAMPLE = 200
# Signs in one line of the file.
_LONGEST_LINE = 4_000_000

_MIXED = _l(
    "Some signs of this file are in another encoding than the rest: they were read as "
    "Windows writes them. Look at names with accents."
)


@dataclass(frozen=True)
class Spelling:
    """How a text file is to be read; what is empty is found out."""

    encoding: str = ""
    delimiter: str = ""


def read(path: Path, spelling: Spelling, limits: Limits) -> Table:
    """The table in a text file.

    :raises FileIsRefused: when it is none.
    """
    encoding, is_mixed = spelling.encoding, False
    if not encoding:
        encoding, is_mixed = encodings.detect(path)
    with ExitStack() as held:
        file = held.enter_context(
            path.open(encoding=encoding, errors=encodings.MENDED, newline="")
        )
        table = _table(file, spelling.delimiter, limits)
        table.held = held.pop_all()
    table.encoding = encoding
    table.remarks = [_MIXED] if is_mixed else []
    return table


def _table(file: IO[str], delimiter: str, limits: Limits) -> Table:
    lines = _lines(file)
    start = list(islice(lines, _SAMPLE))
    _refuse_binary(start)
    told = delimiters.said(start[0]) if start else ""
    if told:
        start.pop(0)
    delimiter = delimiter or told or delimiters.detect(start)
    escape = "\\" if delimiters.backslashed(start) else None
    rows = _Rows(chain(start, lines), passed=1 if told else 0)
    return Table.of(
        rows.read(delimiter, escape, limits), limits, kind="csv", delimiter=delimiter
    )


def _lines(file: IO[str]) -> Iterator[str]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise CellIsTooLong(number, _LONGEST_LINE)
        yield line.replace("\0", "") if "\0" in line else line


class _Rows:
    """The rows with the numbers of the lines where they begin."""

    def __init__(self, lines: Iterator[str], passed: int) -> None:
        self.lines, self.passed = lines, passed
        # Since the row began: an odd number at the end of the file is one never closed.
        self.quotes = 0

    def read(
        self, delimiter: str, escape: str | None, limits: Limits
    ) -> Iterator[Numbered]:
        """Each row once, in order."""
        rows = csv.reader(self._counted(), delimiter=delimiter, escapechar=escape)
        line = self.passed + 1
        try:
            for row in rows:
                last = rows.line_num + self.passed
                if last > line and not escape:
                    self._refuse_open(line)
                yield line, row
                line, self.quotes = last + 1, 0
        except csv.Error as error:
            raise CellIsTooLong(line, limits.cell) from error

    def _counted(self) -> Iterator[str]:
        for line in self.lines:
            self.quotes += line.count('"')
            yield line

    def _refuse_open(self, line: int) -> None:
        if self.quotes % 2:
            raise QuoteIsOpen(line)


def _refuse_binary(start: list[str]) -> None:
    text = "".join(start[:20])[:4000]
    strange = sum(1 for sign in text if sign < " " and sign not in "\t\r\n\f\v\x1a")
    if strange > 4 and strange * 20 > len(text):
        raise NotATable(_l("a file of another program"))
