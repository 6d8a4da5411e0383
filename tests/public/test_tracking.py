"""The pixel and the followed links: where they lead, what is noted, of whom, and how often."""

import dataclasses
import os
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select
from werkzeug.test import Client

from tests.factories import audience, campaigns
from tests.factories import sendings as make
from webapp.campaigns import following
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing, ingesting, journal
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Hit, JournalFile, Link
from webapp.messages.tracking import Destination
from webapp.public import tracking
from webapp.public.tracking import PIXEL, with_tracking

HONEY = "https://maison-tilleul.example/miel"
READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}


@pytest.fixture
def installation(app, settings, tmp_path, monkeypatch):
    """The settings, with a journal of this test's own."""
    own = dataclasses.replace(settings, data_dir=tmp_path)
    monkeypatch.setitem(app.extensions, "settings", own)
    return own


@pytest.fixture
def reader(app, installation):
    """A mail reader's device."""
    return Client(with_tracking(app, installation))


@pytest.fixture
def sent(workspace):
    """sent(opens=True) is a message, ten minutes ago, to somebody who agreed to that."""
    mailing = audience.mailing_list(workspace)
    campaign = make.campaign(workspace, mailing)
    urls = ("https://maison-tilleul.example/tisane?a=1&b=2#prix", HONEY)
    following.store(campaign, urls)

    def send(*, opens=False, clicks=False):
        person = audience.subscriber(workspace, mailing, opens=opens, clicks=clicks)
        message = campaigns.message(
            campaign,
            person,
            tracks_opens=opens,
            tracks_clicks=clicks,
            finished_at=clock.ago(minutes=10),
        )
        db.session.commit()
        return message

    return send


def _links():
    return db.session.scalars(select(Link).order_by(Link.position)).all()


def _opened(message):
    return "/o/" + addressing.tokens().sign(Kind.OPEN, message.id)


def _followed(message, link):
    token = addressing.tokens().sign(Kind.CLICK, message.id, message.campaign_id)
    return f"/c/{token}/{link.id}"


def _hits():
    ingesting.ingest()
    db.session.commit()
    return db.session.scalars(select(Hit).order_by(Hit.id)).all()


def test_the_pixel_is_a_picture_of_43_bytes_that_nobody_keeps(reader, sent):
    answer = reader.get(_opened(sent(opens=True)), headers=READER)
    assert (answer.status_code, len(answer.data), answer.mimetype) == (
        200,
        43,
        "image/gif",
    )
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("token", ["", "x", "A" * 24, "../../etc/passwd"])
def test_a_pixel_that_is_not_ours_is_a_picture_all_the_same(reader, token):
    answer = reader.get("/o/" + token)
    assert (answer.status_code, answer.data) == (200, PIXEL)
    assert _hits() == []


@pytest.mark.covers("delivery-48")
def test_a_link_leads_where_the_campaign_says_and_tells_nobody_whence(reader, sent):
    message = sent(clicks=True)
    answer = reader.get(_followed(message, _links()[0]), headers=READER)
    assert answer.status_code == 302
    assert (
        answer.headers["Location"]
        == "https://maison-tilleul.example/tisane?a=1&b=2#prix"
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.covers("delivery-49")
@given(some.from_regex(r"https://[a-z]{1,9}\.fr(/[!-~é]{0,60})?", fullmatch=True))
def test_an_address_reaches_the_reader_byte_for_byte(url):
    [(name, led_to)] = tracking._Way.to(1, Destination(url, 2)).headers[:1]
    assert name == "Location"
    assert led_to.isascii()
    assert led_to.replace("%C3%A9", "é") == url.replace("%C3%A9", "é")


@pytest.mark.covers("delivery-48")
def test_an_altered_link_leads_nowhere(reader, sent):
    path = _followed(sent(clicks=True), _links()[0])
    token, _, number = path.rpartition("/")
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (
        f"{altered}/{number}",
        token,
        f"{token}/",
        f"{token}/0{number}",
        f"{token}/999999999",
        f"{token}/{'9' * 30}",
        "/c/",
        "/c/https://evil.example",
        path + "A",
    ):
        answer = reader.get(wrong, headers=READER)
        assert answer.status_code == 404
        assert "Location" not in answer.headers
    assert _hits() == []


@pytest.mark.covers("delivery-48")
def test_a_link_of_another_campaign_is_none_of_this_message(reader, sent, workspace):
    message = sent(clicks=True)
    other = make.campaign(workspace, audience.mailing_list(workspace))
    db.session.add(Link(campaign_id=other.id, position=0, url="https://evil.example"))
    db.session.commit()
    foreign = db.session.scalars(select(Link).filter_by(campaign_id=other.id)).one()
    assert reader.get(_followed(message, foreign), headers=READER).status_code == 404


def test_a_token_for_the_pixel_is_no_link(reader, sent):
    token = _opened(sent(opens=True)).removeprefix("/o/")
    assert reader.get("/c/" + token).status_code == 404


def test_an_open_and_a_click_of_somebody_who_agreed_are_noted(reader, sent):
    message = sent(opens=True, clicks=True)
    link = _links()[0]
    reader.get(_opened(message), headers=READER)
    reader.get(_followed(message, link), headers=READER)
    hits = _hits()
    assert [(h.contact_id, h.link_id, h.by_machine) for h in hits] == [
        (message.contact_id, None, False),
        (message.contact_id, link.id, False),
    ]


def test_who_agreed_to_one_of_them_is_measured_for_that_one(reader, sent):
    message = sent(opens=True)
    reader.get(_opened(message), headers=READER)
    reader.get(_followed(message, _links()[0]), headers=READER)
    assert [hit.link_id for hit in _hits()] == [None]


@pytest.mark.covers("delivery-46")
def test_who_withdrew_gets_the_page_and_nothing_is_noted(reader, sent, workspace):
    message = sent(opens=True, clicks=True)
    person = db.session.get(audience.Contact, message.contact_id)
    audience.stop_measuring(person, workspace)
    db.session.commit()
    assert reader.get(_opened(message), headers=READER).status_code == 200
    assert (
        reader.get(_followed(message, _links()[0]), headers=READER).status_code == 302
    )
    assert _hits() == []


def test_a_withdrawal_makes_past_hits_nobodys(reader, sent, workspace):
    message = sent(opens=True, clicks=True)
    reader.get(_opened(message), headers=READER)
    reader.get(_followed(message, _links()[0]), headers=READER)
    assert len(_hits()) == 2
    person = db.session.get(audience.Contact, message.contact_id)
    audience.stop_measuring(person, workspace)
    db.session.expire_all()
    assert {(hit.contact_id, hit.message_id) for hit in _hits()} == {(None, 0)}


@pytest.mark.covers("delivery-50")
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", READER),
        ("GET", READER | {"Sec-Purpose": "prefetch"}),
        ("GET", READER | {"X-Moz": "prefetch"}),
        ("GET", {"User-Agent": "BingPreview/1.0"}),
        ("GET", {"User-Agent": "Mozilla/5.0"}),
    ],
)
def test_a_machine_that_shows_itself_is_counted_apart(reader, sent, method, headers):
    message = sent(clicks=True)
    answer = reader.open(
        _followed(message, _links()[0]), method=method, headers=headers
    )
    assert answer.status_code == 302
    assert [hit.by_machine for hit in _hits()] == [True]


@pytest.mark.covers("delivery-50")
def test_what_comes_within_two_seconds_is_no_reader(reader, sent):
    message = sent(opens=True)
    message.finished_at = clock.now()
    db.session.commit()
    reader.get(_opened(message), headers=READER)
    assert [hit.by_machine for hit in _hits()] == [True]


@pytest.mark.covers("delivery-50")
def test_all_links_within_seconds_are_a_scanner_and_some_are_a_reader(reader, sent):
    message = sent(clicks=True)
    first, second = _links()
    reader.get(_followed(message, first), headers=READER)
    assert [hit.by_machine for hit in _hits()] == [False]
    reader.get(_followed(message, second), headers=READER)
    assert [hit.by_machine for hit in _hits()] == [True, True]


def test_whoever_hammers_at_a_link_counts_once_a_second(reader, sent):
    message = sent(clicks=True)
    writer = journal.Writer(addressing.settings().journal_dir)
    for _ in range(50):
        writer.write(message.id, _links()[0].id, "h")
    assert 1 <= len(_hits()) <= 2


def test_a_line_of_the_journal_says_nothing_about_a_device(reader, sent, installation):
    message = sent(opens=True)
    reader.get(
        _opened(message), headers=READER, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )
    [path] = journal.files(installation.journal_dir)
    line = path.read_text()[: journal.used(path)].split()
    assert line[:2] == [str(message.id), "0"]
    assert len(line) == 4


@pytest.fixture
def it_is(monkeypatch):
    """it_is(moment) stops the clock of the endpoints, in seconds since 1970."""

    def stop(moment):
        stopped = SimpleNamespace(time=lambda: moment, monotonic=time.monotonic)
        monkeypatch.setattr(tracking, "time", stopped)

    return stop


def test_a_hit_is_taken_in_once_however_often_the_journal_is_read(reader, sent, it_is):
    message = sent(opens=True)
    reader.get(_opened(message), headers=READER)
    assert len(_hits()) == len(_hits()) == 1
    it_is(time.time() + 2)
    reader.get(_opened(message), headers=READER)
    assert len(_hits()) == 2


def test_a_worker_that_dies_before_its_commit_leaves_the_hits_to_the_next(reader, sent):
    reader.get(_opened(sent(opens=True)), headers=READER)
    ingesting.ingest()
    db.session.rollback()
    assert len(_hits()) == 1


def test_a_worker_that_dies_after_it_removed_a_file_counts_nothing_twice(
    reader, sent, installation, monkeypatch
):
    reader.get(_opened(sent(opens=True)), headers=READER)
    assert len(_hits()) == 1
    monkeypatch.setattr(journal, "SETTLED", -journal.SPAN * 2)
    ingesting.ingest()
    db.session.rollback()
    assert journal.files(installation.journal_dir) == []
    assert len(_hits()) == 1


def test_a_file_that_is_not_wholly_taken_in_stays(
    reader, sent, installation, monkeypatch
):
    reader.get(_opened(sent(opens=True)), headers=READER)
    monkeypatch.setattr(journal, "SETTLED", -journal.SPAN * 2)
    ingesting.ingest()
    db.session.rollback()
    assert len(journal.files(installation.journal_dir)) == 1
    assert len(_hits()) == 1


def test_a_line_that_is_still_being_written_waits(reader, sent, installation):
    message = sent(opens=True)
    reader.get(_opened(message), headers=READER)
    [path] = journal.files(installation.journal_dir)
    whole = path.read_bytes()
    end = whole.index(b"\n")
    with path.open("r+b") as file:
        file.write(whole[: end - 2] + b"\0\0\0")
    assert _hits() == []
    with path.open("r+b") as file:
        file.write(whole)
    assert len(_hits()) == 1


def test_garbage_in_the_journal_is_passed_over(reader, sent, installation):
    message = sent(opens=True)
    reader.get(_opened(message), headers=READER)
    [path] = journal.files(installation.journal_dir)
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    assert len(_hits()) == 1


def test_what_a_crash_left_empty_is_passed_over_once_nobody_writes_there(
    reader, sent, installation
):
    reader.get(_opened(sent(opens=True)), headers=READER)
    [path] = journal.files(installation.journal_dir)
    line = path.read_bytes()[: journal.used(path)]
    path.write_bytes(b"\0" * 50 + line)
    assert len(_hits()) == 1


def test_a_process_that_forks_writes_in_a_file_of_its_own(installation):
    writer = journal.Writer(installation.journal_dir)
    writer.write(1, 0, "h")
    child = os.fork()
    if not child:
        writer.write(2, 0, "h")
        os._exit(0)
    os.waitpid(child, 0)
    assert len(journal.files(installation.journal_dir)) == 2


def test_a_full_disk_stops_no_reader(reader, sent, monkeypatch):
    path = _followed(sent(clicks=True), _links()[0])

    def full(*_args, **_how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.os, "posix_fallocate", full)
    assert reader.get(path, headers=READER).status_code == 302


def test_every_other_address_goes_to_the_application(reader):
    assert reader.get("/nowhere").status_code == 404
    assert reader.post("/o/x").status_code in {404, 405}


def test_what_is_remembered_of_files_names_nobody(reader, sent):
    reader.get(_opened(sent(opens=True)), headers=READER)
    _hits()
    assert db.session.scalars(select(JournalFile)).one().offset > 0


def test_hammering_at_a_pixel_does_not_fill_the_disk(reader, sent, installation, it_is):
    message = sent(opens=True)
    it_is(time.time())
    for _ in range(50):
        assert reader.get(_opened(message), headers=READER).status_code == 200
    [path] = journal.files(installation.journal_dir)
    assert path.read_bytes().count(b"\n") == 1
