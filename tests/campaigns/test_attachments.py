"""Attachments: few, small, of kinds that arrive, and the same bytes in each message."""

import email
import io
import zipfile
from email import policy

import pytest

from tests.factories import sendings as make
from webapp.campaigns import attachments, blueprints, composing, files, handing_over
from webapp.campaigns import file_kinds as kinds
from webapp.campaigns.drafts import NoLongerADraft
from webapp.campaigns.models import Status
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.i18n import speaking
from webapp.messages.mime import Recipient, Variant

PDF = b"%PDF-1.7\n" + b"A page of lime trees. " * 50
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def draft(workspace):
    made, _people = make.campaign_for(workspace, 2)
    return made


def office(*members):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return into.getvalue()


def parsed(raw):
    return email.message_from_bytes(raw, policy=policy.default)


def test_every_reader_gets_the_files(workspace, draft, outbox, worker):
    attachments.add(workspace, draft, "Brochure d’hiver.pdf", PDF)
    attachments.add(workspace, draft, "fête.ics", ICS)
    composing.send_now(draft)
    worker()
    assert len(outbox.outbox) == 2
    for envelope in outbox.outbox:
        mail = parsed(envelope.body)
        assert mail.get_content_type() == "multipart/mixed"
        attached = list(mail.iter_attachments())
        assert [one.get_filename() for one in attached] == [
            "Brochure d’hiver.pdf",
            "fête.ics",
        ]
        assert attached[0].get_payload(decode=True) == PDF
        assert "Bonjour Anna" in mail.get_body(("html",)).get_content()


@pytest.mark.covers("delivery-7")
def test_a_retry_carries_the_same_files_and_the_same_bytes(workspace, draft):
    attachments.add(workspace, draft, "brochure.pdf", PDF)
    reader = Recipient("anna@example.org", 7, workspace.id, 3)
    dated = clock.now()
    first = blueprints.ready(draft).build(reader, Variant(), dated)
    # Another worker, which prepares the campaign anew.
    blueprints._cache.clear()
    db.session.expire_all()
    assert blueprints.ready(draft).build(reader, Variant(), dated) == first


def test_a_message_without_files_has_two_alternatives_and_nothing_around(
    workspace, draft, outbox, worker
):
    composing.send_now(draft)
    worker()
    assert parsed(outbox.outbox[0].body).get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ\x90"),
        ("brochure.pdf", b"MZ\x90 renamed"),
        ("brochure.pdf.js", b"alert(1)"),
        ("script.sh", b"#!/bin/sh"),
        ("notes.txt", b"#!/bin/sh\nrm -rf /"),
        ("page.html", b"<p>"),
        ("drawing.svg", b"<svg/>"),
        ("all.zip", office("a.txt")),
        ("prices.xlsm", office("xl/a.xml", "xl/vbaProject.bin")),
        ("prices.xlsx", office("xl/a.xml", "xl/vbaProject.bin")),
        ("letter.odt", office("content.xml", "Basic/Standard/Module1.xml")),
        ("Setup.EXE", b"anything"),
    ],
)
def test_what_would_run_is_refused_in_words(workspace, draft, name, content):
    with (
        speaking("en"),
        pytest.raises(kinds.ProgramRefused, match="mailbox providers"),
    ):
        attachments.add(workspace, draft, name, content)
    assert list(files.attachments_of(draft)) == []


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("film.mp4", b"x", kinds.KindRefused),
        ("nothing", b"x", kinds.KindRefused),
        ("", b"x", kinds.KindRefused),
        ("brochure.pdf", b"<html>", kinds.NotWhatItSays),
        ("photo.png", b"\xff\xd8\xff\xe0", kinds.NotWhatItSays),
        ("prices.xlsx", b"PK\x03\x04 broken", kinds.NotWhatItSays),
        ("prices.xlsx", office("word/a.xml"), kinds.NotWhatItSays),
        ("notes.txt", b"a\0b", kinds.NotWhatItSays),
        ("fete.ics", b"hello", kinds.NotWhatItSays),
        ("empty.pdf", b"", attachments.FileTooLarge),
        (
            "large.pdf",
            PDF[:10] + b"x" * attachments.LARGEST,
            attachments.FileTooLarge,
        ),
    ],
)
def test_what_does_not_arrive_is_refused(workspace, draft, name, content, error):
    with pytest.raises(error):
        attachments.add(workspace, draft, name, content)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.PDF", PDF, "application/pdf"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.csv", "prix;20 €".encode(), 'text/csv; charset="utf-8"'),
        ("a.txt", "été".encode("cp1252"), 'text/plain; charset="windows-1252"'),
        ("a.ods", office("content.xml"), kinds._OPEN + "spreadsheet"),
        ("a.docx", office("word/a.xml"), kinds._OFFICE + "wordprocessingml.document"),
    ],
)
def test_what_arrives_is_sent_as_what_it_is(name, content, media_type):
    assert kinds.media_type(name, content) == media_type


def test_there_are_at_most_five_of_them(workspace, draft):
    for number in range(attachments.MOST):
        attachments.add(workspace, draft, f"{number}.pdf", PDF)
    with pytest.raises(attachments.TooManyFiles):
        attachments.add(workspace, draft, "one-more.pdf", PDF)


def test_together_they_are_at_most_four_megabytes(workspace, draft):
    half = b"%PDF-" + b"x" * (attachments.LARGEST - 5)
    attachments.add(workspace, draft, "a.pdf", half)
    attachments.add(workspace, draft, "b.pdf", half)
    with pytest.raises(attachments.TooLargeInAll):
        attachments.add(workspace, draft, "c.pdf", PDF)


def test_a_name_is_a_name_and_no_path(workspace, draft):
    attachments.add(workspace, draft, "C:\\Users\\lea\\../été\r\nX: 1.pdf", PDF)
    attachments.add(workspace, draft, "x" * 300 + ".pdf", PDF)
    first, second = (one.name for one in files.attachments_of(draft))
    assert first == "été X: 1.pdf"
    assert (len(second), second[-5:]) == (100, "x.pdf")


def test_what_was_prepared_without_a_file_is_not_sent(workspace, draft):
    before = blueprints.ready(draft)
    attachments.add(workspace, draft, "a.pdf", PDF)
    assert blueprints.ready(draft).weight_of_files > before.weight_of_files == 0


def test_what_is_no_draft_keeps_its_files(workspace, draft):
    attachments.add(workspace, draft, "a.pdf", PDF)
    (kept,) = files.attachments_of(draft)
    draft.status = Status.SCHEDULED
    for change in (
        lambda: attachments.add(workspace, draft, "b.pdf", PDF),
        lambda: attachments.remove(workspace, draft, kept.id),
    ):
        with pytest.raises(NoLongerADraft):
            change()


def test_a_copy_has_files_of_its_own(workspace, draft):
    attachments.add(workspace, draft, "a.pdf", PDF)
    copy = composing.duplicate(workspace, draft)
    (own,) = files.attachments_of(draft)
    attachments.remove(workspace, draft, own.id)
    assert [one.name for one in files.attachments_of(copy)] == ["a.pdf"]
    with pytest.raises(NotFound):
        attachments.remove(workspace, draft, files.attachments_of(copy)[0].id)


def test_a_heavy_message_is_told(workspace, draft):
    html = blueprints.compiled(draft).html
    assert not files.weight(draft, html).is_heavy
    attachments.add(workspace, draft, "a.pdf", b"%PDF-" + b"x" * 400_000)
    heavy = files.weight(draft, html)
    raw = blueprints.ready(draft).build(
        Recipient("anna@example.org", 7, workspace.id, 3), Variant(), clock.now()
    )
    assert heavy.is_heavy
    assert 0.9 < heavy.kilobytes * 1024 / len(raw) < 1.1


def test_heavy_messages_are_made_a_few_at_a_time(
    workspace, outbox, worker, monkeypatch
):
    draft, _people = make.campaign_for(workspace, 5)
    attachments.add(workspace, draft, "a.pdf", PDF)
    weight = blueprints.ready(draft).weight_of_files
    monkeypatch.setattr(handing_over, "MEMORY", weight * 2)
    handfuls = []
    send = outbox.send

    def counted(envelopes):
        handfuls.append(len(envelopes))
        return send(envelopes)

    monkeypatch.setattr(outbox, "send", counted)
    composing.send_now(draft)
    worker()
    assert len(outbox.outbox) == 5
    assert max(handfuls) == 2
