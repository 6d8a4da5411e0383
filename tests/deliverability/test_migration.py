"""A workspace that had an SMTP server has it still, its password included."""

import importlib.util

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from config.settings import ROOT

FIRST = "CREATE TABLE {} (id bigint PRIMARY KEY)"


def _upgrade(name):
    path = ROOT / "migrations" / "versions" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    migration.upgrade()


@pytest.fixture
def before(database_url):
    """A schema as it was before there were several mail servers; nothing stays of it."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA before"))
        connection.execute(text("SET LOCAL search_path = before"))
        for table in ("workspace", "contact"):
            connection.execute(text(FIRST.format(table)))
        with Operations.context(MigrationContext.configure(connection)):
            _upgrade("0004_deliverability")
            yield connection
        connection.rollback()
    engine.dispose()


def test_the_one_server_of_a_workspace_becomes_the_first_of_several(before):
    before.execute(text("INSERT INTO workspace VALUES (7), (8)"))
    before.execute(
        text(
            "INSERT INTO smtp_account (workspace_id, host, port, security,"
            " username, password_encrypted)"
            " VALUES (7, 'smtp.example.com', 587, 'starttls', 'anna', 'gAAA')"
        )
    )
    _upgrade("0022_mail_servers")
    [row] = before.execute(text("SELECT * FROM mail_server")).mappings()
    wanted = {
        "workspace_id": 7,
        "name": "smtp.example.com",
        "kind": "smtp",
        "host": "smtp.example.com",
        "port": 587,
        "security": "starttls",
        "username": "anna",
        "secret_encrypted": "gAAA",
        "options": {},
        "weight": 100,
        "is_active": True,
    }
    assert {name: row[name] for name in wanted} == wanted
    gone = before.execute(text("SELECT to_regclass('smtp_account')")).scalar()
    assert gone is None
