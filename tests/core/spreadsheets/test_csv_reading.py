"""Any text table is read, however it was saved; what is none is refused in words."""

import pytest

from webapp.core.spreadsheets import Limits
from webapp.core.spreadsheets.refusals import (
    CellIsTooLong,
    FileIsEmpty,
    FileIsTooLarge,
    NotATable,
    QuoteIsOpen,
    TooManyColumns,
    TooManyRows,
)

PEOPLE = "email;prénom\nanna@exemple.fr;Hélène\nleo@exemple.fr;Éloïse\n"
READ = [["anna@exemple.fr", "Hélène"], ["leo@exemple.fr", "Éloïse"]]


@pytest.mark.parametrize(
    "encoding",
    [
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
        *("cp1252", "latin-1", "mac_roman", "cp850"),
    ],
)
def test_names_keep_their_accents_whatever_the_encoding(read, encoding):
    table = read(PEOPLE.encode(encoding))
    assert table.columns == ["email", "prénom"]
    assert table.rows == READ
    assert table.remarks == []


def test_some_bytes_of_another_encoding_do_not_spoil_the_rest(read):
    table = read(PEOPLE.encode() + "zoé@exemple.fr;Zoé\n".encode("cp1252"))
    assert table.rows == [*READ, ["zoé@exemple.fr", "Zoé"]]
    assert len(table.remarks) == 1


def test_a_person_may_say_which_encoding_it_is(read):
    table = read("nom\nДарья\n".encode("cp1251"), encoding="cp1251")
    assert table.rows == [["Дарья"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_any_end_of_line(read, delimiter, end):
    text = end.join(["a;b;c", '1;"x;y";2', "3;4;5"]).replace(";", delimiter)
    table = read(text.encode())
    assert table.delimiter == delimiter
    assert table.rows == [["1", f"x{delimiter}y", "2"], ["3", "4", "5"]]


def test_ends_of_lines_may_be_mixed(read):
    table = read(b"a,b\r\n1,2\n3,4\r5,6\n\r\n7,8")
    assert table.rows == [["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]
    assert table.line == 6


def test_commas_in_cells_do_not_pass_for_columns(read):
    rows = "".join(f"{n};Rue A, B, C, {n}\n" for n in range(20))
    assert read(f"n;adresse\n{rows}".encode()).delimiter == ";"


@pytest.mark.parametrize("said", ["sep=|\r\n", '"sep=|"\n', "SEP=|\n"])
def test_excel_may_say_what_the_delimiter_is(read, said):
    table = read(f"\ufeff{said}a;b|c\n1|2\n".encode())
    assert (table.columns, table.rows, table.line) == (["a;b", "c"], [["1", "2"]], 3)


def test_a_cell_may_hold_several_lines_and_quotation_marks(read):
    table = read(b'a,b\n"1\n2","say ""hi"""\n3,4\n')
    assert table.rows == [["1\n2", 'say "hi"'], ["3", "4"]]
    assert table.line == 4


def test_quotation_marks_with_a_backslash_are_read_as_mysql_writes_them(read):
    assert read(b'a,b\n"Le \\"Chai\\"",2\n').rows == [['Le "Chai"', "2"]]


def test_rows_may_be_shorter_than_the_heading_or_longer(read):
    table = read(b"a,b\n1\n1,2,,\n1,2,3\n,,\n")
    assert table.rows == [["1", ""], ["1", "2"], ["1", "2", "3"]]


def test_zero_bytes_are_dropped_since_no_database_holds_them(read):
    assert read(b"a,b\n1\0,\0\n").rows == [["1", ""]]


def test_a_heading_alone_is_a_table_without_rows(read):
    table = read(b"\n  \nemail,nom\n")
    assert (table.columns, table.rows) == (["email", "nom"], [])


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf \r\n", b"sep=;\n"])
def test_a_file_with_nothing_in_it_is_refused(read, content):
    with pytest.raises(FileIsEmpty):
        read(content)


def test_ten_thousand_columns_are_refused(read):
    with pytest.raises(TooManyColumns) as refused:
        read(b";".join(b"c%d" % number for number in range(10_000)))
    assert refused.value.line == 1
    assert "1000" in str(refused.value)


def test_a_row_much_wider_than_the_heading_is_refused_by_its_line(read):
    with pytest.raises(TooManyColumns) as refused:
        read(b"a,b\n1,2\n" + b"x," * 5000 + b"x\n")
    assert refused.value.line == 3


def test_a_quotation_mark_never_closed_is_named_by_its_line(read):
    with pytest.raises(QuoteIsOpen) as refused:
        read(b'a,b\n1,2\n"3,4\n5,6\n7,8\n')
    assert refused.value.line == 3


@pytest.mark.parametrize("content", [b'"' + b"x\n" * 100_000, b"x" * 5_000_000])
def test_a_cell_without_end_is_refused_before_it_fills_the_memory(read, content):
    with pytest.raises(CellIsTooLong) as refused:
        read(b"a,b\n" + content)
    assert refused.value.line == 2


def test_more_rows_than_the_limit_are_refused_where_they_begin(read):
    with pytest.raises(TooManyRows) as refused:
        read(b"a\n" + b"1\n" * 11, limits=Limits(rows=10))
    assert refused.value.line == 12


def test_a_file_larger_than_the_limit_is_not_even_opened(read):
    with pytest.raises(FileIsTooLarge):
        read(b"a\n" * 100, limits=Limits(bytes=100))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\n<!DOCTYPE html><table><tr><td>a</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b"\x1f\x8b\x08....", "gzip"),
        (bytes(range(1, 32)) * 20, "another program"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(read, content, what):
    with pytest.raises(NotATable, match=what):
        read(content)
