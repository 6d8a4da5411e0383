"""`volontiers doctor`: is everything here that the installation needs?"""

import shutil
import smtplib
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
import psycopg
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from config import settings as config
from config.logs import without_people
from config.settings import ROOT, Settings
from webapp.cli.migrating import alembic_config
from webapp.consent import timestamping
from webapp.core.embedded_postgres import at_hand

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 15
# Below this a day of mail or an import may fill the disk.
FREE_GIGABYTES = 1.0
SMTP_TIMEOUT = 10.0
DIST = ROOT / "webapp" / "static" / "dist"
TRANSLATIONS = ROOT / "webapp" / "translations"


class Unwell(Exception):
    """A check found something to put right; the message says how."""


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    well: bool
    words: str


@click.command()
def doctor() -> None:
    """Check this installation and say what to put right."""
    well = True
    for finding in examine(config.load()):
        mark = click.style("OK ", fg="green") if finding.well else _cross()
        click.echo(f"{mark} {finding.name:12} {finding.words}")
        well = well and finding.well
    if not well:
        raise SystemExit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Make every check; a check that breaks is a finding, never the end."""
    for name, check in CHECKS.items():
        try:
            yield Finding(name, well=True, words=check(settings))
        except Exception as error:  # noqa: BLE001 - whatever it is, the operator reads it
            yield Finding(name, well=False, words=_told(error))


def _told(error: Exception) -> str:
    return without_people(str(error)) or type(error).__name__


def _python(_settings: Settings) -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise Unwell("install Python 3.11 or later, then run `make setup`")
    return sys.version.split()[0]


def _data(settings: Settings) -> str:
    with tempfile.TemporaryFile(dir=settings.data_dir):
        return str(settings.data_dir)


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(settings.data_dir).free / 1e9
    if free < FREE_GIGABYTES:
        raise Unwell(f"{free:.1f} GB free: make room or set VOLONTIERS_DATA elsewhere")
    return f"{free:.1f} GB free"


def _database(settings: Settings) -> str:
    with at_hand(settings) as url:
        number, current = _version_and_migration(url)
        head = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    if number // 10_000 < OLDEST_POSTGRES:
        raise Unwell(
            f"PostgreSQL {number // 10_000}: {OLDEST_POSTGRES} or later is needed"
        )
    if current != head:
        raise Unwell(
            f"at {current or 'no migration'}, not {head}: `volontiers migrate`"
        )
    return f"PostgreSQL {number // 10_000}.{number % 10_000}, migrated to {head}"


def _version_and_migration(url: str) -> tuple[int, str | None]:
    with _connect(url) as connection:
        number = connection.info.server_version
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known == (None,):
            return number, None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return number, row[0] if row else None


def _connect(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False))


def _broker(settings: Settings) -> str:
    if not settings.broker_url:
        return "the database"
    scheme = urlsplit(settings.broker_url).scheme
    if scheme.startswith("redis"):
        import redis

        with redis.Redis.from_url(settings.broker_url) as client:
            client.ping()
    elif scheme.startswith("amqp"):
        import pika

        pika.BlockingConnection(pika.URLParameters(settings.broker_url)).close()
    else:
        _connect(settings.broker_url).close()
    return f"{scheme} answers"


def _mail(settings: Settings) -> str:
    if settings.builtin_mailbox:
        return "the built-in mailbox: no mail leaves this machine (set SMTP_URL)"
    server = urlsplit(settings.smtp_url)
    secure = server.scheme == "smtps"
    kind, port = (smtplib.SMTP_SSL, 465) if secure else (smtplib.SMTP, 25)
    host = server.hostname or "localhost"
    with kind(host, server.port or port, timeout=SMTP_TIMEOUT) as client:
        code, _ = client.ehlo()
    if code != 250:
        raise Unwell(f"{host} answers {code} to EHLO")
    return f"{host} answers"


def _timestamps(settings: Settings) -> str:
    if not settings.tsa_url:
        return "none: checkpoints have our own clock (set TSA_URL)"
    at, _ = timestamping.ask(settings.tsa_url, {"format": "test"})
    return f"the authority answers: {at:%Y-%m-%d %H:%M:%S} UTC"


def _bundle(_settings: Settings) -> str:
    if not (DIST / "manifest.json").exists():
        raise Unwell("not built: `make setup`")
    return f"{len(list(DIST.iterdir()))} files"


def _translations(_settings: Settings) -> str:
    sources = list(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    missing = [source for source in sources if not source.with_suffix(".mo").exists()]
    if missing:
        languages = ", ".join(sorted({_language(path) for path in missing}))
        raise Unwell(f"not compiled: {languages}: `make setup`")
    return ", ".join(sorted({"en", *map(_language, sources)}))


def _language(path: Path) -> str:
    return path.relative_to(TRANSLATIONS).parts[0]


def _cross() -> str:
    return click.style("NO ", fg="red", bold=True)


CHECKS: dict[str, Callable[[Settings], str]] = {
    "Python": _python,
    "Data": _data,
    "Disk": _disk,
    "Database": _database,
    "Broker": _broker,
    "Mail": _mail,
    "Timestamps": _timestamps,
    "Pages": _bundle,
    "Languages": _translations,
}
