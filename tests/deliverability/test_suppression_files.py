"""Suppression lists of other tools: their columns, their words, their mistakes."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from webapp.core import addresses
from webapp.core.encryption import derived_key
from webapp.deliverability import suppression, suppression_cells, suppression_files
from webapp.deliverability.models import SuppressionReason
from webapp.deliverability.suppression_files import (
    FAULTS,
    Fault,
    FileIsEmpty,
    FileIsRefused,
    FileIsTooLarge,
    NoColumnOfAddresses,
)

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)


def read(text, encoding="utf-8"):
    table = suppression_files.open_file(text.encode(encoding))
    return list(suppression_files.lines(table))


@pytest.mark.parametrize(
    "heading", ["email", "E-mail", "Adresse e-mail", "EMAIL ADDRESS", "Courriel"]
)
def test_the_column_of_addresses_is_found_by_its_heading(app, heading):
    (line,) = read(f"Nom;{heading};Raison\nAnna;anna@example.org;Spam complaint\n")
    assert line.mark == suppression.mark("ANNA@example.org")
    assert line.reason is SuppressionReason.COMPLAINT


def test_a_file_without_headings_is_read_by_what_looks_like_an_address(app):
    lines = read("anna@example.org\nbob@example.org\n")
    assert [(line.number, line.address) for line in lines] == [
        (1, "anna@example.org"),
        (2, "bob@example.org"),
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Unsubscribed", SuppressionReason.UNSUBSCRIBED_FROM_ALL),
        ("Désabonné", SuppressionReason.UNSUBSCRIBED_FROM_ALL),
        ("unsubscribed_from_all", SuppressionReason.UNSUBSCRIBED_FROM_ALL),
        ("Marked as spam", SuppressionReason.COMPLAINT),
        ("complaint", SuppressionReason.COMPLAINT),
        ("hardBounce", SuppressionReason.HARD_BOUNCE),
        ("Invalid e-mail", SuppressionReason.HARD_BOUNCE),
        ("Soft bounce", SuppressionReason.SOFT_BOUNCES),
        ("Boîte pleine", SuppressionReason.SOFT_BOUNCES),
        ("erased", SuppressionReason.ERASED),
        ("blocked", SuppressionReason.IMPORTED),
        ("", SuppressionReason.IMPORTED),
    ],
)
def test_the_words_of_other_tools_are_understood(words, reason):
    assert suppression_cells.reason(words) is reason


@pytest.mark.parametrize("reason", SuppressionReason)
def test_every_reason_of_ours_comes_back_as_itself(reason):
    assert suppression_cells.reason(reason.value) is reason


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2024-03-05", datetime(2024, 3, 5, tzinfo=UTC)),
        ("2024-03-05T10:20:30+00:00", datetime(2024, 3, 5, 10, 20, 30, tzinfo=UTC)),
        ("05/03/2024 10:20", datetime(2024, 3, 5, 10, 20, tzinfo=UTC)),
        ("12/25/2024", datetime(2024, 12, 25, tzinfo=UTC)),
        ("1709634030", datetime(2024, 3, 5, 10, 20, 30, tzinfo=UTC)),
        ("1709634030000", datetime(2024, 3, 5, 10, 20, 30, tzinfo=UTC)),
        ("", NOW),
        ("2099-01-01", NOW),
        ("yesterday", None),
        ("99999999999999999999", None),
        ("01/01/0001", None),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(words, moment):
    assert suppression_cells.moment(words, NOW) == moment


@given(some.text(max_size=60))
def test_no_date_however_odd_stops_a_file(words):
    found = suppression_cells.moment(words, NOW)
    assert found is None or found <= NOW


def test_an_odd_date_does_not_keep_an_address_from_being_suppressed(app, stopped_clock):
    (line,) = read("email,date\nanna@example.org,soon\n")
    assert line.since == stopped_clock.now()
    assert line.fault == "no_date"


def test_a_line_that_cannot_be_taken_says_why(app):
    lines = read(
        "email;mark;key\nnobody;;\n;;\n;abc;\n;" + "ab" * 32 + ";0000\n\nAnna;;\n;;x\n"
    )
    assert [(line.number, line.code) for line in lines] == [
        (2, "not_an_address"),
        (4, "not_a_mark"),
        (5, "other_key"),
        (7, "not_an_address"),
        (8, "no_address"),
    ]
    assert all(code in FAULTS for code in {line.code for line in lines})


def test_marks_of_our_own_export_are_taken(app):
    mark = suppression.mark("anna@example.org")
    key = suppression_files.key_name()
    (line,) = read(f"mark,key,reason\n{mark.hex()},{key},complaint\n")
    assert (line.mark, line.address) == (mark, "")


def test_the_name_of_the_key_does_not_tell_the_key(app):
    assert suppression_files.key_name() not in derived_key("suppression").hex()


def test_names_around_addresses_and_signs_against_formulas_are_taken_off(app):
    lines = read(
        "email\nAnna <anna@example.org>\n'+tag@example.org\nélise@exämple.org\n"
    )
    assert [line.address for line in lines] == [
        "anna@example.org",
        "+tag@example.org",
        "élise@exämple.org",
    ]


@given(some.emails())
def test_an_address_is_marked_like_the_one_a_person_enters(address):
    try:
        entered = addresses.normalise(address)
    except addresses.AddressIsNotValid:
        return
    if address.startswith(("'=", "'+", "'-")):
        # As our own export writes "+anna@example.org".
        return
    read = suppression_cells.address(address)
    secret = b"a key for this test"
    assert addresses.keyed_hash(read, secret) == addresses.keyed_hash(entered, secret)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_however_a_spreadsheet_program_saved_it(app, encoding):
    (line,) = read("e-mail;motif\nanna@example.org;Désinscrit\n", encoding)
    assert line.reason is SuppressionReason.UNSUBSCRIBED_FROM_ALL


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileIsEmpty),
        (b"\n \n", FileIsEmpty),
        (b"PK\x03\x04\x00\x00", FileIsRefused),
        (b"name;city\nAnna;Lyon\n", NoColumnOfAddresses),
        (b'email\n"' + b"a" * 200_000, FileIsRefused),
    ],
)
def test_a_file_that_holds_nothing_for_us_is_refused_as_a_whole(app, content, refusal):
    with pytest.raises(refusal):
        suppression_files.open_file(content)


def test_a_file_that_is_too_large_is_refused(app, monkeypatch):
    monkeypatch.setattr(suppression_files, "MOST_LINES", 3)
    with pytest.raises(FileIsTooLarge):
        suppression_files.open_file(b"email\n" + b"anna@example.org\n" * 4)


def test_no_more_lines_are_read_than_a_file_may_have(app, monkeypatch):
    monkeypatch.setattr(suppression_files, "MOST_LINES", 3)
    # Behind the last line that counts, one that cannot be read.
    broken = b'"' + b"a" * 200_000
    with pytest.raises(FileIsTooLarge):
        suppression_files.open_file(b"email\n" + b"\n" * 4 + broken)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.binary(max_size=300))
def test_whatever_is_uploaded_is_read_or_refused(app, content):
    try:
        table = suppression_files.open_file(content)
    except FileIsRefused:
        return
    for line in suppression_files.lines(table):
        assert isinstance(line, Fault) or len(line.mark) == 32
