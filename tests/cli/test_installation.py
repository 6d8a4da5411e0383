"""The whole installation, as the operator starts it and as machines fail."""

import signal
import smtplib
import urllib.request
from email.message import EmailMessage

import psutil
import pytest

from tests.installation import throw_away, wait_until
from webapp.core import mailbox
from webapp.core.embedded_postgres import Cluster


@pytest.fixture
def installation():
    with throw_away() as one:
        yield one


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_one_command_serves_pages_keeps_mail_and_stops_without_a_trace(installation):
    installation.start()
    address = f"http://127.0.0.1:{installation.port}/readyz"
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
    message = EmailMessage()
    message["Subject"] = "kept"
    with smtplib.SMTP("127.0.0.1", installation.mailbox_port) as client:
        client.send_message(message, "a@b.org", ["c@d.org"])
    [caught] = mailbox.list_messages(installation.data_dir / "mailbox")
    assert caught.subject == "kept"
    started = installation.descendants()
    assert installation.end(signal.SIGINT) == 0
    assert all(map(is_gone, started))
    assert installation.output().count("Volontiers is ready") == 1


def test_a_killed_installation_leaves_no_process_and_starts_again(installation):
    installation.start()
    started = installation.descendants()
    assert len(started) > 5
    installation.end(signal.SIGKILL)
    wait_until(lambda: all(map(is_gone, started)))
    installation.start()
    assert Cluster(installation.data_dir).is_running()
    assert installation.end(signal.SIGTERM) == 0
    assert not Cluster(installation.data_dir).is_running()
