"""Orders that an import brings are those one would have entered one by one; undone, they are gone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from tests.factories import audience as people
from tests.factories import purchases as make
from tests.rows import everything
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import bulk, bulk_events, bulk_undoing, ordering, queries
from webapp.purchases.facts import LineFacts
from webapp.purchases.models import Order, OrderReturn, SiteEvent
from webapp.purchases.ordering import By

IMPORT = By("import", 7)
NOW = make.noon(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today():
    with clock.stopped(NOW):
        yield


@pytest.fixture
def person(workspace):
    return people.contact(workspace)


def told(contact, number="1001", **changes):
    return {
        "contact_id": contact.id,
        "number": number,
        "placed_at": NOW - timedelta(days=3),
        "total": Decimal("40.00"),
        **changes,
    }


def fill(name, rows):
    for row in rows:
        columns = ", ".join(row)
        values = ", ".join(f":{one}" for one in row)
        db.session.execute(
            text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), row
        )


def take_in(workspace, orders, lines=(), returns=(), by=IMPORT):
    bulk.make_room()
    fill("new_order", orders)
    fill("new_order_line", lines)
    fill("new_order_return", returns)
    return bulk.take_in(workspace, by)


CUP = {"number": "1001", "position": 0, "sku": "T-1", "name": "Tasse", "total": 12}
JAR = {"number": "1001", "position": 1, "sku": "B-2", "name": "Bocal", "total": 28}


def test_orders_brought_together_are_those_entered_one_by_one(workspace, person):
    taken = take_in(workspace, [told(person)], [CUP, JAR])
    assert (taken.new, taken.corrected, taken.lines) == (1, 0, 2)
    ordering.record(
        workspace,
        person,
        make.facts(
            number="1001",
            placed_at=NOW - timedelta(days=3),
            lines=(
                LineFacts("Tasse", Decimal(12), sku="T-1"),
                LineFacts("Bocal", Decimal(28), sku="B-2"),
            ),
        ),
        by=make.STAFF,
    )
    order = queries.find(workspace, "1001")
    assert queries.changes_of(order) == []


def test_the_same_file_again_changes_nothing(workspace, person):
    rows = [told(person), told(person, "1002", status="cancelled")]
    take_in(workspace, rows, [CUP])
    before = everything()["purchase"]
    taken = take_in(workspace, rows, [CUP], by=By("import", 8))
    assert (taken.new, taken.corrected, taken.lines) == (0, 0, 0)
    assert everything()["purchase"] == before


def test_what_the_file_does_not_say_stays(workspace, person):
    take_in(workspace, [told(person, coupon="MIEL", discount=5)])
    take_in(workspace, [told(person)])
    order = queries.find(workspace, "1001")
    assert (order.coupon, order.discount) == ("MIEL", 5)


def test_corrections_are_kept_as_those_by_hand(workspace, person):
    order = make.order(workspace, person, number="1001", placed_at=NOW)
    taken = take_in(workspace, [told(person, placed_at=NOW, total=Decimal(35))], [CUP])
    assert (taken.new, taken.corrected, order.total) == (0, 1, 35)
    [change] = queries.changes_of(order)
    assert change.changes == {"total": ["40.00", "35.00"]}


def test_more_returns_than_an_order_cost_are_left_out(workspace, person):
    def back(number, amount):
        return {"number": "1001", "return_number": number, "at": NOW, "amount": amount}

    assert take_in(workspace, [told(person)], (), [back("a", 15)]).returns == 1
    assert take_in(workspace, [told(person)], (), [back("b", 30)]).returns == 0
    assert take_in(workspace, [told(person)], (), [back("a", 15)]).returns == 0
    assert db.session.scalars(select(OrderReturn.amount)).all() == [15]
    assert queries.find(workspace, "1001").net == 25


def test_an_import_undone_leaves_orders_as_they_were(workspace, person):
    other = people.contact(workspace)
    cup = LineFacts("Tasse", Decimal(12), sku="T-1")
    order = make.order(workspace, person, number="1001", lines=(cup,))
    before = [order.contact_id, order.placed_at, order.total, order.status]
    take_in(
        workspace,
        [told(other, total=Decimal(9), status="shipped"), told(other, "1002")],
        [JAR],
    )
    undone = bulk_undoing.undo(workspace, 7)
    assert (undone.removed, undone.restored) == (1, 1)
    assert [order.contact_id, order.placed_at, order.total, order.status] == before
    assert [line.name for line in queries.lines_of(order)] == ["Tasse"]
    assert queries.find(workspace, "1002") is None


def test_what_a_colleague_corrected_since_stays(workspace, person):
    take_in(workspace, [told(person)])
    order = queries.find(workspace, "1001")
    ordering.correct(order, {"status": "shipped"}, by=make.STAFF)
    assert bulk_undoing.undo(workspace, 7).removed == 0
    assert db.session.scalars(select(Order.status)).all() == ["shipped"]


def test_site_events_of_people_who_did_not_agree_are_not_kept(workspace):
    mailing = people.mailing_list(workspace)
    measured = people.subscriber(workspace, mailing, clicks=True)
    silent = people.subscriber(workspace, mailing)
    for _ in range(2):
        bulk_events.make_room()
        for number, one in enumerate((measured, silent, measured)):
            row = {
                "contact_id": one.id,
                "name": "visite",
                "at": NOW,
                "key": f"{number}",
            }
            fill("new_event", [row])
        kept = bulk_events.take_in(workspace, 7)
        assert kept.unmeasured == 1
    assert kept.new == 0
    people_seen = db.session.scalars(select(SiteEvent.contact_id)).all()
    assert people_seen == [measured.id, measured.id]
    assert bulk_undoing.undo(workspace, 7).events == 2
