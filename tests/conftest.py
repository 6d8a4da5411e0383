"""One PostgreSQL of its own for each test process; every test starts on empty tables."""

import dataclasses
import logging
from datetime import UTC, datetime

import dramatiq
import hypothesis
import pytest
from alembic import command
from alembic.config import Config
from flask import g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from config import messages
from config import settings as configuration
from config.settings import ROOT
from tests.browsing import chromium
from tests.factories import accounts as make_accounts
from webapp.app import create_app
from webapp.core import clock, draining
from webapp.core.db import Model, db, transaction
from webapp.core.embedded_postgres import throw_away
from webapp.core.limits import limiter
from webapp.deliverability import connections
from webapp.deliverability.transports.memory import MemoryTransport
from webapp.widgets import entering, intake
from workers.main import connect

# No test depends on the speed of the machine.
hypothesis.settings.register_profile(
    "here",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("here")


def pytest_configure(config):
    """Pages speak the words of the catalogues as they stand now."""
    if not hasattr(config, "workerinput"):
        messages.compile_stale()


@pytest.fixture(scope="session")
def database_url():
    """A throw-away PostgreSQL with the migrations applied."""
    with throw_away() as cluster:
        migrate(cluster.url)
        yield cluster.url


def migrate(url):
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")


@pytest.fixture(scope="session")
def settings(database_url, tmp_path_factory):
    """An installation with embedded defaults, its files in a directory of the test run."""
    loaded = configuration.load(
        {
            "VOLONTIERS_DATA": str(tmp_path_factory.mktemp("data")),
            "DATABASE_URL": database_url,
            "BROKER_URL": "stub://",
            "SECRET_KEY": "a key for the tests alone",
            "BASE_URL": "http://volontiers.test",
        }
    )
    return dataclasses.replace(loaded, testing=True)


# Emptying a table as a whole makes new files for it and all its indexes: that is forty times
# slower than deleting the few rows of a test, so it is for the tables that have grown.
EMPTY = f"""
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT format('%I', relname) FROM pg_class
        WHERE relname IN ({", ".join(f"'{one}'" for one in Model.metadata.tables)})
            AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 1000000
    LOOP
        EXECUTE 'TRUNCATE ' || name || ' CASCADE';
    END LOOP;
    {" ".join(f'DELETE FROM "{one}";' for one in Model.metadata.tables)}
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class Browser(FlaskClient):
    """A visitor: in the context a test holds open, nothing of one request stays for the next.

    A worker is always at hand for sign-ups, so that tests see at once what comes of them.
    """

    def open(self, *args, **kwargs):
        if has_app_context():
            for name in list(g):
                g.pop(name)
        answer = super().open(*args, **kwargs)
        if answer.request.method == "POST":
            take_sign_ups(self.application)
        return answer


def take_sign_ups(app):
    """Do what the worker does with the sign-ups that came in."""
    with app.app_context():
        waiting = intake.waiting(clock.now())
    for sign_up_id in waiting:
        with app.app_context(), transaction():
            entering.take(sign_up_id)


@pytest.fixture(scope="session")
def _application(settings):
    app = create_app(settings)
    app.test_client_class = Browser
    connect(app)
    return app


@pytest.fixture(scope="session")
def empty(_application, database_url):
    """empty() leaves nothing of the test before."""
    # A story may have restarted the server.
    engine = create_engine(
        database_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True
    )

    def do():
        with engine.connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(EMPTY))
            connection.execute(text("RESET session_replication_role"))
        _application.extensions["broker"].flush_all()
        # An application for real may have switched this on for all, or a worker been told to end.
        limiter.enabled = False
        draining.withdraw()

    yield do
    engine.dispose()


@pytest.fixture
def empty_tables(empty):
    """Nothing left of the test before."""
    empty()


@pytest.fixture
def app(_application, empty_tables):
    """The application on empty tables, with an application context pushed."""
    with _application.app_context():
        yield _application
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def bare_app(_application, empty_tables):
    """The application on empty tables, without a context: for servers in other threads."""
    return _application


@pytest.fixture
def client(app):
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def workspace(app):
    """A shop, its legal identity complete."""
    made = make_accounts.workspace()
    db.session.commit()
    return made


@pytest.fixture
def sign_in(app):
    """sign_in(user) gives a browser in which that user is signed in."""

    def browser(user):
        token = make_accounts.session_of(user)
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    return browser


@pytest.fixture
def owner(workspace, sign_in):
    """A browser in which the owner of the workspace is signed in."""
    return sign_in(make_accounts.member(workspace, role="owner"))


@pytest.fixture
def editor(workspace, sign_in):
    """A browser in which an editor of the workspace is signed in."""
    return sign_in(make_accounts.member(workspace, role="editor"))


@pytest.fixture
def viewer(workspace, sign_in):
    """A browser in which somebody who may only look is signed in."""
    return sign_in(make_accounts.member(workspace, role="viewer"))


@pytest.fixture
def stranger(app, sign_in):
    """A browser in which the owner of another workspace is signed in."""
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    return sign_in(make_accounts.member(other, role="owner"))


@pytest.fixture
def worker(app):
    """worker() performs every job that was sent, and those they send, and raises their failures."""
    broker = app.extensions["broker"]

    def work():
        # A worker commits in its own session: let go of ours, so that both see the same rows.
        db.session.commit()
        running = dramatiq.Worker(broker, worker_timeout=20, worker_threads=1)
        running.start()
        try:
            for queue in broker.get_declared_queues():
                broker.join(queue, fail_fast=True, timeout=30_000)
            running.join()
        finally:
            running.stop()
        db.session.expire_all()

    return work


@pytest.fixture
def outbox(monkeypatch):
    """A transport that keeps all mail in a list: `outbox.outbox`."""
    transport = MemoryTransport()
    monkeypatch.setattr(connections, "transport_to", lambda server: transport)
    return transport


@pytest.fixture
def stopped_clock():
    """It is Tuesday 10 November 2026, nine in the morning in Paris."""
    with clock.stopped(datetime(2026, 11, 10, 8, tzinfo=UTC)):
        yield clock


@pytest.fixture(scope="session")
def browser():
    """A real Chromium."""
    with chromium() as one:
        yield one


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.INFO)
