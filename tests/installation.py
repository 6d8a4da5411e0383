"""`volontiers run` as the tests start it: on a directory and ports of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

from config.settings import child_environment

ROOT = Path(__file__).parents[1]
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


@contextmanager
def throw_away():
    """An installation that is not started yet; it ends with the test."""
    with tempfile.TemporaryDirectory(prefix="volontiers-test-") as name:
        os.chmod(name, 0o755)
        one = Installation(Path(name))
        try:
            yield one
        finally:
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
