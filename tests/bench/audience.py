"""Freezing an audience of up to a million, and the memory of a worker that sends to it.

`python -m tests.bench.audience [people ...]`; loopback only. What is small is sent as a
whole, what is large for a minute: a worker that held the audience would hold it by then.
"""

import os
import resource
import sys
import time

from tests.bench import engine, smtp_client

PEOPLE = (1_000, 100_000, 1_000_000)
PROCESSES = 2
# So many turns that each worker process had many.
SECONDS = 60
FROZEN_WITHIN = 20
MEMORY = 250
COLUMNS = ("frozen s", "MB for it", "sent", "worker MB")


def main(*sizes):
    """Print for each size how long freezing took and what a worker held at most."""
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    print(f"to be frozen within {FROZEN_WITHIN} s, to be sent within {MEMORY} MB")
    print(f"{'people':>12}" + "".join(f"{name:>12}" for name in COLUMNS))
    with smtp_client.sink() as port:
        for people in sizes or PEOPLE:
            _measure(port, people)


def _measure(port, people):
    with engine.house(port, PROCESSES) as made:
        number = made.campaign(people)
        with engine.at_work(made) as (workers, _):
            seconds, held = _frozen(made, number)
            _wait(made, number)
            sent, most = engine.sent(made, number), engine.largest(workers)
    figures = f"{seconds:12.1f}{held:12.0f}{sent:12}{most:12.0f}"
    print(f"{people:12}{figures}", flush=True)


def _frozen(made, number):
    """Seconds until it is committed, and how much larger our process became by it."""
    before, begun = _peak(), time.perf_counter()
    engine.start(made, number)
    return time.perf_counter() - begun, _peak() - before


def _wait(made, number):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and engine.status(made, number) != "sent":
        time.sleep(0.5)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / engine.MEGABYTE


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
