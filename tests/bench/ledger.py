"""The ledger: events a second with one writer and with a hundred, what a sign-up costs, how fast a chain is verified.

`python -m tests.bench.ledger`; PostgreSQL as it ships (`fsync` on), one process.
With `--million`, a million events are verified too: in the database and offline, with the memory it takes.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench import installation, peak
from tests.factories import accounts, subscriptions
from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.models import ConsentEvent, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.subscriptions import subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import MailingList

EVENTS = 2000
SIGN_UPS = 300
MILLION = 1_000_000
MANY = 200_000
AT_ONCE = 100_000
WRITERS = 100


def main():
    """Print events a second."""
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        with house.app.app_context():
            ids = _people()
        for writers in (1, WRITERS):
            label = f"{writers} writers, each event committed"
            _print(label, _write(house, ids, writers), EVENTS)
        _print("sign-ups taken, one after the other", _sign_up(house), SIGN_UPS)
        many = MILLION if "--million" in sys.argv else MANY
        with house.app.app_context():
            _print("chained and copied, 100,000 at once", _append(ids, many), many)
        _verify(house)


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


def _sign_up(house):
    """As a worker takes it: the contact, the words, the event, the confirmation mail."""
    with house.app.app_context():
        workspace = accounts.workspace(slug="formulaires")
        number = subscriptions.mailing_list(workspace).id
        db.session.commit()
    start = time.perf_counter()
    for turn in range(SIGN_UPS):
        with house.app.app_context(), transaction():
            letter = db.session.get_one(MailingList, number)
            workspace = db.session.get_one(Workspace, letter.workspace_id)
            contact = subscriptions.contact(workspace, f"inscrit{turn}@example.org")
            subscribing.ask(letter, contact, asked=Asked(method="widget"))
    return time.perf_counter() - start


def _append(ids, many):
    purpose_id, people = ids
    workspace = db.session.get_one(Workspace, _workspace_id(people[0]))
    spent = 0
    for first in range(0, many, AT_ONCE):
        events = [
            _event(workspace, people[turn % WRITERS], purpose_id)
            for turn in range(first, min(many, first + AT_ONCE))
        ]
        start = time.perf_counter()
        ledger.append_many(workspace, events)
        db.session.commit()
        spent += time.perf_counter() - start
    return spent


def _event(workspace, contact_id, purpose_id):
    return ConsentEvent(
        workspace_id=workspace.id,
        contact_id=contact_id,
        purpose_id=purpose_id,
        state="given",
        basis="consent",
        method="import",
        at=clock.now(),
        detail={},
    )


def _verify(house):
    """By the commands an operator and an auditor have, each in a process of its own."""
    slug, size = "maison-tilleul", 0
    path = Path(house.environment["VOLONTIERS_DATA"]).parent / "ledger.jsonl"
    for label, *words in (
        ("verified in the database", "verify", "--workspace", slug),
        ("exported", "export", "--workspace", slug, "--output", path),
        ("verified in an export, offline", "verify", path),
    ):
        seconds, megabytes, said = peak.run(
            "ledger", *words, environment=house.environment
        )
        size = _told(said) or size
        _print(label, seconds, size, f"{megabytes:6.0f} MB at most")


def _told(said):
    """How many events the command says there are."""
    before = said.partition(" events")[0].split()
    return int(before[-1]) if said else 0


def _workspace_id(contact_id):
    return db.session.get_one(Contact, contact_id).workspace_id


def _print(name, seconds, count, more=""):
    print(f"{name:42}{count / seconds:10.0f} a second {more}", flush=True)


if __name__ == "__main__":
    main()
