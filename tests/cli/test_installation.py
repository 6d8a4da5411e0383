"""The whole installation, as the operator starts it and as machines fail."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import psutil
import pytest

from config.settings import child_environment
from webapp.core import mailbox
from webapp.core.embedded_postgres import Cluster

ROOT = Path(__file__).parents[2]
NAMED_ELSEWHERE = ("DATABASE_URL", "BROKER_URL", "SMTP_URL", "BASE_URL", "SECRET_KEY")


class Installation:
    """`volontiers run` on a directory and ports of its own."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.port, self.mailbox_port = free_port(), free_port()
        self.process = None

    def start(self):
        env = child_environment(
            VOLONTIERS_DATA=str(self.data_dir),
            PORT=str(self.port),
            MAILBOX_PORT=str(self.mailbox_port),
            WORKER_PROCESSES="1",
        )
        with (self.data_dir / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webapp.cli.main", "run"],
                cwd=ROOT,
                env={k: v for k, v in env.items() if k not in NAMED_ELSEWHERE},
                stdout=output,
                stderr=output,
            )
        wait_until(
            lambda: "Volontiers is ready" in self.output() or self.process.poll()
        )
        assert self.process.poll() is None, self.output()

    def output(self):
        return (self.data_dir / "output").read_text(errors="replace")

    def descendants(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def installation():
    with tempfile.TemporaryDirectory(prefix="volontiers-test-") as name:
        os.chmod(name, 0o755)
        one = Installation(Path(name))
        yield one
        if one.process and one.process.poll() is None:
            one.end(signal.SIGTERM)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)


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
