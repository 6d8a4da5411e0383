"""The search box: what it takes to find somebody, and what its index costs.

`python -m tests.bench.finding [PEOPLE]`; with `--explain` the plan of each statement too. Times
are medians of five; the page is the whole answer of the application, the template included.
"""

import os
import statistics
import sys
import time

from sqlalchemy import text

from tests.bench import crowd, installation
from tests.bench.watching import Watched
from tests.factories import accounts
from webapp.accounts.models import Workspace
from webapp.contacts import searching
from webapp.contacts.models import SEARCHED
from webapp.contacts.searching import Place, Sort
from webapp.core.db import db
from webapp.core.limits import limiter
from webapp.demo import names

PEOPLE = 1_000_000
ROUNDS = 5
# What is typed, by what it is meant to show.
QUESTIONS = {
    "a rare name": "douillard-113",
    "a frequent name": "martin",
    "an accent": "hélène",
    "two words": "camille martin",
    "two words nobody has": "camille zorro",
    "a whole address": "camille.martin",
    "inside an address": "artin",
    "a frequent host": "gmail",
    "every address": "example",
    "one letter": "c",
    "three letters": "dur",
    "nobody": "qqqqqq",
    "a phone": "06 00 79 19 {phone}",
    "the beginning of a phone": "+33 6 00 1",
    "a company": "boulangerie mar",
    "an order": "FR-2026-0042",
    "a postcode and a name": "42000 mar",
}
FILL = """
UPDATE contact SET
    phone = CASE WHEN id % 3 = 0 THEN '+336' || lpad((id * 7919 % 100000000)::text, 8, '0')
        ELSE '' END,
    company = CASE WHEN id % 10 = 0
        THEN (ARRAY['Boulangerie', 'SARL', 'Fleurs'])[1 + id % 3] || ' ' || last_name ELSE '' END
"""
ORDERS = """
INSERT INTO purchase (workspace_id, contact_id, number, placed_at, total, status, currency,
    source)
SELECT workspace_id, id, 'FR-2026-' || lpad(id::text, 7, '0'), now(), 10, 'paid',
    'EUR', 'import'
FROM contact WHERE id % 2 = 0
"""


def main(people=PEOPLE):
    """Print what finding takes, and what the index costs beside one without inner parts."""
    print(f"load average at the start {os.getloadavg()[0]:.1f}, {people} contacts")
    with installation.house() as house:
        house.app.config["WTF_CSRF_ENABLED"] = False
        limiter.enabled = False
        with house.app.test_request_context():
            workspace, user = _fill(people)
            _index(people)
            slug, number, engine = workspace.slug, workspace.id, db.engine
            token = accounts.session_of(user)
            db.session.commit()
        browser = house.app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        _ask(house.app, browser, engine, slug, number)


def _fill(people):
    workspace = accounts.workspace()
    user = accounts.member(workspace, role="owner")
    db.session.execute(text("DROP INDEX ix_contact_words"))
    first = [one for some in (*names.WOMEN, *names.MEN) for one in some]
    here = {"workspace": workspace.id, "count": people}
    given = {**here, "first": first, "last": list(names.SURNAMES)}
    db.session.execute(text(crowd.PEOPLE), given)
    db.session.execute(text(FILL))
    db.session.execute(text(ORDERS))
    db.session.commit()
    return workspace, user


def _index(people):
    """Build it, and one over the beginnings of names and addresses alone, to compare."""
    for name, words in {
        "ix_contact_words": SEARCHED,
        "beginnings": "to_tsvector('simple'::regconfig, translate("
        "email || ' ' || first_name || ' ' || last_name, '@.-_+', '     '))",
    }.items():
        start = time.perf_counter()
        db.session.execute(text(f"CREATE INDEX {name} ON contact USING gin ({words})"))
        took = time.perf_counter() - start
        size = db.session.scalar(text(f"SELECT pg_relation_size('{name}')"))
        print(f"{name}: built in {took:.0f} s, {size / people:.0f} bytes a contact")
    db.session.execute(text("DROP INDEX beginnings"))
    db.session.commit()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            text("VACUUM ANALYZE contact, purchase")
        )


def _ask(app, browser, engine, slug, workspace_id):
    print(f"\n{'typed':34}{'found ms':>10}{'page ms':>9}  reads whole tables")
    with app.app_context():
        phone = db.session.scalar(
            text(
                "SELECT right(max(phone), 2) FROM contact WHERE phone LIKE '+3360079%'"
            )
        )
    for name, pattern in QUESTIONS.items():
        typed = pattern.format(phone=phone or "00")
        with Watched(engine) as watched:
            found = _median(lambda typed=typed: _find(app, workspace_id, typed))
        page = _median(
            lambda typed=typed: browser.get(
                f"/w/{slug}/contacts/", query_string={"q": typed}
            )
        )
        whole = ", ".join(sorted(watched.whole_tables())) or "–"
        print(f"{name:34}{found:10.1f}{page:9.1f}  {whole}")
        if "--explain" in sys.argv:
            watched.explain()


def _find(app, workspace_id, typed):
    with app.app_context():
        workspace = db.session.get_one(Workspace, workspace_id)
        searching.search(workspace, typed, Sort.NEWEST, Place())


def _median(ask):
    times = []
    for _turn in range(ROUNDS + 1):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    # The first one finds nothing in memory.
    return statistics.median(times[1:])


if __name__ == "__main__":
    sizes = [int(one) for one in sys.argv[1:] if one.isdigit()]
    main(*sizes)
