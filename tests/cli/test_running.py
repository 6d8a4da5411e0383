"""`volontiers run` says plainly what is wrong, and when all is well."""

import http.server
import os
import socket
import threading
import time

import pytest
from click.testing import CliRunner

from config import settings
from webapp.cli import running
from webapp.cli.programs import Program
from webapp.core.lock_file import LockFile


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Make the settings of an installation that the command then finds."""

    def make(**environ):
        loaded = settings.load({"VOLONTIERS_DATA": str(tmp_path / "var"), **environ})
        monkeypatch.setattr(running.config, "load", lambda: loaded)
        return loaded

    return make


@pytest.fixture
def taken():
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run():
    return CliRunner().invoke(running.run)


def test_a_taken_port_is_named_before_anything_starts(load, taken, tmp_path):
    load(PORT=str(taken))
    result = run()
    assert result.exit_code == 1
    assert f"Port {taken} of 127.0.0.1 cannot be used" in result.output
    assert "set PORT" in result.output
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_taken_port_of_the_mailbox_is_named(load, taken):
    load(PORT=str(free_port()), MAILBOX_PORT=str(taken))
    assert "set MAILBOX_PORT" in run().output


def test_the_port_of_the_mailbox_does_not_matter_when_a_mail_server_is_named(
    load, taken, monkeypatch
):
    load(PORT=str(free_port()), MAILBOX_PORT=str(taken), SMTP_URL="smtp://mail")
    monkeypatch.setattr(running, "_run_programs", lambda *_: print("went on"))
    monkeypatch.setattr(running, "at_hand", running.contextlib.nullcontext)
    assert "went on" in run().output


def test_a_second_run_is_refused_and_told_which_process_is_first(load):
    loaded = load(PORT=str(free_port()))
    loaded.data_dir.mkdir(exist_ok=True)
    lock = LockFile(loaded.data_dir / "run.lock")
    lock.take()
    result = run()
    lock.release()
    assert result.exit_code == 1
    assert f"already runs on {loaded.data_dir} (process {os.getpid()})" in result.output


def test_a_failed_migration_stops_the_start(load, monkeypatch):
    failing = Program("migrate", ["sh", "-c", "echo no such table; exit 1"])
    monkeypatch.setattr(running, "migration", lambda: failing)
    loaded = load(DATABASE_URL="postgresql://nowhere/v", PORT=str(free_port()))
    result = run()
    assert result.exit_code == 1
    assert "could not be brought up to date" in result.output
    lock = LockFile(loaded.data_dir / "run.lock")
    lock.take()
    lock.release()


def test_children_are_told_where_the_database_is():
    handed = running._handed_on("postgresql+psycopg://v@/v?host=/tmp/x")
    child = settings.load({"SECRET_KEY": "x", **handed})
    assert child.database_url == "postgresql+psycopg://v@/v?host=/tmp/x"


def test_readiness_is_announced_once_and_only_when_it_is_true(
    load, capsys, monkeypatch
):
    answers = iter([503, 404, 200])
    asked = []

    class Web(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(next(answers))
            self.end_headers()

        def log_message(self, *_):
            pass

    port = free_port()
    monkeypatch.setattr(running, "NOT_YET_SECONDS", 0.01)
    announcing = threading.Thread(target=running._announce, args=[load(PORT=str(port))])
    announcing.start()
    time.sleep(3 * running.KNOCK_SECONDS)  # nobody listens yet
    with http.server.HTTPServer(("127.0.0.1", port), Web) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        announcing.join(30)
        web.shutdown()
    assert asked == ["/readyz"] * 3
    assert capsys.readouterr().out.count(f"ready: http://localhost:{port} ") == 1
