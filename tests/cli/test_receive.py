"""`volontiers receive` takes what comes back until it is told to stop."""

import signal
import smtplib
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config.settings import ROOT, child_environment
from tests.incoming.test_mail_reading import mail
from webapp.cli.receive import receive
from webapp.core.db import db
from webapp.deliverability import return_paths
from webapp.incoming.models import InboundEvent


@pytest.fixture
def process(app, settings, database_url):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = child_environment(
        VOLONTIERS_DATA=str(settings.data_dir),
        DATABASE_URL=database_url,
        BROKER_URL="stub://",
        SECRET_KEY=settings.secret_key,
        RETURN_PATH_LISTEN=f"127.0.0.1:{port}",
        PYTHONUNBUFFERED="1",
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli.main", "receive"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
    )
    running.port = port
    yield running
    running.kill()
    running.communicate()


def test_the_command_keeps_what_comes_back_and_ends_on_sigterm(app, process):
    for line in process.stdout:
        if str(process.port).encode() in line:
            break
    path = return_paths.address(7, "retour.test")
    with smtplib.SMTP("127.0.0.1", process.port) as client:
        client.sendmail("", [path], mail("postfix_blocklist", 7))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert len(list(db.session.scalars(select(InboundEvent)))) == 1


def test_without_a_place_to_listen_it_says_what_to_set(tmp_path):
    result = CliRunner().invoke(
        receive, env={"VOLONTIERS_DATA": str(tmp_path), "RETURN_PATH_LISTEN": ""}
    )
    assert result.exit_code == 1
    assert "RETURN_PATH_LISTEN" in result.output
