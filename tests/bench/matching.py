"""Duplicates: how much of what is found is right, how long a search takes, how long a new contact waits.

`python -m tests.bench.matching 20000 200000`: the FEBRL sets, then made-up French bases of
these sizes in a database, searched by a process of its own, and contacts that arrive there.
The ratio beside a search is what it takes of the time in which the same people were copied in.
"""

import json
import statistics
import sys
import time

from sqlalchemy import select, text

from tests.bench import installation, peak
from tests.duplicates import febrl, french
from tests.duplicates.filling import fill
from tests.duplicates.measuring import Matched, chained, quality, same
from tests.factories import accounts
from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.duplicates import online
from webapp.duplicates.models import Decision, DupPair

SIZES = (20_000,)
ARRIVALS = 400


def main(*sizes):
    """Print tables."""
    sizes = sizes or [int(word) for word in sys.argv[1:] if word.isdigit()] or SIZES
    print(
        "set, pairs, precision, recall, F1; F1 with those that follow; without the number"
    )
    for name in febrl.FILES:
        _public(name)
    for size in sizes:
        with installation.house() as house, house.app.app_context():
            _search(house, size)


def _public(name):
    told = []
    for with_number in (True, False):
        people, owners = febrl.read(name, with_number=with_number)
        matched = Matched(people, same(owners))
        pairs = matched.from_on(0.9)
        reached = quality(pairs, matched.truth)
        told.append(
            f"{len(pairs):6} {reached.precision:.4f} {reached.recall:.4f} {reached.f1:.4f};"
            f" {quality(chained(pairs), matched.truth).f1:.4f}"
        )
    print(f"{name}: {told[0]}; {told[1]}", flush=True)


def _search(house, size):
    people = french.base(size)
    workspace = accounts.workspace()
    db.session.commit()
    copied, numbers = _timed(lambda: fill(workspace, people))
    db.session.execute(text("ANALYZE contact"))
    db.session.commit()
    number = workspace.id
    print(f"\n{len(people):,} people, copied in {copied:.1f} s", flush=True)
    for what in ("everybody", "nobody new"):
        seconds, megabytes, said = peak.run(
            "-duplicates", number, environment=house.environment
        )
        figures = json.loads(said.splitlines()[-1])
        print(
            f"searched, {what}: {seconds:.1f} s, {seconds / copied:.1f} times the copying,"
            f" {megabytes:.0f} MB; {figures}",
            flush=True,
        )
    _tell_quality(people, numbers)
    _arrive(number, numbers)


def _tell_quality(people, numbers):
    place = {number: at for at, number in enumerate(numbers)}
    truth = french.truth(people)
    found = {decision: set() for decision in (Decision.AUTO, Decision.PENDING)}
    for a, b, decision in db.session.execute(
        select(DupPair.a_id, DupPair.b_id, DupPair.decision)
    ):
        found[decision].add(tuple(sorted((place[a], place[b]))))
    auto, shown = found[Decision.AUTO], found[Decision.PENDING]
    alone, followed = quality(auto, truth), quality(chained(auto), truth)
    print(
        f"merged alone: precision {alone.precision:.4f} recall {alone.recall:.4f};"
        f" with those that follow {followed.precision:.4f} {followed.recall:.4f}"
    )
    print(
        f"to review: {1000 * len(shown) / len(people):.1f} pairs per 1,000 contacts,"
        f" {len(shown & truth) / len(shown):.2f} of them right;"
        f" F1 after a perfect review {quality(auto | shown & truth, truth).f1:.4f}"
    )


def _arrive(number, numbers):
    """Contacts of whom something compared has changed; beside the simplest question there is."""
    workspace = db.session.get_one(Workspace, number)
    times, asked, cpu = [], [], 0.0
    for contact_id in numbers[:: max(1, len(numbers) // ARRIVALS)]:
        contact = db.session.get_one(Contact, contact_id)
        contact.last_name = f"{contact.last_name}e"
        db.session.flush()
        # As in a request, the workspace is at hand.
        db.session.refresh(workspace)
        asked.append(_timed(lambda: db.session.execute(text("SELECT 1")))[0])
        began = time.process_time()
        times.append(_timed(lambda: online.check(workspace, contact))[0])  # noqa: B023
        cpu += time.process_time() - began
        db.session.rollback()
    cuts = statistics.quantiles([1000 * spent for spent in times[20:]], n=100)
    simplest = 1000 * statistics.median(asked)
    print(
        f"a contact that changed: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms,"
        f" p99 {cuts[98]:.1f} ms, {1000 * cpu / len(times):.1f} ms of them our CPU;"
        f" SELECT 1 takes {simplest:.2f} ms (p50)",
        flush=True,
    )


def _timed(work):
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


if __name__ == "__main__":
    main()
