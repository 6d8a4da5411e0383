"""An installation for a measurement: PostgreSQL as it ships, real processes, made-up people."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from config.settings import ROOT, child_environment
from config.settings import load as load_settings
from tests.bench.building import newsletter
from tests.factories import domains
from webapp.accounts.models import Workspace
from webapp.app import create_app
from webapp.campaigns.models import Campaign
from webapp.consent import purposes
from webapp.consent.models import PurposeKind
from webapp.core.db import db
from webapp.core.embedded_postgres import Cluster
from webapp.deliverability import domain_keys
from webapp.subscriptions.models import MailingList

PEOPLE = """
WITH person AS (
    INSERT INTO contact (workspace_id, email, civility, first_name, last_name, phone,
        postcode, city, country, language, source)
    SELECT :workspace, 'person' || n || '@example.org', '', 'Anne' || n, 'Martin' || n, '',
        '42000', 'Saint-Étienne', 'FR', 'fr', 'bench'
    FROM generate_series(1, :count) AS n
    RETURNING id
)
INSERT INTO consent_state (contact_id, purpose_id, state, basis, method, since, event_id)
SELECT person.id, purpose.id, 'given', 'consent', 'bench', now(), 0
FROM person CROSS JOIN purpose WHERE purpose.workspace_id = :workspace
"""
_TICKS = os.sysconf("SC_CLK_TCK")


class House:
    """The settings, the application and the environment of its processes."""

    def __init__(self, environment, database):
        self.environment = environment
        self.database = database
        self.settings = load_settings(environment)
        self.app = create_app(self.settings)

    @contextlib.contextmanager
    def running(self, *argv):
        """`python -m argv` with all its children, until the block ends."""
        process = subprocess.Popen(
            [sys.executable, "-m", *argv],
            cwd=ROOT,
            env=child_environment(**self.environment),
            start_new_session=True,
        )
        try:
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def campaign(self, count, mjml=None, signed=()):
        """A draft with fifty values for so many people who agreed to everything.

        `signed`: the algorithms of our DKIM signatures; without one, the relay signs.
        """
        with self.app.app_context():
            workspace = _workspace()
            _send_from(workspace, signed)
            asked = purposes.measuring(workspace)
            assert asked
            purpose = purposes.create(
                workspace, PurposeKind.NEWSLETTER, name="Nouvelles"
            )
            mailing = MailingList(
                workspace_id=workspace.id,
                purpose_id=purpose.id,
                name="Nouvelles",
                purpose_text="-",
                notice_text="-",
            )
            db.session.add(mailing)
            db.session.flush()
            # Made-up people said nothing, so the trigger that asks for their words must not look.
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            db.session.execute(
                text(PEOPLE), {"workspace": workspace.id, "count": count}
            )
            db.session.execute(text("SET LOCAL session_replication_role = origin"))
            campaign = Campaign(
                workspace_id=workspace.id,
                name="Mesure",
                subject="Bonjour {{ contact.first_name }}",
                mjml=mjml or newsletter(),
                mailing_list_id=mailing.id,
            )
            db.session.add(campaign)
            db.session.commit()
            db.session.execute(text("ANALYZE"))
            db.session.commit()
            return campaign.id


@contextlib.contextmanager
def house(**environment):
    """A durable PostgreSQL and an empty installation on it."""
    with database() as cluster:
        _migrate(cluster.url)
        yield House(
            {
                "DATABASE_URL": cluster.url,
                "VOLONTIERS_DATA": str(cluster.data_dir.parent / "files"),
                "SECRET_KEY": secrets.token_hex(),
                "BASE_URL": "http://127.0.0.1",
                "LOG_LEVEL": "ERROR",
                **environment,
            },
            cluster.data_dir,
        )


@contextlib.contextmanager
def database():
    """A durable PostgreSQL with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="volontiers-bench-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        cluster = Cluster(directory / "data")
        with cluster.running():
            yield cluster


def peaks(group):
    """The most memory that each process of a group has held so far, KB."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getpgid(process.pid) == group:
                status = Path(f"/proc/{process.pid}/status").read_text()
                [line] = [one for one in status.splitlines() if "VmHWM" in one]
                found.append(int(line.split()[1]))
    return found


def cpu_seconds(group):
    """What all processes of a group have used so far."""
    return _cpu(lambda path, fields: int(fields[2]) == group)


def seconds_below(directory):
    """What all processes that stand in a directory or below it have used so far."""
    return _cpu(
        lambda path, _: (path.parent / "cwd").readlink().is_relative_to(directory)
    )


def seconds_of(program):
    """What all processes of this name have used so far."""
    return _cpu(lambda path, _: (path.parent / "comm").read_text().rstrip() == program)


def _cpu(is_counted):
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # Behind the name, which may hold anything: state, parent, group ...
            fields = path.read_text().rpartition(")")[2].split()
            if is_counted(path, fields):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def _workspace():
    workspace = Workspace(
        slug=f"mesure-{secrets.token_hex(4)}",
        name="Mesure",
        legal_name="Mesure",
        address="1 rue d'Ici",
        city="Lyon",
        rights_email="droits@shop.example",
        sender_email="boutique@shop.example",
    )
    db.session.add(workspace)
    db.session.flush()
    return workspace


def _send_from(workspace, signed):
    domain = domains.domain(workspace, "shop.example")
    for key in domain_keys.every(domain):
        if key.algorithm not in signed:
            db.session.delete(key)


def _migrate(url):
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    create_engine(url).dispose()
