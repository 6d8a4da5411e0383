"""Segments among a million contacts: counted, estimated, kept as members, followed.

`python -m tests.bench.segments [PEOPLE]`; some minutes, 12 GB of disk. Each question beside one
plain aggregate over all orders on the same machine; `--explain` shows the plan of what took long.
"""

import os
import sys
import time
from datetime import timedelta

from sqlalchemy import func, select, text

from tests.bench import base, crowd, installation, watching
from tests.bench.million import _page, _signed_in
from tests.bench.purchases import PLAIN
from webapp.contacts import counting
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.limits import limiter
from webapp.purchases import rebuilding
from webapp.segments import (
    cataloguing,
    changes,
    compiling,
    estimating,
    explaining,
    keeping,
    rules,
)
from webapp.segments.models import Segment

ROUNDS = 5
SEGMENTS = 100
TOUCHED = 1_000


def asks(subject, operator, value=None, **more):
    said = {"subject": subject, "operator": operator, **more}
    return said if value is None else {**said, "value": value}


def group(match, *found):
    return {"match": match, "rules": list(found)}


def questions(list_id):
    """What research asked of a prototype, and what only raw rows can answer."""
    last = {"last": 90}
    on_list = asks(f"list:{list_id}", "on")
    bought = asks("purchases", "at_least", 1, within=last)
    return {
        "city and consent": group("all", asks("city", "equals", "Lyon"), on_list),
        "three orders, one in 90 days": group(
            "all", asks("orders", "at_least", 3), bought
        ),
        "at risk": group("all", asks("stage", "equals", "at_risk")),
        "a custom field, and a figure": group(
            "all",
            asks("attribute:loyalty", "at_least", 500),
            asks("revenue", "greater", 100),
        ),
        "a part of the address": group("all", asks("email", "contains", "martin")),
        "three levels, and, or, not": group(
            "any",
            group("all", asks("city", "equals", "Lyon"), asks("orders", "at_least", 2)),
            group(
                "all", on_list, group("none", asks("stage", "equals", "lost"), bought)
            ),
        ),
        "an event in 90 days": group(
            "all", asks("event:panier", "at_least", 1, within=last)
        ),
        "two events in 90 days": group(
            "all", asks("event:panier", "at_least", 2, within=last)
        ),
        "two orders in 90 days": group(
            "all", asks("purchases", "at_least", 2, within=last)
        ),
        "an article of a category": group(
            "all",
            asks(
                "purchases",
                "at_least",
                1,
                where=[asks("category", "equals", "Rayon 7")],
            ),
        ),
        "mailed in 90 days, no click in 365": group(
            "all",
            asks("mails", "at_least", 1, within=last),
            asks("clicks", "never", within={"last": 365}),
        ),
        "clicked in 90 days, no order since": group(
            "all",
            asks("clicks", "at_least", 1, within=last),
            asks("purchases", "never", within=last),
        ),
        "everybody": group("all", asks("email", "filled")),
    }


def main(people=None):
    """Print what each question takes and how wrong its estimate is, then what keeping takes."""
    sizes = [one for one in sys.argv[1:] if one.isdigit()]
    people = people or (int(sizes[0]) if sizes else base.PEOPLE)
    counting.MANY = min(counting.MANY, people // 5)
    print(f"{people} contacts; load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        with house.app.test_request_context():
            made = base.build(people, lines=True)
            _furnish(made)
            rebuilding.rebuild(made.workspace)
            db.session.commit()
            crowd.tidy()
            asked = questions(made.lists[0].id)
            _questions(made.workspace, asked)
            kept = _keeping(made.workspace, asked)
            addresses, owner = _addresses(made.workspace, kept), made.owner.id
        house.app.config["WTF_CSRF_ENABLED"] = False
        limiter.enabled = False
        _pages(house.app, owner, addresses)


def _furnish(made):
    """A custom field with a number, and a few towns."""
    db.session.execute(
        text(
            "INSERT INTO attribute (workspace_id, key, name, kind, category)"
            " VALUES (:workspace, 'loyalty', 'Loyalty', 'number', 'preferences')"
        ),
        {"workspace": made.workspace.id},
    )
    db.session.execute(
        text(
            "UPDATE contact SET attributes = jsonb_build_object('loyalty', id % 1000),"
            " city = (ARRAY['Paris', 'Lyon', 'Lille', 'Brest', 'Nantes'])[1 + id % 5]"
        )
    )
    db.session.commit()


def _questions(workspace, asked):
    plain = _milliseconds(lambda: db.session.scalar(text(PLAIN)))
    print(f"\none plain aggregate over all orders: {plain:.0f} ms; times in ms")
    print(f"{'':38}{'people':>9}{'count':>8}{'x plain':>8}{'estimate':>9}{'error':>8}")
    for name, root in asked.items():
        known = cataloguing.of(workspace)
        tree = rules.read({"v": 2, "root": root}, known)
        everybody = select(func.count()).select_from(
            compiling.members(workspace, tree, known).subquery()
        )
        with watching.Watched(db.engine) as watched:
            exact = db.session.scalar(everybody)
            about = estimating.estimate(workspace, tree, known)
        if "--explain" in sys.argv:
            watched.explain()
        count = _milliseconds(lambda: db.session.scalar(everybody))  # noqa: B023
        guess = _milliseconds(lambda: estimating.estimate(workspace, tree, known))  # noqa: B023
        error = (
            f"{(about.people - exact) / exact:+8.1%}" if about and exact else "       –"
        )
        print(f"{name:38}{exact:9}{count:8.0f}{count / plain:8.1f}{guess:9.0f}{error}")


def _keeping(workspace, asked):
    """Members written, found again, and followed; then a hundred segments in a row."""
    print("\nkept as members                          ms")
    segments = []
    for number in range(SEGMENTS):
        name, root = list(asked.items())[number % len(asked)]
        made = Segment(
            workspace_id=workspace.id,
            name=f"{name} {number}",
            rules={"v": 2, "root": root},
        )
        db.session.add(made)
        segments.append(made)
    db.session.commit()
    known = cataloguing.of(workspace)
    for one in segments[:3]:
        first = _once(lambda: keeping.refresh(workspace, one, known))  # noqa: B023
        print(f"  {one.name:36}{first:7.0f}  first ({one.people} people)")
        again = _once(lambda: keeping.refresh(workspace, one, known))  # noqa: B023
        print(f"  {one.name:36}{again:7.0f}  again, nothing changed")
    every = _once(lambda: _all(workspace, segments, known))
    print(f"  {SEGMENTS} segments, first time, s{every / 1000:13.1f}")
    again = _once(lambda: _all(workspace, segments, known))
    print(f"  {SEGMENTS} segments, by difference, s{again / 1000:10.1f}")
    changes.take(workspace)
    # Everybody was made a moment ago.
    db.session.execute(text("UPDATE segment_mark SET seen_at = now()"))
    db.session.commit()
    some = select(Contact.id).order_by(func.hashint8(Contact.id)).limit(TOUCHED)
    db.session.execute(
        Contact.__table__.update()
        .where(Contact.id.in_(some.scalar_subquery()))
        .values(city="Brest", updated_at=clock.now() + timedelta(seconds=1))
    )
    db.session.commit()
    taken = _once(lambda: changes.take(workspace))
    print(f"  {TOUCHED} changed people, {SEGMENTS} segments{taken:10.0f}")
    contact = db.session.scalars(select(Contact).limit(1)).one()
    tree = rules.read(segments[5].rules, known)
    told = _milliseconds(lambda: explaining.explain(workspace, tree, known, contact))
    print(f"  why one contact is in one{told:19.1f}")
    return segments[0]


def _all(workspace, segments, known):
    for one in segments:
        keeping.refresh(workspace, one, known)
        db.session.commit()


def _addresses(workspace, segment):
    path = f"/w/{workspace.slug}/segments"
    return {
        "segments": f"{path}/",
        "a segment": f"{path}/{segment.id}",
        "a segment, an older page": f"{path}/{segment.id}?before=5000",
        "ready-made segments": f"{path}/ready-made",
    }


def _pages(app, owner, addresses):
    watching.BIG = (*base.BIG, "segment_member", "segment_change")
    with app.app_context():
        browser, engine = _signed_in(app, owner), db.engine
    print(f"\n{'page':36}{'ms':>7}{'statements':>12}  reads whole tables")
    for name, address in addresses.items():
        _page(engine, name, [lambda place=address: browser.get(place)] * (ROUNDS + 1))


def _once(act):
    start = time.perf_counter()
    act()
    db.session.commit()
    return (time.perf_counter() - start) * 1000


def _milliseconds(act):
    """The median of some rounds."""
    took = sorted(_once(act) for _ in range(ROUNDS))
    return took[ROUNDS // 2]


if __name__ == "__main__":
    main()
