"""Read the suppression list of another tool, or our own: addresses or marks, reasons and days."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from webapp.core import addresses, clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.deliverability import suppression_cells as cells
from webapp.deliverability.models import SuppressionReason

LARGEST_FILE = 20 * 1024 * 1024
MOST_LINES = 500_000

NO_ADDRESS, NOT_AN_ADDRESS, NOT_A_MARK, OTHER_KEY, NO_DATE = (
    *("no_address", "not_an_address", "not_a_mark"),
    *("other_key", "no_date"),
)
FAULTS = {
    NO_ADDRESS: _l("There is no address in this line."),
    NOT_AN_ADDRESS: _l("This cannot be an e-mail address."),
    NOT_A_MARK: _l("This is not a mark as our export writes it."),
    OTHER_KEY: _l("This mark was made by another installation: it says nothing here."),
    NO_DATE: _l("The date is not understood; the line is taken, with today’s."),
}

# What a column may be called, in letters and digits alone.
_HEADINGS = {
    "email": {
        *("email", "e mail", "mail", "address", "email address", "e mail address"),
        *("adresse", "adresse email", "adresse e mail", "adresse mail", "courriel"),
        *("recipient", "subscriber", "contact", "email addresses"),
    },
    "mark": {"mark", "hash", "address hash", "marque", "empreinte"},
    "key": {"key", "cle"},
    "reason": {
        *("reason", "raison", "motif", "type", "status", "statut", "cause", "event"),
        *("bounce type", "category", "categorie", "state", "etat"),
    },
    "date": {
        *("date", "created", "created at", "created on", "when", "since", "timestamp"),
        *("ts", "time", "added", "added at", "date added", "depuis", "le"),
        *("unsubscribed at", "bounced at", "blocked at", "blocked on", "last changed"),
        *("date de creation", "date d ajout", "date de desinscription"),
    },
}


class FileIsRefused(DomainError):
    """Nothing can be taken from this file."""

    status = 422
    message = _l("This file cannot be read. Save it as CSV (UTF-8) and try again.")


class FileIsEmpty(FileIsRefused):
    """It has no line."""

    message = _l("This file is empty.")


class FileIsTooLarge(FileIsRefused):
    """It is larger than one import takes."""

    message = _l(
        "A file has at most 20 MB and 500 000 lines. Cut it in two: lines that come"
        " twice do no harm."
    )


class NoColumnOfAddresses(FileIsRefused):
    """None of its columns is known to hold addresses or marks."""

    message = _l(
        "No column holds addresses. Give it the heading “email”, or “mark” for an"
        " export of ours."
    )


@dataclass(frozen=True)
class Line:
    """One address of the file; `address` is empty where the file has its mark alone."""

    number: int
    mark: bytes
    address: str
    reason: SuppressionReason
    since: datetime
    fault: str = ""


@dataclass(frozen=True)
class Fault:
    """A line that was not taken, and why."""

    number: int
    code: str


@dataclass(frozen=True)
class Table:
    """A file in rows; `columns`: what is known of them, by their place."""

    rows: Sequence[Sequence[str]]
    columns: dict[str, int]
    # The number of the first row, as an editor counts lines.
    first: int


def open_file(content: bytes) -> Table:
    """The rows of the file, its columns recognised by their headings.

    :raises FileIsRefused: when nothing can be taken from it.
    """
    if len(content) > LARGEST_FILE:
        raise FileIsTooLarge
    text = _decoded(content)
    parted_by = max(",;\t|", key=text.partition("\n")[0].count)
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=parted_by)
        # Twenty million empty lines would fill the memory before they are counted.
        rows = list(islice(read, MOST_LINES + 2))
    except csv.Error as error:
        raise FileIsRefused from error
    if len(rows) > MOST_LINES + 1:
        raise FileIsTooLarge
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise FileIsEmpty
    columns = _columns(rows[0])
    if "email" in columns or "mark" in columns:
        return Table(rows[1:], columns, first=2)
    places = [place for place, cell in enumerate(rows[0]) if "@" in cell]
    if not places:
        raise NoColumnOfAddresses
    return Table(rows, {"email": places[0]}, first=1)


def lines(table: Table) -> Iterator[Line | Fault]:
    """Every line that is not empty: what it says, or what is wrong with it."""
    read = _reader(table.columns)
    for number, row in enumerate(table.rows, table.first):
        if any(cell.strip() for cell in row):
            yield read(number, row)


def key_name() -> str:
    """By which the marks of this installation are told from those of another one."""
    return addresses.keyed_hash("the key of marks", suppression.secret())[:4].hex()


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileIsRefused


def _columns(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        words = cells.plain(heading)
        for name, known in _HEADINGS.items():
            if words in known:
                found.setdefault(name, place)
    return found


def _reader(columns: dict[str, int]) -> Callable[[int, Sequence[str]], Line | Fault]:
    secret, ours, now = suppression.secret(), key_name(), clock.now()

    def cell(row: Sequence[str], name: str) -> str:
        place = columns.get(name, len(row))
        return row[place].strip() if place < len(row) else ""

    def read(number: int, row: Sequence[str]) -> Line | Fault:
        typed, marked = cell(row, "email"), cell(row, "mark")
        address = cells.address(typed) if typed else ""
        fault = _fault(typed, address, marked, cell(row, "key") == ours)
        if fault:
            return Fault(number, fault)
        since = cells.moment(cell(row, "date"), now)
        return Line(
            number,
            addresses.keyed_hash(address, secret) if address else bytes.fromhex(marked),
            address,
            cells.reason(cell(row, "reason")),
            since or now,
            "" if since else NO_DATE,
        )

    return read


def _fault(typed: str, address: str, marked: str, is_our_key: bool) -> str:  # noqa: FBT001 - one of four cells
    if typed:
        return "" if address else NOT_AN_ADDRESS
    if not marked:
        return NO_ADDRESS
    if not re.fullmatch("[0-9a-f]{64}", marked):
        return NOT_A_MARK
    return "" if is_our_key else OTHER_KEY
