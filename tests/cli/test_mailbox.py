"""The built-in mailbox is a real SMTP server."""

import signal
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.settings import child_environment
from webapp.cli import mailbox as server
from webapp.core import mailbox

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def port(tmp_path):
    running = server.controller(tmp_path, port=free_port())
    running.start()
    yield running.port
    running.stop()


def mail(subject="Hello", body="A first line\n.a dot at the start\n"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.org", "c@d.org", subject
    message.set_content(body)
    return message


def test_a_mail_sent_by_smtp_is_listed_with_its_envelope(port, tmp_path):
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(
            mail("Été"), from_addr="bounce+1@b.org", to_addrs=["x@y.org"]
        )
    [summary] = mailbox.list_messages(tmp_path)
    message = mailbox.read_message(tmp_path, summary.key)
    assert summary.subject == "Été"
    assert message.envelope_sender == "bounce+1@b.org"
    assert message.envelope_recipients == ["x@y.org"]
    assert message.text.splitlines() == ["A first line", ".a dot at the start"]


def test_an_address_beyond_ascii_is_kept(port, tmp_path):
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.sendmail(
            "a@b.org", ["zoé@exämple.org"], b"Subject: x\r\n\r\n", ["SMTPUTF8"]
        )
    [summary] = mailbox.list_messages(tmp_path)
    message = mailbox.read_message(tmp_path, summary.key)
    assert message.envelope_recipients == ["zoé@exämple.org"]


def test_a_bounce_without_a_sender_is_kept(port, tmp_path):
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", ["a@b.org"], b"Subject: x\r\n\r\n")
    [summary] = mailbox.list_messages(tmp_path)
    assert mailbox.read_message(tmp_path, summary.key).envelope_sender == "<>"


def test_the_server_announces_what_a_fast_client_asks_for(port):
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        extensions = client.esmtp_features
    assert {"pipelining", "size", "8bitmime", "smtputf8"} <= extensions.keys()


def test_messages_may_be_pipelined(port, tmp_path):
    one = b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
    body = b"Subject: x\r\n\r\nbody\r\n.\r\n"
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        raw.makefile("rb") as lines,
    ):
        raw.sendall(b"EHLO test\r\n" + one)
        while not lines.readline().startswith(b"354"):
            pass
        raw.sendall(body + one)
        while not lines.readline().startswith(b"354"):
            pass
        raw.sendall(body + b"QUIT\r\n")
        assert lines.read().startswith(b"250")
    assert len(mailbox.list_messages(tmp_path)) == 2


def test_the_mailbox_drops_the_oldest_mail_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox.prune, "__defaults__", (3,))
    monkeypatch.setattr(server, "PRUNE_EVERY", 5)
    running = server.controller(tmp_path, port=free_port())
    running.start()
    with smtplib.SMTP("127.0.0.1", running.port) as client:
        for number in range(5):
            client.send_message(mail(f"number {number}"))
    running.stop()
    kept = [summary.subject for summary in mailbox.list_messages(tmp_path)]
    assert kept == ["number 4", "number 3", "number 2"]


def test_the_command_keeps_mail_where_the_settings_say_and_ends_on_sigterm(tmp_path):
    port = free_port()
    env = child_environment(VOLONTIERS_DATA=str(tmp_path), MAILBOX_PORT=str(port))
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli.mailbox"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
    )
    try:
        assert str(port).encode() in process.stdout.readline()
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(mail())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()
    assert len(mailbox.list_messages(tmp_path / "mailbox")) == 1


def test_nobody_else_on_the_machine_reads_the_mail(tmp_path):
    directory = tmp_path / "mailbox"
    directory.mkdir(mode=0o755)
    server.Catcher(directory)
    assert directory.stat().st_mode & 0o077 == 0
