"""`volontiers run`: the whole installation in one terminal."""

import contextlib
import http.client
import signal
import socket
import threading
import time
from collections.abc import Iterator

import click

from config import settings as config
from config.settings import Settings
from webapp.cli.programs import migration, programs
from webapp.cli.supervising import Output, Supervisor, run_once
from webapp.core.embedded_postgres import AlreadyRunning, at_hand
from webapp.core.lock_file import HeldByAnother, LockFile
from webapp.core.postgres_programs import PostgresUnavailable

# Until the web answers at all, and between answers that say "not yet".
KNOCK_SECONDS, NOT_YET_SECONDS = 0.1, 2.0
# Addresses that mean "every interface"; we ask ourselves over the loopback.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
REASONS = (AlreadyRunning, PostgresUnavailable, config.BadSetting)


@click.command()
def run() -> None:
    """Start everything: database, mailbox, workers, scheduler and web."""
    # Until the supervisor takes over, SIGTERM means what Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            _run(config.load())
    except REASONS as reason:
        raise click.ClickException(str(reason)) from reason


def _run(settings: Settings) -> None:
    with _alone(settings):
        _check_ports(settings)
        with at_hand(settings) as url:
            _run_programs(settings, config.child_environment(**_handed_on(url)))


def _run_programs(settings: Settings, env: dict[str, str]) -> None:
    table = programs(settings)
    names = [program.name for program in table]
    output = Output([*names, "migrate"], prefixed=settings.log_format != "json")
    if not run_once(migration(), env, output):
        raise click.ClickException("The database could not be brought up to date.")
    threading.Thread(target=_announce, args=[settings], daemon=True).start()
    Supervisor(table, env, output).run()


def _handed_on(url: str) -> dict[str, str]:
    """Tell the children where the database is, and to speak without delay."""
    return {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the installation for ourselves.

    :raises ClickException: when it runs already.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = LockFile(settings.data_dir / "run.lock")
    try:
        lock.take()
    except HeldByAnother as other:
        message = f"Volontiers already runs on {settings.data_dir}"
        raise click.ClickException(f"{message} (process {other.owner}).") from other
    try:
        yield
    finally:
        lock.release()


def _check_ports(settings: Settings) -> None:
    _check_port(settings.host, settings.port, "PORT")
    if settings.builtin_mailbox:
        _check_port("127.0.0.1", settings.mailbox_port, "MAILBOX_PORT")
    if settings.return_listener:
        place = settings.return_listener
        _check_port(place.host, place.port, "RETURN_PATH_LISTEN")


def _check_port(host: str, port: int, setting: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = (
                f"Port {port} of {host} cannot be used ({error.strerror}): "
                f"stop the program that has it, or set {setting} to another one."
            )
            raise click.ClickException(message) from error


def _announce(settings: Settings) -> None:
    """Say once, when it is true, that the installation is ready and where."""
    while (status := _ask(settings)) != http.HTTPStatus.OK:
        time.sleep(NOT_YET_SECONDS if status else KNOCK_SECONDS)
    line = f"  Volontiers is ready: {settings.base_url}  "
    rule = "─" * len(line)
    stop = "  Ctrl-C stops it.".ljust(len(line))
    click.secho(f"\n╭{rule}╮\n│{line}│\n│{stop}│\n╰{rule}╯\n", fg="green", bold=True)


def _ask(settings: Settings) -> int:
    """Ask the web whether it is ready: an HTTP status, 0 when nobody answers."""
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
