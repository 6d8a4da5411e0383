"""Mail that is no newsletter: the row first, tried for a day, the same bytes each time."""

import dataclasses
from datetime import timedelta

import pytest
from jinja2 import DictLoader
from sqlalchemy import select, update

from tests.factories import audience
from webapp.core import clock
from webapp.core.db import db
from webapp.core.mail_templates import Words
from webapp.deliverability import connections, mail_domains, mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports import Result
from webapp.deliverability.transports.memory import MemoryTransport
from webapp.deliverability.transports.smtp_server import Security
from webapp.lanes import offers
from webapp.lanes.models import Lane
from webapp.messages import posting, sending
from webapp.messages.models import Kind, Message, Status

WORDS = Words("Bonjour", "Un mot.\n", "<p>Un mot.</p>")
TEMPLATE = {
    "emails/hello/subject.txt": "Hello {{ contact.first_name }}",
    "emails/hello/body.txt": "{{ url }} from {{ workspace.name }}",
    "emails/hello/body.html": '<a href="{{ url }}">go</a>',
}


@pytest.fixture
def posted(workspace):
    message = posting.post_written(WORDS, to="zoe@example.org", workspace=workspace)
    db.session.commit()
    return message


def _later(**span):
    return clock.stopped(clock.ahead(**span))


def _rescue(worker):
    sending.rescue_unsent()
    worker()


def test_a_mail_is_sent_once_it_is_committed(outbox, worker, posted):
    worker()
    [envelope] = outbox.outbox
    assert envelope.rcpt_to == "zoe@example.org"
    assert posted.status == Status.SENT


def test_what_was_said_and_to_whom_is_wiped_once_sent(outbox, worker, posted):
    worker()
    assert (posted.content, posted.recipient) == ({}, "")


def test_a_template_sees_its_content_its_workspace_and_its_contact(
    app, outbox, worker, workspace, monkeypatch
):
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(TEMPLATE))
    contact = audience.contact(workspace, first_name="Zoé")
    posting.post(
        "hello",
        to=contact,
        workspace=workspace,
        locale="fr",
        kind=Kind.CONFIRMATION,
        content={"url": "http://volontiers.test/x"},
    )
    worker()
    [envelope] = outbox.outbox
    assert envelope.rcpt_to == contact.email
    assert b"http://volontiers.test/x from Maison Tilleul" in envelope.body
    assert b"Auto-Submitted: auto-generated" in envelope.body


def test_a_wake_up_that_comes_twice_sends_nothing_twice(outbox, worker, posted):
    worker()
    sending.send_one(posted.id)
    assert len(outbox.outbox) == 1


def test_a_mail_whose_wake_up_was_lost_is_sent_by_the_sweep(
    app, outbox, worker, posted
):
    app.extensions["broker"].flush_all()
    _rescue(worker)
    assert len(outbox.outbox) == 1


@pytest.mark.covers("delivery-29")
def test_a_greylisted_mail_is_delivered_some_minutes_later(outbox, worker, posted):
    outbox.answer("zoe@example.org", Result.DEFERRED)
    worker()
    assert posted.status == Status.DEFERRED
    assert (
        timedelta(minutes=4) <= posted.not_before - clock.now() <= timedelta(minutes=6)
    )
    outbox.answer("zoe@example.org", Result.ACCEPTED)
    with _later(minutes=7):
        _rescue(worker)
        assert posted.status == Status.SENT


@pytest.mark.covers("delivery-7")
@pytest.mark.covers("delivery-23")
def test_an_uncertain_mail_is_sent_again_with_the_same_bytes(outbox, worker, posted):
    outbox.answer("zoe@example.org", Result.UNCERTAIN)
    worker()
    outbox.answer("zoe@example.org", Result.ACCEPTED)
    with _later(minutes=1):
        _rescue(worker)
        first, second = outbox.outbox
        assert first.body == second.body
        assert posted.status == Status.SENT


@pytest.mark.covers("delivery-30")
def test_a_mail_that_cannot_be_delivered_is_given_up_after_a_day(
    outbox, worker, posted
):
    outbox.answer("zoe@example.org", Result.UNSENT)
    worker()
    assert posted.status == Status.PENDING
    with _later(hours=25):
        _rescue(worker)
        assert (posted.status, posted.reason) == (Status.FAILED, "expired")
        assert (posted.content, posted.recipient) == ({}, "")


def test_a_server_that_is_away_burns_no_attempt(outbox, worker, posted):
    outbox.answer("zoe@example.org", Result.THROTTLED)
    worker()
    assert (posted.status, posted.attempts) == (Status.PENDING, 0)


def test_a_refused_mail_is_not_tried_again(outbox, worker, posted):
    outbox.answer("zoe@example.org", Result.REFUSED)
    worker()
    assert (posted.status, posted.smtp_code) == (Status.BOUNCED, 550)


def test_a_mail_in_the_hands_of_a_dead_worker_is_sent_again(
    outbox, worker, posted, app
):
    app.extensions["broker"].flush_all()
    posted.status, posted.leased_by, posted.attempts = Status.SENDING, "dead", 1
    posted.leased_until = clock.ago(seconds=1)
    db.session.commit()
    _rescue(worker)
    with _later(minutes=1):
        _rescue(worker)
        assert posted.status == Status.SENT


def test_a_mail_to_somebody_who_was_erased_is_skipped(outbox, worker, workspace):
    message = Message(workspace_id=workspace.id, kind=Kind.CONFIRMATION)
    db.session.add(message)
    db.session.commit()
    _rescue(worker)
    assert (message.status, message.reason) == (Status.SKIPPED, "unreachable")


@pytest.mark.covers("delivery-8")
def test_a_subject_with_a_line_end_makes_no_header(outbox, worker, workspace):
    words = Words("Bonjour\r\nBcc: x@example.org", "t", "h")
    posting.post_written(words, to="zoe@example.org", workspace=workspace)
    worker()
    [envelope] = outbox.outbox
    assert b"\r\nBcc" not in envelope.body


@pytest.fixture
def real_server(app, settings, monkeypatch):
    """Mail goes out into the world."""
    real = dataclasses.replace(settings, smtp_url="smtp://mail.example.com")
    monkeypatch.setitem(app.extensions, "settings", real)
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(TEMPLATE))


@pytest.mark.usefixtures("real_server")
@pytest.mark.parametrize("takes_mail", [True, False])
def test_a_confirmation_to_a_domain_that_takes_no_mail_is_not_sent(
    outbox, worker, workspace, monkeypatch, takes_mail
):
    asked = []
    monkeypatch.setattr(
        mail_domains, "refuses_all", lambda name: asked.append(name) or not takes_mail
    )
    message = posting.post(
        "hello",
        to=audience.contact(workspace, email="zoe@nulle-part.example"),
        workspace=workspace,
        locale="fr",
        kind=Kind.CONFIRMATION,
        content={"url": "https://volontiers.test/y/x"},
    )
    worker()
    assert asked == ["nulle-part.example"]
    assert len(outbox.outbox) == takes_mail
    assert message.status == (Status.SENT if takes_mail else Status.BOUNCED)


@pytest.mark.usefixtures("real_server", "posted")
def test_other_mail_is_not_held_up_by_the_dns(outbox, worker, monkeypatch):
    monkeypatch.setattr(mail_domains, "refuses_all", lambda _: 1 / 0)
    worker()
    assert len(outbox.outbox) == 1


@pytest.fixture
def two_servers(workspace, monkeypatch):
    """A mail server and one that stands in; each keeps its mail, by its name."""
    kept = {}
    for name, weight in (("first", 100), ("spare", 0)):
        terms = Terms(f"{name}.example", 25, Security.NONE, weight=weight)
        mail_servers.add(workspace, terms)
        kept[f"{name}.example"] = MemoryTransport()
    monkeypatch.setattr(connections, "transport_to", lambda way: kept[way.host])
    return kept["first.example"], kept["spare.example"]


def test_when_a_server_is_away_the_next_attempt_goes_by_another(
    worker, posted, two_servers
):
    first, spare = two_servers
    first.answer("zoe@example.org", Result.UNSENT)
    worker()
    assert (posted.status, posted.attempts) == (Status.PENDING, 0)
    with _later(minutes=1):
        _rescue(worker)
    assert posted.status == Status.SENT
    assert (len(first.outbox), len(spare.outbox)) == (0, 1)


def test_a_greylisted_mail_may_come_back_by_the_same_server(
    worker, posted, two_servers
):
    first, spare = two_servers
    first.answer("zoe@example.org", Result.DEFERRED)
    worker()
    first.answer("zoe@example.org", Result.ACCEPTED)
    with _later(minutes=10):
        _rescue(worker)
    assert (len(first.outbox), len(spare.outbox)) == (1, 0)


def test_with_every_server_off_a_mail_waits_until_one_is_on_again(
    worker, workspace, posted, two_servers
):
    first, _spare = mail_servers.every(workspace)
    for server in mail_servers.every(workspace):
        mail_servers.switch(workspace, server, on=False)
    db.session.commit()
    worker()
    assert posted.status == Status.PENDING
    mail_servers.switch(workspace, first, on=True)
    db.session.commit()
    with _later(minutes=10):
        _rescue(worker)
    assert (posted.status, posted.mail_server_id) == (Status.SENT, first.id)


def test_a_mail_waits_for_no_lane_but_counts_in_its_own(worker, workspace, two_servers):
    first, _spare = mail_servers.every(workspace)
    lane = offers.lane_of(first.id, "orange")
    offers.lane_of(first.id, "google")
    db.session.execute(update(Lane).values(daily_cap=0, is_adjusted=True))
    message = posting.post_written(WORDS, to="zoe@wanadoo.fr", workspace=workspace)
    worker()
    assert (message.status, message.provider) == (Status.SENT, "orange")
    assert db.session.get(Lane, lane).taken_today == 1


def test_what_is_answered_to_a_mail_concerns_the_newsletters_too(
    worker, workspace, two_servers
):
    first, _spare = mail_servers.every(workspace)
    two_servers[0].answer("zoe@gmail.com", Result.THROTTLED, enhanced="4.7.28")
    posting.post_written(WORDS, to="zoe@gmail.com", workspace=workspace)
    worker()
    [grant] = offers.grants(first.id, ["google"])
    assert (grant.most, grant.connections) == (0, 1)


def test_a_mail_that_reaches_nobody_is_in_no_lane(outbox, worker, posted):
    worker()
    assert db.session.scalars(select(Lane.id)).all() == []
