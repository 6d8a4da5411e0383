"""The programs an installation consists of, in the order they start."""

import sys
from dataclasses import dataclass

from config.settings import Settings

# PostgreSQL connections of a web process: one a thread, so no more than its pool has.
WEB_THREADS = 12
# Counts open connections, idle browsers included: a small number locks people out.
WEB_CONNECTIONS = 1024
# A batch of mail takes less; what does not finish is done again after the restart.
DRAIN_SECONDS = 30


@dataclass(frozen=True)
class Program:
    """A program to keep running, and the seconds it may take to stop."""

    name: str
    argv: list[str]
    stop_within: float = 10


def programs(settings: Settings) -> list[Program]:
    """List what `volontiers run` runs; it stops them in the reverse order."""
    mailbox = [_mailbox()] if settings.builtin_mailbox else []
    receiver = [_receiver()] if settings.return_listener else []
    return [*mailbox, *receiver, _workers(settings), _scheduler(), _web(settings)]


def migration() -> Program:
    """Give the program that brings the database up to date and ends."""
    return Program("migrate", _python("webapp.cli.main", "migrate"))


def _mailbox() -> Program:
    return Program("mailbox", _python("webapp.cli.mailbox"))


def _receiver() -> Program:
    return Program("receiver", _python("webapp.cli.main", "receive"))


def _workers(settings: Settings) -> Program:
    argv = _python("dramatiq", "workers.main:start")
    argv += ["--processes", str(settings.worker_processes)]
    argv += ["--threads", str(settings.worker_threads)]
    argv += ["--worker-shutdown-timeout", str(DRAIN_SECONDS * 1000)]
    return Program("workers", argv, stop_within=DRAIN_SECONDS + 5)


def _scheduler() -> Program:
    return Program("scheduler", _python("workers.schedule"))


def _web(settings: Settings) -> Program:
    argv = _python("granian", "webapp.wsgi:application", "--interface", "wsgi")
    argv += ["--host", settings.host, "--port", str(settings.port)]
    argv += ["--workers", str(settings.web_processes), "--respawn-failed-workers"]
    argv += ["--blocking-threads", str(WEB_THREADS)]
    argv += ["--backpressure", str(WEB_CONNECTIONS), "--workers-kill-timeout", "8"]
    # An access log would hold addresses of people and the tokens of their links.
    argv += ["--http", "1", "--no-ws", "--no-access-log", "--log-level", "error"]
    return Program("web", argv)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
