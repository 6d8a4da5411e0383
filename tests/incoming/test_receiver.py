"""The receiver takes what comes back to us, keeps it before it says so, and nothing else."""

import smtplib
import socket
import threading
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.incoming.test_mail_reading import mail
from webapp.core.db import db, transaction
from webapp.deliverability import return_paths
from webapp.incoming import receiver as module
from webapp.incoming import storing, tallies
from webapp.incoming.models import InboundEvent
from webapp.incoming.pace import Pace
from webapp.incoming.receiver import Receiver, ReturnServer

FEEDBACK = "plaintes@retour.test"


@contextmanager
def serving(app, *, lmtp=False):
    receiver = Receiver(app.app_context, FEEDBACK)
    running = ReturnServer(
        receiver, "127.0.0.1", _free_port(), lmtp=lmtp, name="x.test"
    )
    running.start()
    try:
        yield running
    finally:
        running.stop()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(bare_app):
    with serving(bare_app) as running:
        yield running


@pytest.fixture
def path(bare_app):
    with bare_app.app_context():
        return return_paths.address(7, "retour.test")


@pytest.fixture
def report(bare_app):
    with bare_app.app_context():
        return mail("postfix_blocklist", 7)


def stored(app):
    with app.app_context(), transaction():
        return [bytes(raw) for raw in db.session.scalars(select(InboundEvent.raw))]


def client(server):
    return smtplib.SMTP("127.0.0.1", server.port, timeout=20)


def test_what_comes_to_a_return_path_is_kept_with_its_envelope(
    bare_app, server, path, report
):
    with client(server) as smtp:
        assert smtp.sendmail("", [path], report) == {}
    [raw] = stored(bare_app)
    assert raw.startswith(
        f"X-Envelope-From: <>\r\nX-Envelope-To: <{path}>\r\n".encode()
    )


def test_the_same_mail_twice_is_kept_once(bare_app, server, path, report):
    for _ in range(2):
        with client(server) as smtp:
            smtp.sendmail("", [path], report)
    assert len(stored(bare_app)) == 1


@pytest.mark.covers("delivery-39")
def test_an_address_that_we_did_not_sign_is_refused_and_counted(bare_app, server, path):
    forged = path.replace(path[3], "a" if path[3] != "a" else "b", 1)
    with client(server) as smtp:
        smtp.ehlo()
        smtp.mail("")
        assert smtp.rcpt(forged)[0] == 550
        assert smtp.rcpt("postmaster@retour.test")[0] == 550
    server.handler.flush()
    with bare_app.app_context(), transaction():
        assert tallies.since(1)[tallies.What.FORGED] == 2
    assert stored(bare_app) == []


def test_whoever_tries_addresses_is_shown_the_door(server):
    with client(server) as smtp:
        smtp.ehlo()
        smtp.mail("")
        codes = [
            smtp.rcpt(f"b+{number}@retour.test")[0]
            for number in range(module.MOST_STRANGERS)
        ]
    assert codes[-1] == 421


def test_who_is_one_too_many_is_asked_to_come_back(server, monkeypatch):
    """And whoever leaves makes room."""
    monkeypatch.setattr(module, "MOST_CONNECTIONS", 1)
    with client(server):
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            client(server)
        assert refused.value.smtp_code == 421
    for _ in range(1000):
        with suppress(smtplib.SMTPConnectError), client(server) as smtp:
            assert smtp.ehlo()[0] == 250
            return
    pytest.fail("nobody is let in any more")


def test_the_feedback_address_is_ours(bare_app, server, report):
    with client(server) as smtp:
        smtp.sendmail("fbl@fournisseur.test", [FEEDBACK.upper()], report)
    assert len(stored(bare_app)) == 1


def test_a_mail_comes_back_later_while_the_database_is_away(
    bare_app, server, path, report, monkeypatch
):
    def away(*_arguments, **_more):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(storing, "store", away)
    with client(server) as smtp, pytest.raises(smtplib.SMTPDataError) as refusal:
        smtp.sendmail("", [path], report)
    assert refusal.value.smtp_code == 451
    monkeypatch.undo()
    with client(server) as smtp:
        smtp.sendmail("", [path], report)
    assert len(stored(bare_app)) == 1


def test_it_is_in_the_database_before_it_is_accepted(
    bare_app, server, path, report, monkeypatch
):
    seen, said = [], threading.Event()
    keep = Receiver._keep

    def kept(self, envelope):
        answer = keep(self, envelope)
        seen.extend(stored(bare_app))
        said.set()
        return answer

    monkeypatch.setattr(Receiver, "_keep", kept)
    with client(server) as smtp:
        smtp.sendmail("", [path], report)
        assert said.is_set()
        assert len(seen) == 1


def test_a_mail_larger_than_any_report_is_refused(server, path):
    with client(server) as smtp:
        smtp.ehlo()
        code, _ = smtp.docmd("MAIL", f"FROM:<> SIZE={module.LARGEST + 1}")
    assert code == 552


def test_of_a_long_mail_the_beginning_is_kept(bare_app, server, path, report):
    with client(server) as smtp:
        smtp.sendmail("", [path], report + b"\r\nxxxxxxxx" * 90_000)
    [raw] = stored(bare_app)
    assert len(raw) < module.KEPT + 200


def test_too_much_at_once_is_asked_to_come_back(server, path, monkeypatch):
    monkeypatch.setattr(server.handler, "_pace", module.Pace(1, now=lambda: 0.0))
    with client(server) as smtp:
        smtp.ehlo()
        smtp.mail("")
        assert [smtp.rcpt(path)[0] for _ in range(2)] == [250, 451]


def test_over_lmtp_each_recipient_has_its_answer(bare_app, path, report):
    with serving(bare_app, lmtp=True) as server:
        with bare_app.app_context():
            other = return_paths.address(8, "retour.test")
        with smtplib.LMTP("127.0.0.1", server.port, timeout=20) as lmtp:
            lmtp.ehlo_or_helo_if_needed()
            lmtp.mail("")
            assert [lmtp.rcpt(one)[0] for one in (path, other)] == [250, 250]
            assert lmtp.data(report)[0] == 250
            assert lmtp.getreply()[0] == 250
    assert len(stored(bare_app)) == 2


def test_a_pace_lets_a_rush_through_and_then_so_many_a_minute():
    now = [0.0]
    pace = module.Pace(60, now=lambda: now[0])
    assert sum(pace.lets_through() for _ in range(100)) == 60
    now[0] = 10.0
    assert sum(pace.lets_through() for _ in range(100)) == 10


def test_a_fault_of_ours_asks_the_mail_to_come_back(server, path, report, monkeypatch):
    def broken(*_arguments, **_more):
        raise RuntimeError("anna@example.org")

    monkeypatch.setattr(storing, "store", broken)
    with client(server) as smtp, pytest.raises(smtplib.SMTPDataError) as refusal:
        smtp.sendmail("", [path], report)
    assert (refusal.value.smtp_code, b"anna" in refusal.value.smtp_error) == (
        451,
        False,
    )


def test_a_sender_that_is_no_unicode_is_kept_as_it_came(bare_app, server, path, report):
    with client(server) as smtp:
        smtp.ehlo()
        smtp.sock.sendall(b"MAIL FROM:<\xff@x.test> SMTPUTF8\r\n")
        assert smtp.getreply()[0] == 250
        assert smtp.rcpt(path)[0] == 250
        assert smtp.data(report)[0] == 250
    [raw] = stored(bare_app)
    assert raw.startswith(b"X-Envelope-From: <\xff@x.test>")


def test_who_connects_stands_in_no_log(server, path, caplog):
    caplog.set_level("DEBUG")
    with client(server) as smtp:
        smtp.ehlo()
        smtp.mail("")
        smtp.rcpt(path)
    assert "127.0.0.1" not in caplog.text
    assert path not in caplog.text


def test_one_return_path_takes_so_many_mails_an_hour(bare_app, server, path):
    with bare_app.app_context():
        other = return_paths.address(8, "retour.test")
    with client(server) as smtp:
        for number in range(module.MOST_TO_ONE):
            smtp.sendmail("", [path], f"Subject: {number}\n\nx")
        smtp.mail("")
        assert smtp.rcpt(path.upper())[0] == 451
        assert smtp.rcpt(other)[0] == 250


def test_the_feedback_address_takes_so_many_mails_a_minute(bare_app, server, path):
    server.handler._feedback_pace = Pace(1)
    with client(server) as smtp:
        smtp.ehlo()
        smtp.mail("")
        assert [smtp.rcpt(FEEDBACK)[0] for _ in range(2)] == [250, 451]
        assert smtp.rcpt(path)[0] == 250
