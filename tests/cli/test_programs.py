"""What `volontiers run` runs, and how."""

import re

import pytest

from config import settings
from config.settings import ROOT
from webapp.cli.programs import programs


def table(tmp_path, **environ):
    loaded = settings.load({"VOLONTIERS_DATA": str(tmp_path), **environ})
    return {program.name: program for program in programs(loaded)}


def test_the_web_stops_first_and_the_mailbox_last(tmp_path):
    stopping = list(reversed(table(tmp_path)))
    assert stopping == ["web", "scheduler", "workers", "mailbox"]


def test_a_named_mail_server_replaces_the_mailbox(tmp_path):
    assert "mailbox" not in table(tmp_path, SMTP_URL="smtp://mail.example.org")


def test_the_web_listens_where_the_settings_say(tmp_path):
    argv = table(tmp_path, HOST="::", PORT="80", WEB_PROCESSES="3")["web"].argv
    assert argv[argv.index("--host") + 1] == "::"
    assert argv[argv.index("--port") + 1] == "80"
    assert argv[argv.index("--workers") + 1] == "3"


def test_the_web_keeps_no_access_log(tmp_path):
    assert "--no-access-log" in table(tmp_path)["web"].argv


def test_workers_have_time_to_finish_their_batch_before_they_are_killed(tmp_path):
    workers = table(tmp_path, WORKER_PROCESSES="5")["workers"]
    drain = int(workers.argv[workers.argv.index("--worker-shutdown-timeout") + 1])
    assert drain == 30_000
    assert workers.stop_within > drain / 1000
    assert workers.argv[workers.argv.index("--processes") + 1] == "5"


@pytest.mark.parametrize(
    ("file", "host"), [("docs/operating.md", "127.0.0.1"), ("compose.yml", "0.0.0.0")]
)
def test_what_operators_copy_is_what_we_run(tmp_path, file, host):
    written = re.sub(r"[\s\\]+", " ", (ROOT / file).read_text())
    table_ = table(tmp_path, HOST=host, SMTP_URL="smtp://mail.example.org")
    for program in table_.values():
        assert " ".join(["python", *program.argv[1:]]) in written


def test_the_receiver_of_returned_mail_runs_where_it_is_asked_for(tmp_path):
    assert "receiver" not in table(tmp_path)
    assert "receiver" in table(tmp_path, RETURN_PATH_LISTEN="127.0.0.1:2526")
