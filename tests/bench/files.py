"""Files of spreadsheet programs, written and read: time and memory beside Python's own CSV.

`python -m tests.bench.files [ROWS]`. Each measurement is a process of its own.
"""

import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import python_calamine

from webapp.core.spreadsheets import open_table
from webapp.core.spreadsheets.writing import KINDS, write

ROWS = 100_000
COLUMNS = [
    *("email", "first_name", "last_name", "phone", "postcode", "city"),
    *("street", "company", "day", "revenue", "orders", "member"),
]


def people(rows):
    """Rows such as shops have them."""
    for n in range(rows):
        yield (
            *(f"p{n}@mail{n % 97}.example", "Hélène", f"Martin{n % 5000}"),
            *(f"+336{n:08}", f"{n % 96000:05}", "Saint-Étienne"),
            *(f"{n % 99} rue de la République", "SARL Dupont"),
            *(date(2020, 1, 1) + timedelta(n % 1000), n * 1.25, n % 7, n % 2 == 0),
        )


def main(rows=ROWS):
    """Print seconds of CPU and how much memory grew, for each kind and each way."""
    print(f"{rows} rows of {len(COLUMNS)} columns\n{'':28}{'CPU s':>8}{'MB more':>9}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _show("plain csv, written", _plain_write, path / "plain", rows)
        _show("plain csv, read", _plain_read, path / "plain")
        for kind in KINDS:
            _show(f"{kind}, written", _write, kind, path / kind, rows)
            _show(f"{kind}, read", _read, path / kind)
        _show("xlsx, read by calamine", _calamine, path / "xlsx")
        _show("xlsx, read by openpyxl", _openpyxl, path / "xlsx")


def _show(name, work, *given):
    # Nothing of our own memory goes along.
    apart = multiprocessing.get_context("spawn")
    parent, child = apart.Pipe()
    process = apart.Process(target=_measured, args=(child, work, given))
    process.start()
    child.close()
    cpu, memory = parent.recv()
    process.join()
    print(f"{name:28}{cpu:8.1f}{memory:9.0f}", flush=True)


def _measured(pipe, work, given):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    work(*given)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    pipe.send((time.process_time() - start, grown / 1024))


def _write(kind, path, rows):
    write(kind, path, COLUMNS, people(rows))


def _read(path):
    with open_table(path) as table:
        for _row in table.rows:
            pass


def _plain_write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(people(rows))


def _plain_read(path):
    with path.open(newline="") as file:
        for _row in csv.reader(file):
            pass


def _calamine(path):
    book = python_calamine.CalamineWorkbook.from_path(path)
    for _row in book.get_sheet_by_index(0).iter_rows():
        pass


def _openpyxl(path):
    with path.open("rb") as file:
        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        for _row in sheet.iter_rows(values_only=True):
            pass


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
