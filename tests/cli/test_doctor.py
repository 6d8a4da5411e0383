"""The doctor finds what is wrong and says what to do."""

import socket
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from config import settings
from tests.fakes_tsa import Authority
from webapp.cli import doctor, mailbox
from webapp.cli.migrating import migrate
from webapp.core.embedded_postgres import throw_away

load_settings = settings.load


@pytest.fixture(scope="module")
def database():
    with throw_away() as cluster:
        yield cluster.url


@pytest.fixture
def load(tmp_path, database):
    def make(**environ):
        environ = {"VOLONTIERS_DATA": str(tmp_path), "DATABASE_URL": database} | environ
        return load_settings(environ)

    return make


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    """A bundle and a compiled language, so that a check fails for its own reason."""
    for name in ("dist/manifest.json", "translations/fr/LC_MESSAGES/messages.po"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        path.with_suffix(".mo").write_text("")
    monkeypatch.setattr(doctor, "DIST", tmp_path / "dist")
    monkeypatch.setattr(doctor, "TRANSLATIONS", tmp_path / "translations")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(loaded, monkeypatch, command=doctor.doctor):
    monkeypatch.setattr(settings, "load", lambda: loaded)
    return CliRunner().invoke(command)


def finding(loaded, name):
    return {found.name: found for found in doctor.examine(loaded)}[name]


def test_a_database_nobody_migrated_is_named_until_it_is(load, monkeypatch):
    before = ask(load(), monkeypatch)
    assert before.exit_code == 1
    assert "NO  Database     at no migration" in before.output
    assert ask(load(), monkeypatch, migrate).exit_code == 0
    after = ask(load(), monkeypatch)
    assert after.exit_code == 0, after.output
    assert "NO" not in after.output.split()


def test_a_database_that_does_not_answer_is_a_finding(load):
    nobody = f"postgresql://v@127.0.0.1:{free_port()}/v"
    found = finding(load(DATABASE_URL=nobody), "Database")
    assert not found.well
    assert "refused" in found.words


@pytest.mark.parametrize("scheme", ["redis", "amqp", "postgresql"])
def test_a_broker_that_does_not_answer_is_a_finding(load, scheme):
    found = finding(load(BROKER_URL=f"{scheme}://127.0.0.1:{free_port()}"), "Broker")
    assert not found.well


def test_without_a_mail_server_the_operator_is_told_that_mail_stays_here(load):
    found = finding(load(), "Mail")
    assert found.well
    assert "no mail leaves" in found.words


def test_a_mail_server_that_answers_is_well_and_one_that_does_not_is_not(
    load, tmp_path
):
    server = mailbox.controller(tmp_path / "mail", free_port())
    server.start()
    url = f"smtp://127.0.0.1:{server.port}"
    assert finding(load(SMTP_URL=url), "Mail").well
    server.stop()
    assert not finding(load(SMTP_URL=url), "Mail").well


def test_without_an_authority_the_operator_is_told_whose_clock_it_is(load):
    found = finding(load(), "Timestamps")
    assert found.well
    assert "TSA_URL" in found.words


def test_an_authority_that_answers_is_well_and_one_that_does_not_is_not(load, tmp_path):
    authority = Authority(tmp_path / "tsa")
    with authority.at_work() as url:
        found = finding(load(TSA_URL=url), "Timestamps")
        assert found.well, found.words
        authority.fault = "nonsense"
        assert not finding(load(TSA_URL=url), "Timestamps").well
    found = finding(load(TSA_URL=url), "Timestamps")
    assert not found.well
    assert "gives no answer" in found.words


def test_an_authority_is_named_by_an_address_of_the_web(load):
    with pytest.raises(settings.BadSetting, match="TSA_URL must start with"):
        load(TSA_URL="ldap://tsa.example")


def test_a_full_disk_is_a_finding(load, monkeypatch):
    usage = SimpleNamespace(free=10_000_000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    found = finding(load(), "Disk")
    assert not found.well
    assert "make room" in found.words


def test_pages_that_were_not_built_are_a_finding(load, tmp_path):
    (tmp_path / "dist" / "manifest.json").unlink()
    assert finding(load(), "Pages").words == "not built: `make setup`"


def test_a_language_that_was_not_compiled_is_named(load, tmp_path):
    [compiled] = (tmp_path / "translations").rglob("*.mo")
    compiled.unlink()
    assert finding(load(), "Languages").words.startswith("not compiled: fr")


def test_no_password_is_shown(load, database, monkeypatch):
    loaded = load(
        SMTP_URL=f"smtp://user:hidden@127.0.0.1:{free_port()}",
        BROKER_URL=f"redis://:hidden@127.0.0.1:{free_port()}",
    )
    assert "hidden" not in ask(loaded, monkeypatch).output


def test_a_failed_check_tells_no_password(load, monkeypatch):
    def refuse(_settings):
        raise ValueError("amqp://volontiers:hush@broker.example is no address")

    monkeypatch.setitem(doctor.CHECKS, "Broker", refuse)
    assert "hush" not in ask(load(), monkeypatch).output
