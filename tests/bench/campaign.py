"""A whole campaign through the real engine, beside Postfix's `smtp-source`, in one run.

`python -m tests.bench.campaign [people]`; loopback only. From the frozen audience to the last
answer written down: claims, consent looked at again, each person's own message with fifty
values, followed links and a pixel, SMTP, results. `smtp-source` repeats one message as long.
"""

import os
import subprocess
import sys
import time

from tests.bench import building, installation, smtp_client
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.messages.mime import Variant
from webapp.messages.models import Message

COUNT = 100_000
# So many texts share the fifty values: the length of the message.
LENGTHS = {"20 KB": 5, "40 KB": 1}
PROCESSES = (1, 2)
COLUMNS = ("messages/s", "ratio", "ours", "PostgreSQL", "sink")


def main(count=COUNT):
    """Print messages a second, their ratio to smtp-source's, and where the CPU went."""
    print(f"{count} people, load average at the start {os.getloadavg()[0]:.1f}")
    print(f"{'':28}" + "".join(f"{name:>12}" for name in COLUMNS) + "  µs a message")
    with smtp_client.sink() as port:
        for name, texts_of in LENGTHS.items():
            mjml = building.newsletter(texts_of=texts_of)
            length = _length(mjml)
            print(f"about {name}: {length} bytes")
            limit = _limit(port, count, length)
            _print("smtp-source, 8 sessions", limit, limit.rate)
            for processes in PROCESSES if texts_of > 1 else PROCESSES[-1:]:
                run = _engine(port, processes, count, mjml)
                _print(f"ours, {processes} worker processes", run, limit.rate)
            _print("smtp-source again", _limit(port, count, length), limit.rate)


class _Run:
    def __init__(self, count, seconds, *cpu):
        self.rate = count / seconds
        self.costs = [spent / count * 1e6 for spent in cpu]


def _length(mjml):
    made = building.blueprint(mjml)
    everything = Variant(clicks=True, opens=True)
    return len(made.build(building.person(1), everything, building.DATED))


def _limit(port, count, length):
    smtp_client.MESSAGES = count
    sink = installation.seconds_of("smtp-sink")
    measured = smtp_client.postfix(port, smtp_client.SESSIONS, length)
    sink = installation.seconds_of("smtp-sink") - sink
    return _Run(count, measured.seconds, measured.cpu, 0, sink)


def _engine(port, processes, count, mjml):
    with installation.house(
        SMTP_URL=f"smtp://127.0.0.1:{port}?messages_per_connection=1000",
        WORKER_PROCESSES=str(processes),
        WORKER_THREADS="4",
    ) as house:
        number = house.campaign(count, mjml)
        argv = ("dramatiq", "workers.main:start", "--processes", str(processes))
        with (
            house.running(*argv, "--threads", "4") as group,
            house.running("workers.schedule"),
        ):
            # Python's start is no part of sending.
            time.sleep(8)
            with house.app.app_context():
                planning.start(db.session.get_one(Campaign, number))
                db.session.commit()
            return _watch(house, number, group, count)


def _watch(house, number, group, count):
    def spent():
        return (
            installation.cpu_seconds(group),
            installation.seconds_below(house.database),
            installation.seconds_of("smtp-sink"),
        )

    before, start = spent(), time.perf_counter()
    while time.perf_counter() - start < 900:
        time.sleep(0.1)
        with house.app.app_context():
            campaign = db.session.get_one(Campaign, number)
            if campaign.status == "sent":
                break
    seconds = time.perf_counter() - start
    used = [after - was for after, was in zip(spent(), before, strict=True)]
    with house.app.app_context():
        sent = db.session.query(Message).filter_by(status="sent").count()
    assert sent == count, sent
    return _Run(count, seconds, *used)


def _print(name, run, limit):
    costs = "".join(f"{cost:12.0f}" for cost in run.costs)
    print(f"{name:28}{run.rate:12.0f}{run.rate / limit:12.2f}{costs}", flush=True)


if __name__ == "__main__":
    try:
        main(*map(int, sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{error.cmd[0]} failed") from error
