"""The pages people wait for, and the claims of a campaign, read no big table from end to end.

Asked of PostgreSQL's planner over twenty thousand contacts: what it would do, never how long.
"""

import pytest

from tests.bench import crowd
from tests.bench.million import CONTACT_TABS, Addresses
from tests.bench.watching import Watched
from webapp.campaigns import asking, claiming, deliverers
from webapp.consent import gate
from webapp.contacts import counting
from webapp.core.db import db
from webapp.messages import queries

# Figures over everybody are counted over everybody: those pages are measured, not listed here.
BY_INDEX = (
    "contacts",
    "contacts, an older page",
    "contacts of a list",
    "contacts of a small list",
    "search: a rare name",
    "search: a frequent name",
    "search: two words",
    "search: two words nobody has",
    "search: an address",
    "search: one letter",
    "search: nobody",
    "search within a list",
    "a contact",
    *(f"a contact: {tab}" for tab in CONTACT_TABS),
    "campaigns",
    "a draft's audience",
    "a draft's editor",
    *(f"left out: {reason}" for reason in gate.Reason if reason not in asking.REASONS),
    "left out: a name",
    "a person's preferences",
    "metrics",
)


@pytest.fixture
def made(app):
    crowd_made = crowd.build(20_000)
    crowd.tidy()
    return crowd_made


def test_pages_and_claims_read_big_tables_along_their_indexes(
    made, sign_in, monkeypatch
):
    monkeypatch.setattr(counting, "MANY", 10_000)
    browser, addresses = sign_in(made.owner), Addresses.of(made)
    read = {}
    for name in BY_INDEX:
        with Watched(db.engine) as watched:
            assert browser.get(addresses.get[name]).status_code == 200
        assert watched.seen
        read[name] = watched.whole_tables() - {"audit_entry"}
    sent = made.sent[0].id
    asked = {
        "post": lambda: deliverers.take("bench:1"),
        "providers": lambda: claiming.due_providers(sent),
        "due": lambda: claiming.due(sent, 1000),
        "finished": lambda: claiming.is_done(sent),
        "leases": claiming.expire,
        "waiting": lambda: queries.claim_overdue(claiming.clock.now()),
        "lost": queries.lost_in_sending,
    }
    for name, ask in asked.items():
        with Watched(db.engine) as watched:
            ask()
        assert watched.seen
        read[name] = watched.whole_tables()
    assert {name: tables for name, tables in read.items() if tables} == {}


def test_a_page_that_reads_a_whole_table_would_be_noticed(made):
    with Watched(db.engine) as watched:
        db.session.execute(db.text("SELECT count(*) FROM contact WHERE phone = '1'"))
    assert watched.whole_tables() == {"contact"}
