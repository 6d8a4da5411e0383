"""The PostgreSQL an installation runs for itself when no DATABASE_URL names another."""

import contextlib
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from config.settings import Settings
from webapp.core import children, postgres_data
from webapp.core.children import Account, Backoff
from webapp.core.lock_file import HeldByAnother, LockFile
from webapp.core.postgres_programs import (
    ENVIRONMENT,
    PostgresUnavailable,
    find_data,
    find_programs,
    is_initialised,
    short_hash,
)
from webapp.core.postgres_tuning import DURABLE, FAST, server_settings

NAME = "volontiers"
# A shutdown writes out what memory holds; beyond this the next start does it instead.
STOP_WITHIN = 60.0
# A server that dies this many times before it answers once will not start.
TRIES = 5
POLL = 0.03
# The log of earlier days is dropped at a start when it has grown beyond this.
LOG_BYTES = 10_000_000


class AlreadyRunning(RuntimeError):
    """Another process of this installation runs the database already."""


class Cluster:
    """The server of one data directory, kept alive by the process that owns it."""

    def __init__(self, data_dir: Path, *, fast: bool = False) -> None:
        """Prepare; `fast` is for tests: data does not survive a power cut."""
        self.data_dir = data_dir
        self.socket_dir = Path(f"/tmp/volontiers-{short_hash(data_dir)}")  # noqa: S108
        self.log = data_dir / "postgres.log"
        self._durability = FAST if fast else DURABLE
        self._lock = LockFile(data_dir / "postgres.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._stopping = threading.Event()
        self._deaths = 0

    @property
    def url(self) -> str:
        """Where SQLAlchemy finds the database."""
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={self.socket_dir}"

    def is_running(self) -> bool:
        """Tell whether the server answers: nothing less than a connection proves it."""
        try:
            self._connect(NAME).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Run the server for the length of a block and give its address."""
        self.start()
        try:
            yield self.url
        finally:
            self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers, however long it recovers.

        :raises AlreadyRunning: when another process owns this data directory.
        :raises PostgresUnavailable: when it cannot start here; says why.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, within: float = STOP_WITHIN) -> None:
        """Stop the server: cleanly, or after `within` seconds at once (it recovers)."""
        self._stopping.set()
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(within)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
        if self._keeper:
            self._keeper.join()
            self._keeper = None
        with contextlib.suppress(OSError):
            self.socket_dir.rmdir()
        self._lock.release()

    def _start(self) -> None:
        data, account = find_data(self.data_dir)
        programs = find_programs(data, account)
        if not is_initialised(data):
            postgres_data.initialise(data, programs, account)
        postgres_data.make_private(self.socket_dir, account)
        postgres_data.end_orphan(data)
        self._stopping.clear()
        self._deaths = 0
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.unlink()
        argv = [str(programs.postgres), "-D", str(data)]
        argv += server_settings(self.socket_dir, self._durability)
        # Our death signal is tied to the thread that starts the server, so the
        # thread that starts it again after a crash must start it the first time.
        self._keeper = threading.Thread(
            target=self._keep, args=(argv, data, account), daemon=True
        )
        self._keeper.start()
        self._wait_until_it_answers()
        self._make_database()

    def _keep(self, argv: list[str], data: Path, account: Account | None) -> None:
        """Start the server, and start it again whenever it dies unasked."""
        backoff = Backoff(first=0.2, longest=10.0)
        while not self._stopping.is_set():
            postgres_data.remove_stale_pid_file(data)
            with self.log.open("ab") as output:
                self._process = children.start(
                    argv,
                    env=ENVIRONMENT,
                    output=output,
                    on_our_death=signal.SIGINT,
                    account=account,
                )
            backoff.started()
            if self._stopping.is_set():
                self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._deaths += 1
            self._stopping.wait(backoff.next_wait())

    def _take_lock(self) -> None:
        try:
            self._lock.take()
        except HeldByAnother as other:
            message = (
                f"Process {other.owner} already runs the database of {self.data_dir}."
            )
            raise AlreadyRunning(message) from None
        except PermissionError:
            message = f"{self.data_dir} belongs to another account: start as that one."
            raise PostgresUnavailable(message) from None

    def _wait_until_it_answers(self) -> None:
        while True:
            if self._deaths >= TRIES:
                message = f"PostgreSQL does not start:\n{self._last_words()}"
                raise PostgresUnavailable(message)
            with contextlib.suppress(psycopg.OperationalError):
                return self._connect("postgres").close()
            time.sleep(POLL)

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(query, [NAME]).fetchone():
                create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME))
                connection.execute(create)

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir),
            user=NAME,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:].strip()


def find_url(settings: Settings) -> str:
    """Give the address of the database of this installation, which must be running.

    :raises PostgresUnavailable: when the embedded server is not running.
    """
    if not settings.embedded_database:
        return settings.database_url
    cluster = Cluster(settings.data_dir)
    if not cluster.is_running():
        message = "The database is not running: start it with `volontiers run`."
        raise PostgresUnavailable(message)
    return cluster.url


@contextlib.contextmanager
def throw_away() -> Iterator[Cluster]:
    """Run a fast server whose data vanishes afterwards: for tests and measurements."""
    with tempfile.TemporaryDirectory(prefix="volontiers-") as name:
        directory = Path(name)
        # Its parent must let the server's account pass; its contents stay private.
        directory.chmod(0o711)
        cluster = Cluster(directory, fast=True)
        with cluster.running():
            yield cluster


@contextlib.contextmanager
def at_hand(settings: Settings) -> Iterator[str]:
    """Give one command its database, starting the embedded server if need be."""
    cluster = Cluster(settings.data_dir)
    if not settings.embedded_database:
        yield settings.database_url
    elif cluster.is_running():
        yield cluster.url
    else:
        with cluster.running() as url:
            yield url
