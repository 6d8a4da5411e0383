"""A shop with everything, as large as one likes: a million contacts, four million orders, twelve million events.

`build(people)` fills the empty database of the current application by set-based SQL: the people of
`crowd` with their consents, six messages and three hits each, then four orders each (unevenly: some
never bought, a few buy all the time) and three site events of those who agree to be measured. With
`lines`, an article or two for each order. Figures, stages and scores are left to be worked out.
`python -m tests.bench.base [PEOPLE]` says how long it takes and what it made.
"""

import sys
import time

from sqlalchemy import text

from tests.bench import crowd, installation
from webapp.consent import purposes
from webapp.core.db import db

PEOPLE = 1_000_000
CAMPAIGNS = 10
ORDERS_EACH = 4
EVENTS_EACH = 3
TABLES = ("purchase", "purchase_line", "site_event", "contact_stats", "stage_change")
# What interactive pages must not read from end to end.
BIG = (*crowd.BIG, *TABLES)

# The lower the number of somebody, the more often they buy; the last in line hardly ever.
ORDERS = """
INSERT INTO purchase (workspace_id, contact_id, number, placed_at, status, currency, total,
    discount, shipping, coupon, source)
SELECT :workspace,
    first + floor(power(random(), 1.6) * :people)::bigint, 'C' || lpad(n::text, 8, '0'),
    now() - power(random(), 1.3) * interval '1100 days',
    CASE WHEN n % 50 = 0 THEN 'cancelled' WHEN n % 400 = 1 THEN 'pending'
         WHEN n % 3 = 0 THEN 'paid' ELSE 'shipped' END,
    CASE WHEN n % 200 = 7 THEN 'CHF' ELSE 'EUR' END,
    round((8 + 90 * power(random(), 2))::numeric, 2), 0, 0, '', 'import'
FROM generate_series(1, CAST(:people AS bigint) * :each) AS n,
    (SELECT min(id) AS first FROM contact WHERE workspace_id = :workspace) AS beginning
"""
LINES = """
INSERT INTO purchase_line (purchase_id, position, sku, name, category, quantity, unit_price,
    total)
SELECT id, n, 'A' || (id * 7 + n) % 5000, 'Article ' || (id * 7 + n) % 5000,
    'Rayon ' || (id * 7 + n) % 40, 1, total / 2, total / 2
FROM purchase CROSS JOIN generate_series(0, 1) AS n
WHERE workspace_id = :workspace AND n <= id % 2
"""
EVENTS = """
INSERT INTO site_event (workspace_id, contact_id, name, at, properties, key)
SELECT :workspace, contact_id, (ARRAY['visite', 'panier', 'favori'])[1 + n % 3],
    now() - power(random(), 2) * interval '700 days',
    jsonb_build_object('page', contact_id % 500), 'e' || contact_id || '-' || n
FROM consent_state CROSS JOIN generate_series(1, :each) AS n
WHERE purpose_id = :clicks AND state = 'given'
"""
NAMES = """
INSERT INTO site_event_name (workspace_id, name, first_at, last_at)
SELECT :workspace, name, now(), now() FROM unnest(ARRAY['visite', 'panier', 'favori']) AS name
"""


def build(people=PEOPLE, *, lines=False, campaigns=CAMPAIGNS):
    """Fill the empty database, and commit; gives the crowd: its workspace, lists, owner, campaigns."""
    made = crowd.build(people, campaigns=campaigns)
    here = {"workspace": made.workspace.id}
    _do("SELECT setseed(0.44)")
    _do("SET session_replication_role = replica")
    indexes = db.session.execute(text(crowd.INDEXES), {"tables": list(TABLES)}).all()
    for index in indexes:
        _do(f"DROP INDEX {index.name}")
    _do(ORDERS, **here, people=people, each=ORDERS_EACH)
    if lines:
        _do(LINES, **here)
    clicks = purposes.measuring(made.workspace).clicks.id
    # Four in ten agree: as many more events each make three a contact.
    _do(EVENTS, **here, clicks=clicks, each=EVENTS_EACH * 10 // 4)
    _do(NAMES, **here)
    for index in indexes:
        _do(index.definition)
    _do("SET session_replication_role = origin")
    db.session.commit()
    return made


def _do(statement, **values):
    db.session.execute(text(statement), values)


def main(people=None):
    """Make it, and say what there is."""
    people = people or (int(sys.argv[1]) if sys.argv[1:] else PEOPLE)
    with installation.house() as house, house.app.test_request_context():
        start = time.perf_counter()
        build(people, lines=True)
        crowd.tidy()
        print(f"made in {time.perf_counter() - start:.0f} s")
        for table in ("contact", "message", "hit", *TABLES):
            rows = db.session.scalar(text(f"SELECT count(*) FROM {table}"))
            print(f"{table:16}{rows:>12}")


if __name__ == "__main__":
    main()
