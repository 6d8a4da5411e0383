"""What is written is read again as it was, and no cell of it is ever computed."""

import io
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.core.spreadsheets import open_table
from webapp.core.spreadsheets.writing import KINDS, write

COLUMNS = ["email", "name", "note"]
# Neither XML nor PostgreSQL holds the others.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\r").filter(
        lambda sign: sign not in "\ufffe\uffff"
    ),
    max_size=12,
) | st.sampled_from(
    [
        "=1+1",
        "+33612345678",
        "-5",
        "@home",
        "\t=1",
        "'=1",
        "''+1",
        "'abc",
        "0612",
        "_x000D_",
        "a;b,c|d\te",
        '"',
        'a\\"b',
        " a  b ",
        "\r\n",
        "<b>&amp;",
        "sep=;",
        "1e5",
        "NaN",
    ]
)
ROWS = st.lists(
    st.lists(TEXTS, min_size=3, max_size=3).filter(
        lambda row: any(cell.strip() for cell in row)
    ),
    max_size=8,
)


def reread(kind, rows, columns=COLUMNS):
    with NamedTemporaryFile() as file:
        write(kind, Path(file.name), columns, rows)
        with open_table(Path(file.name)) as table:
            assert table.kind == kind
            assert table.columns == columns
            return list(table.rows)


@pytest.mark.parametrize("kind", KINDS)
@given(rows=ROWS)
@settings(max_examples=120, deadline=None)
def test_every_text_is_read_again_as_it_was_written(kind, rows):
    assert reread(kind, rows) == rows


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_typed_is_read_again_as_a_person_writes_it(kind):
    row = [
        date(1984, 2, 29),
        datetime(2026, 3, 29, 2, 30),
        True,
        False,
        12,
        0.1,
        -5,
        None,
    ]
    columns = [str(number) for number in range(len(row))]
    assert reread(kind, [row], columns) == [
        ["1984-02-29", "2026-03-29 02:30:00", "yes", "no", "12", "0.1", "-5", ""]
    ]


def test_excel_sees_text_where_text_was_written():
    file = io.BytesIO()
    write("xlsx", file, ["a", "b"], [["=cmd|' /C calc'!A0", date(2026, 1, 2)]])
    sheet = openpyxl.load_workbook(file).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "d"]
    assert sheet["A2"].value == "=cmd|' /C calc'!A0"
    assert sheet["B2"].value == datetime(2026, 1, 2)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_another_reader_finds_the_same_cells(kind):
    file = io.BytesIO()
    write(kind, file, ["a", "b", "c"], [["=1+1", " é  <b>\nx", 2.5], ["", "+33", None]])
    file.seek(0)
    rows = python_calamine.CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    assert rows.to_python() == [
        ["a", "b", "c"],
        ["=1+1", " é  <b>\nx", 2.5],
        ["", "+33", ""],
    ]


def test_a_spreadsheet_program_runs_no_cell_of_a_csv():
    file = io.BytesIO()
    write("csv", file, ["=a"], [["=1"], ["+1"], ["@x"], ["-1"], ["\t=1"]])
    lines = file.getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["'=a", "'=1", "'+1", "'@x", "'-1", "'\t=1"]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_full_sheet_goes_on_on_the_next_one(kind, monkeypatch):
    monkeypatch.setattr(f"webapp.core.spreadsheets.{kind}_writing.ROWS", 3)
    with NamedTemporaryFile() as file:
        write(kind, Path(file.name), ["n"], ([number] for number in range(1, 6)))
        sheets = {}
        for name in ("1", "2", "3"):
            with open_table(Path(file.name), sheet=name) as table:
                assert table.columns == ["n"]
                assert table.sheets == ["1", "2", "3"]
                sheets[name] = [row[0] for row in table.rows]
    assert sheets == {"1": ["1", "2"], "2": ["3", "4"], "3": ["5"]}
