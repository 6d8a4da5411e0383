"""No cell of ours can be run by a spreadsheet program."""

import csv
import io

import pytest

from webapp.core.spreadsheets import as_csv, harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_would_be_run_is_shown_instead(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("value", [-5, 3.5, 0, "Anna", "a=b", ""])
def test_anything_else_stays_as_it_is(value):
    assert harmless(value) == value


def test_a_file_reads_back_whatever_is_in_its_cells():
    row = ['Anna "la grande"', "a,b", "un\nsaut", "é", None]
    text = "".join(as_csv(["a", "b", "c", "d", "e"], [row]))
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert read[1] == ['Anna "la grande"', "a,b", "un\nsaut", "é", ""]
