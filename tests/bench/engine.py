"""A campaign through real worker processes into a sink: how fast, at which price, in how much memory."""

import contextlib
import time
from dataclasses import dataclass

from tests.bench import installation
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.messages.models import Message

THREADS = "4"
# Python's start is no part of sending.
STARTING = 8
PATIENCE = 900
MEGABYTE = 1024


@dataclass(frozen=True)
class Run:
    """So many messages in so many seconds; CPU of us, of PostgreSQL and of the sink."""

    count: int
    seconds: float
    cpu: tuple[float, float, float]
    # The most that one worker process held, MB.
    memory: float = 0

    @property
    def rate(self):
        return self.count / self.seconds

    @property
    def costs(self):
        """Microseconds of CPU a message."""
        return [spent / self.count * 1e6 for spent in self.cpu]


@contextlib.contextmanager
def house(port, processes, **environment):
    """An empty installation that hands its mail to the sink."""
    with installation.house(
        SMTP_URL=f"smtp://127.0.0.1:{port}?messages_per_connection=1000",
        WORKER_PROCESSES=str(processes),
        **{"WORKER_THREADS": THREADS, **environment},
    ) as made:
        yield made


@contextlib.contextmanager
def at_work(made):
    """The workers and the scheduler of an installation, ready; their two process groups."""
    environment = made.environment
    numbers = ("--processes", environment["WORKER_PROCESSES"])
    numbers += ("--threads", environment["WORKER_THREADS"])
    with (
        made.running("dramatiq", "tests.bench.offline:start", *numbers) as workers,
        made.running("tests.bench.offline") as scheduler,
    ):
        time.sleep(STARTING)
        yield workers, scheduler


def start(made, number):
    """Freeze the audience and have it sent."""
    with made.app.app_context():
        planning.start(db.session.get_one(Campaign, number))
        db.session.commit()


def status(made, number):
    with made.app.app_context():
        return db.session.get_one(Campaign, number).status


def sent(made, number):
    """How many messages of the campaign the sink has accepted."""
    with made.app.app_context():
        messages = db.session.query(Message).filter_by(campaign_id=number)
        return messages.filter_by(status="sent").count()


def largest(group):
    """The most memory a process of a group has held since it began, MB."""
    return max(installation.peaks(group)) / MEGABYTE


def send(port, processes, count, *, mjml=None, signed=()):
    """A campaign to so many people, from the frozen audience to the last answer kept."""
    with house(port, processes) as made:
        number = made.campaign(count, mjml, signed)
        with at_work(made) as groups:
            start(made, number)
            return _watched(made, number, groups, count)


def _watched(made, number, groups, count):
    def spent():
        return (
            sum(map(installation.cpu_seconds, groups)),
            installation.seconds_below(made.database),
            installation.seconds_of("smtp-sink"),
        )

    before, begun = spent(), time.perf_counter()
    while status(made, number) != "sent":
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit(f"{sent(made, number)} of {count} sent, and no end")
        time.sleep(0.1)
    seconds = time.perf_counter() - begun
    used = tuple(after - was for after, was in zip(spent(), before, strict=True))
    assert sent(made, number) == count
    return Run(count, seconds, used, largest(groups[0]))
