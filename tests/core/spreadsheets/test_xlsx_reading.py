"""Workbooks of Excel's are read as a person sees them, and harm nobody."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest

from webapp.core.spreadsheets import Limits
from webapp.core.spreadsheets.refusals import (
    CellIsTooLong,
    FileIsBroken,
    FileIsEmpty,
    FileIsTooLarge,
    IsProtected,
    NoSuchSheet,
    NotATable,
    OldWorkbook,
    TooManyColumns,
)

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def book_of(*rows, **formats):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for place, pattern in formats.items():
        book.active[place].number_format = pattern
    return saved(book)


def parts_of(sheet, strings=""):
    """A workbook as XML, for what no program would write."""
    return {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships>"
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="/xl/worksheets/a.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="s.xml"/>'
        "</Relationships>",
        "xl/worksheets/a.xml": sheet,
        "xl/s.xml": strings or f"<sst {MAIN}/>",
    }


def sheet_of(rows):
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def test_days_and_moments_are_read_as_such(read):
    given = [
        date(2024, 2, 29),
        datetime(2026, 3, 29, 2, 30),
        time(14, 5),
        date(1900, 3, 1),
    ]
    assert read(book_of("abcd", given)).rows == [
        ["2024-02-29", "2026-03-29 02:30:00", "14:05:00", "1900-03-01"]
    ]


def test_days_are_right_in_a_workbook_of_an_old_mac(read):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    book.active.append(["né"])
    book.active.append([date(1984, 2, 29)])
    assert read(saved(book)).rows == [["1984-02-29"]]


def test_a_number_shown_with_zeros_keeps_them(read):
    formats = {
        "A2": "00000",
        "B2": '0#" "##" "##" "##" "##',
        "C2": "0.00",
        "D2": "#,##0",
    }
    rows = read(book_of("abcd", [1000, 612345678, 1.5, 1000], **formats)).rows
    assert rows == [["01000", "0612345678", "1.5", "1000"]]


def test_numbers_have_no_binary_fractions_and_no_exponents(read):
    rows = read(book_of("abcd", [0.1 + 0.2, 12.0, 33612345678, -5])).rows
    assert rows == [["0.3", "12", "33612345678", "-5"]]


def test_yes_and_no_are_read_as_our_fields_take_them(read):
    assert read(book_of("ab", [True, False])).rows == [["yes", "no"]]


def test_a_formula_is_read_by_its_last_result(read, packed):
    cell = '<c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>A2&amp;"x"</f><v>2x</v></c>'
    rows = f'<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row><row r="2">{cell}</row>'
    assert read(packed(parts_of(sheet_of(rows)))).rows == [["2", "2x"]]


def test_text_in_several_styles_is_one_text(read, packed):
    strings = (
        f"<sst {MAIN}><si><t>a</t></si><si><r><t>Hé</t></r><r><t>lène</t></r>"
        "<rPh><t>not this</t></rPh></si></sst>"
    )
    rows = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    assert read(packed(parts_of(sheet_of(rows), strings))).rows == [["Hélène"]]


def test_names_may_have_a_prefix(read, packed):
    sheet = sheet_of('<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>')
    prefixed = sheet.replace("xmlns=", "xmlns:x=")
    for name in ("worksheet", "sheetData", "row", "c", "v"):
        prefixed = prefixed.replace(f"<{name}", f"<x:{name}", 9)
        prefixed = prefixed.replace(f"</{name}>", f"</x:{name}>")
    prefixed = prefixed.replace("<x:x:", "<x:").replace("<x:cell", "<cell")
    assert read(packed(parts_of(prefixed))).rows == [["1"]]


def test_the_first_visible_sheet_with_something_on_it_is_read(read):
    book = openpyxl.Workbook()
    book.active.title = "Caché"
    book.active.sheet_state = "hidden"
    book.active.append(["secret"])
    book.create_sheet("Vide")
    book.create_sheet("Clients").append(["email"])
    book.create_sheet("Autres").append(["nom"])
    table = read(saved(book))
    assert (table.sheet, table.columns) == ("Clients", ["email"])
    assert table.sheets == ["Vide", "Clients", "Autres"]
    assert read(saved(book), sheet="Autres").columns == ["nom"]
    with pytest.raises(NoSuchSheet):
        read(saved(book), sheet="Caché")


def test_merged_cells_have_their_text_in_the_first_one(read):
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active["A2"] = "x"
    book.active.merge_cells("A2:B3")
    book.active["C3"] = "y"
    assert read(saved(book)).rows == [["x", "", ""], ["", "", "y"]]


def test_rows_far_below_and_cells_far_to_the_right_are_found_by_their_place(read):
    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c"])
    book.active["C900000"] = "far"
    table = read(saved(book))
    assert (table.rows, table.line) == ([["", "", "far"]], 900_000)


def test_a_million_columns_to_the_right_is_too_far(read, packed):
    rows = '<row><c t="str"><v>a</v></c></row><row><c r="XFD2"><v>1</v></c></row>'
    with pytest.raises(TooManyColumns):
        read(packed(parts_of(sheet_of(rows))))


def test_a_workbook_with_nothing_on_it_is_refused(read):
    with pytest.raises(FileIsEmpty):
        read(saved(openpyxl.Workbook()))


@pytest.mark.parametrize("part", ["xl/worksheets/a.xml", "xl/s.xml", "xl/workbook.xml"])
def test_entities_that_grow_are_refused(read, packed, part):
    parts = parts_of(sheet_of('<row><c t="str"><v>a</v></c></row>'))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    parts[part] = bomb + parts[part]
    with pytest.raises(FileIsBroken):
        read(packed(parts))


@pytest.mark.parametrize("part", ["xl/worksheets/a.xml", "xl/s.xml"])
def test_a_part_that_unpacks_to_a_bomb_is_refused(read, packed, part, monkeypatch):
    monkeypatch.setattr("webapp.core.spreadsheets.packed._LARGE", 1_000_000)
    parts = parts_of(sheet_of('<row><c t="str"><v>a</v></c></row>'))
    parts[part] += " " * 5_000_000
    with pytest.raises(FileIsTooLarge):
        read(packed(parts))


def test_more_than_may_be_unpacked_is_refused(read):
    with pytest.raises(FileIsTooLarge):
        read(book_of("a", ["x" * 1000]), limits=Limits(unpacked=100))


def test_a_cell_longer_than_the_limit_is_refused_by_its_row(read, packed):
    rows = f'<row><c t="str"><v>a</v></c></row><row><c t="str"><v>{"x" * 200_000}</v></c></row>'
    with pytest.raises(CellIsTooLong) as refused:
        read(packed(parts_of(sheet_of(rows))))
    assert refused.value.line == 2


def test_a_text_that_is_not_there_is_a_broken_file(read, packed):
    with pytest.raises(FileIsBroken):
        read(packed(parts_of(sheet_of('<row><c t="s"><v>7</v></c></row>'))))


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.99])
def test_half_a_file_is_a_broken_one(read, keep):
    content = book_of("ab", *[[str(n), n] for n in range(500)])
    with pytest.raises(FileIsBroken):
        read(content[: int(len(content) * keep)])


def test_bytes_changed_in_the_middle_are_a_broken_file(read):
    content = bytearray(book_of("ab", *[[str(n), n] for n in range(500)]))
    where = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[where : where + 40] = bytes(40)
    with pytest.raises(FileIsBroken):
        read(bytes(content))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_workbook_of_before_2007_is_called_so(read):
    with pytest.raises(OldWorkbook):
        read(OLE + bytes(600) + "Workbook".encode("utf-16-le"))


def test_a_password_is_named_as_the_reason(read):
    with pytest.raises(IsProtected):
        read(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("word/document.xml", "DOCX"),
        ("Index/Document.iwa", "Numbers"),
        ("photo.jpg", "ZIP"),
    ],
)
def test_another_packed_file_is_called_by_its_name(read, packed, part, what):
    with pytest.raises(NotATable, match=what):
        read(packed({part: "x"}))


def test_a_binary_workbook_is_an_old_one(read, packed):
    with pytest.raises(OldWorkbook):
        read(packed({"xl/workbook.bin": "x"}))


def test_a_list_of_millions_of_parts_is_not_read(read, packed, monkeypatch):
    monkeypatch.setattr("webapp.core.spreadsheets.packed._LARGEST_DIRECTORY", 1000)
    with pytest.raises(FileIsTooLarge):
        read(packed({f"part{number}": "" for number in range(100)}))
