"""Figures, scores and stages of a million contacts with four million orders; the pages about them.

`python -m tests.bench.purchases [PEOPLE]`; some minutes, 12 GB of disk. Each step beside one plain
aggregate over all orders on the same machine; `--explain` shows the plan of what took long.
"""

import os
import sys
import time

from sqlalchemy import func, select, text

from tests.bench import base, crowd, installation, watching
from tests.bench.million import _page, _signed_in
from webapp.core.db import db
from webapp.core.limits import limiter
from webapp.purchases import (
    customer_rules,
    keeping,
    measuring_gaps,
    rebuilding,
    refreshing,
    scoring,
)
from webapp.purchases.models import ContactStats, Order, StatsDue

TOUCHED = 10_000
PLAIN = """
SELECT count(*) FROM (SELECT contact_id, count(*), sum(total), max(placed_at)
    FROM purchase WHERE status IN ('paid', 'shipped') GROUP BY contact_id) AS each_one
"""


def main(people=None):
    """Print seconds, how many plain aggregates they are, and what pages read."""
    sizes = [one for one in sys.argv[1:] if one.isdigit()]
    people = people or (int(sizes[0]) if sizes else base.PEOPLE)
    print(f"{people} contacts; load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        with house.app.test_request_context():
            start = time.perf_counter()
            made = base.build(people, lines=True)
            crowd.tidy()
            print(f"made in {time.perf_counter() - start:.0f} s")
            _work_out(made.workspace)
            crowd.tidy()
            addresses, owner = _addresses(made.workspace), made.owner.id
        house.app.config["WTF_CSRF_ENABLED"] = False
        limiter.enabled = False
        _pages(house.app, owner, addresses)


def _work_out(workspace):
    plain = _seconds(lambda: db.session.scalar(text(PLAIN)))
    print(f"\n{'':44}{'s':>7}{'x plain':>9}")

    def tell(name, act):
        seconds = _seconds(act)
        print(f"{name:44}{seconds:7.1f}{seconds / plain:9.1f}", flush=True)

    tell("one plain aggregate over all orders", lambda: db.session.scalar(text(PLAIN)))
    tell("first rebuild, with a year of history", lambda: _rebuild(workspace))
    tell("nightly rebuild, nothing changed", lambda: _rebuild(workspace))
    tell(f"{TOUCHED} touched by an order, worked out", lambda: _touch(workspace))
    rules = customer_rules.kept(workspace)
    tell("gaps between orders measured", lambda: measuring_gaps.measure(workspace))
    kept = ContactStats.__table__
    _forget_scores()
    tell("RFM: bounds found", lambda: scoring.set_bounds(workspace, rules, kept))
    tell("RFM: everybody scored and staged", lambda: _score(workspace, rules))
    print(f"drift found by the last rebuild: {rules.drift}")
    db.session.commit()


def _rebuild(workspace):
    rebuilding.rebuild(workspace)
    db.session.commit()


def _touch(workspace):
    """Ten thousand people get an order; what the trigger marked is worked out."""
    db.session.execute(text("DELETE FROM stats_due"))
    some = (
        select(ContactStats.contact_id)
        .where(ContactStats.workspace_id == workspace.id)
        .order_by(func.hashint8(ContactStats.contact_id))
        .limit(TOUCHED)
    )
    db.session.execute(
        text(
            "INSERT INTO purchase (workspace_id, contact_id, number, placed_at, status,"
            " currency, total, source)"
            " SELECT :workspace, one, 'N' || one, now(), 'paid', 'EUR', 40, 'import'"
            " FROM unnest(CAST(:some AS bigint[])) AS one"
        ),
        {"workspace": workspace.id, "some": list(db.session.scalars(some))},
    )
    refreshing.refresh()
    assert db.session.scalar(select(func.count()).select_from(StatsDue)) == 0
    db.session.commit()


def _forget_scores():
    db.session.execute(text("UPDATE contact_stats SET r = NULL, f = NULL, m = NULL"))
    db.session.commit()
    crowd.tidy()


def _score(workspace, rules):
    keeping.write(workspace, rules, ContactStats.__table__)
    db.session.commit()


def _addresses(workspace):
    asked = select(Order).where(Order.workspace_id == workspace.id)
    order = db.session.scalars(asked.order_by(Order.id).offset(1000).limit(1)).one()
    customers, orders = f"/w/{workspace.slug}/customers", f"/w/{workspace.slug}/orders"
    return {
        "customers, remembered": f"{customers}/",
        "customers, counted": f"{customers}/?count=now",
        "everybody who bought": f"{customers}/people",
        "people of a stage": f"{customers}/people?stage=at_risk",
        "people of a group": f"{customers}/people?group=champions",
        "people of a cell": f"{customers}/people?r=2&f=3",
        "people, an older page": f"{customers}/people?stage=loyal&before=500000",
        "orders": f"{orders}/",
        "orders, an older page": f"{orders}/?before={order.id}",
        "orders of a month": f"{orders}/?days=30",
        "orders of a rare status": f"{orders}/?status=pending",
        "orders of a status nobody has": f"{orders}/?status=refunded",
        "an order by its number": f"{orders}/?q={order.number}",
        "orders by a beginning": f"{orders}/?q=c0",
        "an order": f"{orders}/{order.id}",
        "a contact's purchases": f"/w/{workspace.slug}/contacts/{order.contact_id}/purchases",
    }


def _pages(app, owner, addresses):
    # Orders and figures are big here too.
    watching.BIG = base.BIG
    with app.app_context():
        browser, engine = _signed_in(app, owner), db.engine
    print(f"\n{'page':36}{'ms':>7}{'statements':>12}  reads whole tables")
    for name, address in addresses.items():
        _page(engine, name, [lambda place=address: browser.get(place)] * 4)


def _seconds(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
