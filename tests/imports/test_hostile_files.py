"""Files that are not what they say, and files meant to harm: an answer, and nothing kept."""

import io
import zipfile

import pytest

from tests.factories import imports
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.spreadsheets import FileIsRefused, as_csv
from webapp.imports import files, mapping, queries, rejects, uploading
from webapp.imports.models import ImportRun


def packed(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


REFUSED = {
    "nothing": b"",
    "a PDF": b"%PDF-1.7\n%\xe2\xe3",
    "a page": b"<!DOCTYPE html><html><body>email</body></html>",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "a program": b"\x7fELF" + bytes(200),
    "an empty packed file": packed({}),
    "a packed file of something else": packed({"a.exe": b"MZ" * 50}),
    "a workbook that is none": packed({"[Content_Types].xml": b"<x/>"}),
    "ten thousand columns": (",".join(f"c{n}" for n in range(10_000)) + "\n").encode(),
    "a quotation mark that never closes": b'email,name\na@example.org,"'
    + b"x" * 200_000,
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_table_is_refused_and_not_kept(workspace, content):
    before = sorted(files.folder().glob("*")) if files.folder().is_dir() else []
    with pytest.raises(FileIsRefused):
        uploading.take(workspace, "clients.csv", io.BytesIO(content), None)
    db.session.rollback()
    assert sorted(files.folder().glob("*")) == before
    assert db.session.query(ImportRun).count() == 0


def test_a_packed_file_that_grows_is_stopped_at_the_size_of_one(workspace, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 1_000_000)
    bomb = packed({"a.csv": b"email\n" + b"a@example.org\n" * 500_000})
    before = sorted(files.folder().glob("*"))
    with pytest.raises(FileIsRefused):
        uploading.take(workspace, "a.zip", io.BytesIO(bomb), None)
    assert sorted(files.folder().glob("*")) == before


def test_too_much_is_stopped_on_its_way(workspace, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 10)
    with pytest.raises(uploading.FileIsTooHeavy):
        uploading.take(workspace, "a.csv", io.BytesIO(b"email\n" + b"x" * 50), None)


def test_another_encoding_in_the_middle_does_not_lose_the_names(workspace):
    content = (
        "Email;Prénom\nana@example.org;Zoé\n".encode()
        + "bob@example.org;Chloé\n".encode("cp1252")
    )
    imports.done(imports.answered(workspace, content))
    assert {one.first_name for one in db.session.query(Contact)} == {"Zoé", "Chloé"}


def test_a_formula_comes_in_as_text_and_goes_out_disarmed(workspace):
    content = 'Email;Ville\nana@example.org;"=HYPERLINK(""http://x"")"\nfaux;=1+1\n'
    run = imports.done(imports.answered(workspace, content))
    assert db.session.query(Contact).one().city == '=HYPERLINK("http://x")'
    out = "".join(as_csv(rejects.heading(run), rejects.lines(run)))
    assert "'=1+1" in out


HARMFUL = (
    *("a\0b@example.org", "\ud83d@example.org", "x" * 300 + "@example.org"),
    *("<script>@example.org", "a@example.org\r\nBcc: b@example.org", "a@@b", "@", '""'),
    *("=cmd|' /C calc'!A0", "a@localhost", "é@exämple.org", "a\tb@example.org"),
)


def test_no_cell_breaks_the_reading_of_its_file(workspace):
    cells = [cell.encode("utf-8", "surrogatepass") for cell in HARMFUL]
    rows = [
        b'"' + cell.replace(b'"', b'""') + b'";"' + cell.replace(b'"', b'""') + b'"'
        for cell in cells
    ]
    content = b"Email;Ville\n" + b"\n".join(rows) + b"\nok@example.org;back\\slash\\N\n"
    run = imports.done(imports.answered(workspace, content))
    assert run.status == "done"
    assert db.session.query(Contact).filter_by(city="back\\slash\\N").count() == 1
    assert sum(1 for _row in queries.report(workspace, run)) == run.total


def test_a_file_that_cannot_be_read_to_its_end_says_where(workspace):
    lines = [f"a{n}@example.org;x\n" for n in range(600)]
    lines[300] = 'b@example.org;"never closed\n'
    run = imports.answered(workspace, "Email;Ville\n" + "".join(lines))
    run = imports.checked(run)
    assert run.status == "failed"
    assert "302" in run.trouble


def test_a_column_goes_to_no_field_that_does_not_exist(workspace):
    for target in (
        "id",
        "workspace_id",
        "attribute:secret",
        "email'; DROP TABLE contact",
        "new:choice:x",
    ):
        with pytest.raises((DomainError, ValueError)):
            mapping.check("contacts", ["email", target], [])
