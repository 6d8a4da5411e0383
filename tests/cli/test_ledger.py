"""`volontiers ledger`: the proof in the operator's and the auditor's hands."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from tests.fakes_tsa import Authority
from webapp.cli.ledger import ledger
from webapp.consent import checkpoints, signing, timestamping
from webapp.consent.models import CheckpointTimestamp, State
from webapp.core.db import db


@pytest.fixture
def run(app, settings, monkeypatch):
    for name, value in {
        "VOLONTIERS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": "stub://",
        "BASE_URL": settings.base_url,
        "SECRET_KEY": settings.secret_key,
    }.items():
        monkeypatch.setenv(name, value)

    def command(*arguments):
        db.session.commit()
        result = CliRunner().invoke(ledger, [str(each) for each in arguments])
        db.session.expire_all()
        return result

    return command


@pytest.fixture
def said(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    for state in (State.PENDING, State.GIVEN, State.WITHDRAWN):
        says(anna, purpose_of(letter), state)
    db.session.commit()
    return workspace


def tamper(statement):
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text(statement))
    db.session.commit()


def test_a_whole_ledger_is_said_to_be_whole(run, said):
    result = run("verify")
    assert result.exit_code == 0, result.output
    assert "maison-tilleul: the chain is whole, 3 events; evidence purged: 0." in (
        result.output
    )


@pytest.mark.covers("consent-59")
def test_forgotten_circumstances_are_purged_and_not_broken(run, said):
    tamper("DELETE FROM person_key")
    result = run("verify", "--workspace=maison-tilleul")
    assert result.exit_code == 0, result.output
    assert "whole, 3 events; evidence purged: 3." in result.output


@pytest.mark.covers("consent-18")
def test_the_first_bad_event_is_named_and_the_command_fails(run, said):
    tamper("UPDATE consent_event SET state = 'given' WHERE seq = 3")
    result = run("verify")
    assert result.exit_code == 1
    assert "NOT PROVEN: maison-tilleul: event 3 " in result.output


def test_a_checkpoint_kept_elsewhere_tells_what_is_missing(run, said, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text(run("checkpoint").output)
    assert json.loads(kept.read_text())["size"] == 3
    tamper("DELETE FROM consent_event WHERE seq = 3")
    tamper("DELETE FROM ledger_checkpoint")
    tamper(
        "UPDATE ledger_head SET size = 2, hash = e.hash FROM consent_event e WHERE e.seq = 2"
    )
    assert run("verify").exit_code == 0
    result = run("verify", "--checkpoint", kept)
    assert result.exit_code == 1
    assert "event 3 is missing" in result.output


def test_an_export_is_verified_with_the_key_that_was_told(run, said, tmp_path):
    path = tmp_path / "ledger.jsonl"
    exported = run("export", "--workspace=maison-tilleul", "--output", path)
    assert exported.exit_code == 0, exported.output
    key = run("key").output.strip()
    assert key == signing.public_key()
    result = run("verify", path, "--key", key)
    assert (result.exit_code, "3 events" in result.output) == (0, True), result.output
    assert run("verify", path, "--key", "00" * 32).exit_code == 1


@pytest.mark.covers("consent-20")
def test_todays_state_is_compared_with_the_events_and_rebuilt_from_them(run, said):
    assert run("rebuild", "--check").exit_code == 0
    tamper("UPDATE consent_state SET state = 'given'")
    result = run("rebuild", "--check")
    assert result.exit_code == 1
    assert "1 answers differ" in result.output
    assert run("rebuild").exit_code == 0
    assert run("rebuild", "--check").exit_code == 0


def test_an_unknown_workspace_is_named_as_such(run, said):
    assert run("verify", "--workspace=nowhere").exit_code == 1


def test_the_verifier_is_printed_to_give_away_and_runs_alone(run, said, tmp_path):
    (tmp_path / "verifying.py").write_text(run("verifier").output)
    (tmp_path / "kept.json").write_text(run("checkpoint").output)
    done = subprocess.run(
        [sys.executable, "-P", "verifying.py", "kept.json", signing.public_key()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "the chain had 3 events" in done.stdout


def test_timestamps_are_verified_with_the_certificate_of_the_authority(
    run, said, tmp_path
):
    authority, other = (Authority(tmp_path / name) for name in ("one", "other"))
    run("checkpoint")
    with authority.at_work() as url:
        at, answer = timestamping.ask(url, checkpoints.latest(said).document)
    db.session.add(
        CheckpointTimestamp(
            checkpoint_id=checkpoints.latest(said).id,
            workspace_id=said.id,
            at=at,
            response=answer,
        )
    )
    path = tmp_path / "ledger.jsonl"
    run("export", "--workspace=maison-tilleul", "--output", path)
    for words in ((path,), ("--workspace=maison-tilleul",)):
        result = run("verify", *words, "--tsa-ca", authority.root)
        assert result.exit_code == 0, result.output
        assert "1 timestamps are by this authority." in result.output
        result = run("verify", *words, "--tsa-ca", other.root)
        assert result.exit_code == 1
        assert "is not that authority's" in result.output
