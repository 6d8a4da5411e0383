"""The ledger: events a second with one writer and with a hundred, and how fast a chain is verified.

`python -m tests.bench.ledger`; PostgreSQL as it ships (`fsync` on), one process.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor

from tests.bench import installation
from tests.factories import accounts, subscriptions
from webapp.accounts.models import Workspace
from webapp.consent import exporting, ledger, verifying
from webapp.consent.models import ConsentEvent, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction

EVENTS = 2000
MANY = 200_000
WRITERS = 100


def main():
    """Print events a second."""
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        with house.app.app_context():
            ids = _people()
        _print("1 writer, each event committed", _write(house, ids, 1), EVENTS)
        _print(
            f"{WRITERS} writers, each event committed",
            _write(house, ids, WRITERS),
            EVENTS,
        )
        with house.app.app_context():
            _print("chained and copied at once", _append(ids), MANY)
            size, seconds = _verify()
            _print("verified in the database", seconds, size)
            size, seconds = _verify_export()
            _print("verified in an export, offline", seconds, size)


def _people():
    workspace = accounts.workspace()
    letter = subscriptions.mailing_list(workspace)
    people = [subscriptions.contact(workspace) for _ in range(WRITERS)]
    db.session.commit()
    return letter.purpose_id, [person.id for person in people]


def _write(house, ids, writers):
    purpose_id, people = ids

    def say(turn):
        with house.app.app_context(), transaction():
            contact = db.session.get_one(Contact, people[turn % WRITERS])
            purpose = db.session.get_one(Purpose, purpose_id)
            subscriptions.says(contact, purpose, list(State)[turn % 4])

    start = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(say, range(EVENTS)))
    return time.perf_counter() - start


def _append(ids):
    purpose_id, people = ids
    workspace = _workspace(people[0])
    now = clock.now()
    events = [
        ConsentEvent(
            workspace_id=workspace.id,
            contact_id=people[turn % WRITERS],
            purpose_id=purpose_id,
            state="given",
            basis="consent",
            method="import",
            at=now,
            detail={},
        )
        for turn in range(MANY)
    ]
    start = time.perf_counter()
    ledger.append_many(workspace, events)
    db.session.commit()
    return time.perf_counter() - start


def _verify():
    start = time.perf_counter()
    size = max(exporting.verify(_any_workspace(), []))
    return size, time.perf_counter() - start


def _verify_export():
    lines = iter(list(exporting.lines(_any_workspace())))
    start = time.perf_counter()
    verifying.check_lines(lines)
    return 2 * EVENTS + MANY, time.perf_counter() - start


def _any_workspace():
    return _workspace(db.session.query(Contact.id).limit(1).scalar())


def _workspace(contact_id):
    number = db.session.get_one(Contact, contact_id).workspace_id
    return db.session.get_one(Workspace, number)


def _print(name, seconds, count):
    print(f"{name:36}{count / seconds:10.0f} events/s", flush=True)


if __name__ == "__main__":
    main()
