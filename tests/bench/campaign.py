"""A whole campaign through the real engine, beside Postfix's `smtp-source`, in one run.

`python -m tests.bench.campaign`; loopback only. From the frozen audience to the last answer
written down: claims, consent looked at again, 20 KB built for each person, SMTP, results.
"""

import os
import subprocess
import time

from tests.bench import installation, smtp_client
from webapp.campaigns import planning
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.messages.models import Message

COUNT = 20_000
PROCESSES = (1, 2)


def main():
    """Print messages a second and CPU a message, as ratios of smtp-source's."""
    print(f"{COUNT} people, load average at the start {os.getloadavg()[0]:.1f}")
    print(f"{'':32}{'messages/s':>12}{'ratio':>8}{'CPU µs/msg':>12}")
    with smtp_client.sink() as port:
        limit = _limit(port)
        _print("smtp-source, 8 sessions", limit, limit.rate)
        for processes in PROCESSES:
            _print(
                f"campaign, {processes} worker processes",
                _engine(port, processes),
                limit.rate,
            )
        limit = _limit(port)
        _print("smtp-source again", limit, limit.rate)


class _Run:
    def __init__(self, seconds, cpu):
        self.rate = COUNT / seconds
        self.cost = cpu / COUNT * 1e6


def _limit(port):
    smtp_client.MESSAGES = COUNT
    measured = smtp_client.postfix(port, smtp_client.SESSIONS)
    return _Run(measured.seconds, measured.cpu)


def _engine(port, processes):
    with installation.house(
        SMTP_URL=f"smtp://127.0.0.1:{port}?messages_per_connection=1000",
        WORKER_PROCESSES=str(processes),
    ) as house:
        number = house.campaign(COUNT)
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
            return _watch(house, number, group)


def _watch(house, number, group):
    before, start = installation.cpu_seconds(group), time.perf_counter()
    while time.perf_counter() - start < 300:
        time.sleep(0.05)
        with house.app.app_context():
            campaign = db.session.get_one(Campaign, number)
            if campaign.status == "sent":
                break
    seconds = time.perf_counter() - start
    used = installation.cpu_seconds(group) - before
    with house.app.app_context():
        sent = db.session.query(Message).filter_by(status="sent").count()
    assert sent == COUNT, sent
    return _Run(seconds, used)


def _print(name, run, limit):
    print(
        f"{name:32}{run.rate:12.0f}{run.rate / limit:8.2f}{run.cost:12.0f}", flush=True
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{error.cmd[0]} failed") from error
