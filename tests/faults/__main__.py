"""The faults in full: `python -m tests.faults [runs] [people]`. Loopback only, an hour or so.

So many campaigns to so many people, each with deaths at random moments, on one worker machine
and on two; then a large list whose mail server is down from the first message on. The exit
code tells whether nobody was forgotten and nobody got anything twice.
"""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from config import settings as configuration
from tests.conftest import migrate
from tests.faults import killing, outage
from tests.faults.killing import Plan
from webapp.core.db import Model
from webapp.core.embedded_postgres import throw_away

RUNS = 20
PEOPLE = 10_000
DEATHS = 6
WITHOUT_SERVER = 5_000
COLUMNS = [
    "run",
    "machines",
    "audience",
    "accepted",
    "sent",
    "refused",
    "uncertain",
    "in-flight",
    "doubled",
    "missing",
    "wrong",
    "seconds",
]


def main(runs=RUNS, people=PEOPLE):
    """Print a line for each run; give the exit code."""
    is_right = True
    with throw_away() as cluster, tempfile.TemporaryDirectory() as directory:
        migrate(cluster.url)
        settings = configuration.load(
            {
                "VOLONTIERS_DATA": directory,
                "DATABASE_URL": cluster.url,
                "SECRET_KEY": "a key for the faults alone",
                "BASE_URL": "http://volontiers.test",
            }
        )
        _print(COLUMNS)
        for number in range(1, runs + 1):
            for machines in (1, 2):
                plan = Plan(people, machines, DEATHS, seed=number * 10 + machines)
                is_right &= _killed(settings, Path(directory), number, plan)
        is_right &= _without_server(
            settings, Path(directory), min(people, WITHOUT_SERVER)
        )
    print("nobody twice, nobody forgotten" if is_right else "THERE ARE FAULTS")
    return 0 if is_right else 1


def _killed(settings, directory, number, plan):
    began = time.monotonic()
    tally = killing.run(settings, _emptied(settings, directory), plan)
    _print(
        [
            number,
            plan.machines,
            sum(tally.statuses.values()),
            tally.accepted,
            tally.statuses["sent"],
            tally.statuses["bounced"],
            tally.uncertain,
            tally.in_flight,
            tally.doubled,
            tally.missing,
            tally.wrong,
            round(time.monotonic() - began),
        ]
    )
    return tally.is_right and sum(tally.statuses.values()) == plan.people


def _without_server(settings, directory, people):
    """A list of 5,000 with no mail server at first, which leaves twice more."""
    got, counts = outage.run(settings, _emptied(settings, directory), people)
    print(f"\nno mail server for {people} people at first: {dict(counts)}")
    missing = people - len(got)
    print(f"accepted {sum(got.values())}, missing {missing}")
    known = counts["sent"] + counts["uncertain"]
    return known == people and missing <= counts["uncertain"] and max(got.values()) == 1


def _emptied(settings, directory):
    """A directory of its own for a run, which begins with empty tables."""
    tables = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return Path(tempfile.mkdtemp(dir=directory))


def _print(values):
    print("".join(f"{value!s:>10}" for value in values), flush=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
