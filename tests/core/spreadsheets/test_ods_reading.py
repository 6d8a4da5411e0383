"""Workbooks of LibreOffice's are read as a person sees them, and harm nobody."""

import pytest

from webapp.core.spreadsheets.refusals import (
    CellIsTooLong,
    FileIsBroken,
    FileIsEmpty,
    IsProtected,
    NoSuchSheet,
    TooManyColumns,
    TooManyRows,
)

NAMES = "urn:oasis:names:tc:opendocument:xmlns"
KIND = "application/vnd.oasis.opendocument.spreadsheet"
FIRST = "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>"


def cell(text, **given):
    named = " ".join(
        f'{name.replace("_", ":", 1).replace("_", "-")}="{value}"'
        for name, value in given.items()
    )
    return f"<table:table-cell {named}><text:p>{text}</text:p></table:table-cell>"


def row(*cells, times=1):
    return (
        f'<table:table-row table:number-rows-repeated="{times}">'
        f"{''.join(cells)}</table:table-row>"
    )


def sheet(*rows, name="A", style=""):
    return (
        f'<table:table table:name="{name}" table:style-name="{style}">'
        f"{''.join(rows)}</table:table>"
    )


@pytest.fixture
def ods(packed):
    def ods(*sheets, styles="", manifest="<manifest/>", before=""):
        spaces = " ".join(
            f'xmlns:{name}="{NAMES}:{name}:1.0"'
            for name in ("office", "table", "text", "style")
        )
        content = (
            f"{before}<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body>{''.join(sheets)}</office:body>"
            "</office:document-content>"
        )
        return packed(
            {
                "mimetype": KIND,
                "content.xml": content,
                "META-INF/manifest.xml": manifest,
            }
        )

    return ods


def test_values_are_read_as_a_person_sees_them(read, ods):
    values = row(
        cell("29/02/2024", office_value_type="date", office_date_value="2024-02-29"),
        cell("01000", office_value_type="float", office_value="1000"),
        cell("06 12 34 56 78", office_value_type="float", office_value="612345678"),
        cell("1 234,50 €", office_value_type="currency", office_value="1234.5"),
        cell("VRAI", office_value_type="boolean", office_boolean_value="true"),
    )
    heading = row(*[cell(letter) for letter in "abcde"])
    assert read(ods(sheet(heading, values))).rows == [
        ["2024-02-29", "01000", "0612345678", "1234.5", "yes"]
    ]


def test_spaces_lines_and_comments_of_a_cell(read, ods):
    text = 'a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d</text:p><text:p>e'
    comment = "<office:annotation><text:p>a secret</text:p></office:annotation>"
    commented = f"<table:table-cell>{comment}<text:p>f</text:p></table:table-cell>"
    heading = row(cell("a"), cell("b"))
    table = read(ods(sheet(heading, row(cell(text), commented))))
    assert table.rows == [["a  b\tc\nd\ne", "f"]]


def test_millions_of_empty_cells_and_rows_cost_nothing(read, ods):
    empty = '<table:table-cell table:number-columns-repeated="2000000000"/>'
    table = read(
        ods(
            sheet(
                row(cell("a"), cell("b"), empty),
                row(cell("x", table_number_columns_repeated=2), times=2),
                row(empty, times=2_000_000_000),
                row(empty.replace("2000000000", "1"), cell("y")),
            )
        )
    )
    assert table.rows == [["x", "x"], ["x", "x"], ["", "y"]]
    assert table.line == 2_000_000_004


def test_a_row_written_two_billion_times_is_refused(read, ods):
    with pytest.raises(TooManyRows):
        read(ods(sheet(FIRST, row(cell("x"), times=2_000_000_000))))


def test_a_cell_written_two_billion_times_is_refused(read, ods):
    with pytest.raises(TooManyColumns):
        read(
            ods(
                sheet(
                    FIRST, row(cell("x", table_number_columns_repeated=2_000_000_000))
                )
            )
        )


def test_two_billion_spaces_are_refused(read, ods):
    with pytest.raises(CellIsTooLong):
        read(ods(sheet(FIRST, row(cell('<text:s text:c="2000000000"/>')))))


def test_hidden_sheets_are_not_read_and_empty_ones_passed_over(read, ods):
    hidden = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    content = ods(
        sheet(row(cell("secret")), name="Caché", style="ta2"),
        sheet(name="Vide", style="ta1"),
        sheet(row(cell("email")), name="Clients &amp; amis", style="ta1"),
        styles=hidden,
    )
    table = read(content)
    assert table.sheets == ["Vide", "Clients & amis"]
    assert (table.sheet, table.columns) == ("Clients & amis", ["email"])
    with pytest.raises(NoSuchSheet):
        read(content, sheet="Caché")


def test_nothing_on_any_sheet_is_refused(read, ods):
    with pytest.raises(FileIsEmpty):
        read(ods(sheet()))


def test_a_password_is_named_as_the_reason(read, ods):
    with pytest.raises(IsProtected):
        read(ods(sheet(FIRST), manifest="<m><encryption-data/></m>"))


def test_entities_that_grow_are_refused(read, ods):
    with pytest.raises(FileIsBroken):
        read(ods(sheet(FIRST), before='<!DOCTYPE x [<!ENTITY a "aaaa">]>'))
