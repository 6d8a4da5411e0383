"""Why a file is not taken, in words, with the line where it went wrong."""

from typing import Any

from webapp.core.errors import DomainError
from webapp.core.i18n import Lazy, _l


class FileIsRefused(DomainError):
    """A file that cannot be read as a table."""

    status = 422
    message: Any = _l("This file cannot be read as a table.")
    # Where in the file, if it is one place; a line of a text, a row of a sheet.
    line: int | None = None


class FileIsEmpty(FileIsRefused):
    """Nothing is written in it."""

    message = _l("Nothing is written in this file.")


class FileIsTooLarge(FileIsRefused):
    """More bytes than we take, packed or unpacked."""

    message = _l("This file is too large. Divide it into several smaller ones.")


class FileIsBroken(FileIsRefused):
    """It says it is of a kind, and is not whole."""

    message = _l(
        "This file is damaged. Open it in your spreadsheet program, save it again and "
        "try with the new file."
    )


class NotATable(FileIsRefused):
    """Something else under the name of a table."""

    def __init__(self, what: Any) -> None:
        """Say what it is instead."""
        self.message = _l(
            "This is no table but %(what)s. Save your table as CSV, XLSX or ODS and "
            "try with that file.",
            what=what,
        )


class IsProtected(FileIsRefused):
    """A password is needed to read it."""

    message = _l(
        "This file is protected by a password. Save it without one and try again."
    )


class OldWorkbook(FileIsRefused):
    """A workbook of before 2007, or a binary one."""

    message = _l(
        "This is a workbook in an old format of Excel’s (XLS or XLSB). Open it, save it "
        "as “Excel workbook (.xlsx)” or as CSV and try with that file."
    )


class NoSuchSheet(FileIsRefused):
    """The workbook has no sheet of that name, or none at all."""

    message = _l("This file has no such sheet.")


class LineIsRefused(FileIsRefused):
    """One place of the file cannot be read."""

    sentence: Any = ""

    def __init__(self, line: int, most: int = 0) -> None:
        """Say where, and how much would have been right."""
        self.line = line
        self.message = Lazy(lambda: str(self.sentence) % {"line": line, "most": most})


class TooManyColumns(LineIsRefused):
    """More columns than a table of people has."""

    sentence = _l(
        "Line %(line)s has too many columns: at most %(most)s are read. Keep those you "
        "need, or check what separates the columns."
    )


class TooManyRows(LineIsRefused):
    """More rows than one file may have."""

    sentence = _l(
        "This file has more than %(most)s rows. Divide it into several files; "
        "line %(line)s is the first of the next one."
    )


class CellIsTooLong(LineIsRefused):
    """A cell without an end: most often a quotation mark that is never closed."""

    sentence = _l(
        "A cell in line %(line)s is longer than %(most)s signs. Perhaps a quotation "
        "mark is opened there and never closed."
    )


class QuoteIsOpen(LineIsRefused):
    """The file ends within quotation marks."""

    sentence = _l(
        "A quotation mark is opened in line %(line)s and never closed: all that "
        "follows would be one cell."
    )
