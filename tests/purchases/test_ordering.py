"""Orders are taken in as often as they are told, and corrected without forgetting."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.factories import purchases as make
from tests.factories.subscriptions import contact
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import ordering, queries
from webapp.purchases.facts import LineFacts, ReturnFacts
from webapp.purchases.models import Order, Status
from webapp.purchases.ordering import (
    AmountIsImpossible,
    MoreThanItCost,
    OrderHasNoNumber,
)

CUP = LineFacts("Tasse", Decimal(12), sku="T-1", category="Vaisselle")
JAR = LineFacts("Bocal", Decimal(28), sku="B-2")


@pytest.fixture
def person(workspace):
    return contact(workspace)


def orders():
    return db.session.scalar(select(func.count()).select_from(Order))


def test_an_order_told_twice_is_one(workspace, person):
    told = make.facts(number="1001", lines=(CUP, JAR))
    first = ordering.record(workspace, person, told, by=make.STAFF)
    second = ordering.record(workspace, person, told, by=make.STAFF)
    assert first.id == second.id
    assert orders() == 1
    assert queries.changes_of(first) == []
    assert [line.sku for line in queries.lines_of(first)] == ["T-1", "B-2"]


def test_the_same_number_of_two_shops_is_two_orders(workspace, person):
    make.order(workspace, person, number="1001", shop="Lyon")
    make.order(workspace, person, number="1001", shop="Annecy")
    assert orders() == 2


def test_what_is_told_otherwise_corrects_the_order_and_stays_in_its_history(
    workspace, person
):
    at = clock.now()
    order = make.order(
        workspace, person, number="1001", placed_at=at, status=Status.PENDING
    )
    make.order(
        workspace,
        person,
        number="1001",
        placed_at=at,
        status=Status.PAID,
        total=Decimal("41.50"),
    )
    assert (order.status, order.total) == ("paid", Decimal("41.50"))
    [change] = queries.changes_of(order)
    assert change.changes == {
        "status": ["pending", "paid"],
        "total": ["40.00", "41.50"],
    }


def test_articles_told_otherwise_replace_those_before_and_stay_in_the_history(
    workspace, person
):
    order = make.order(workspace, person, number="1001", lines=(CUP, JAR))
    told = make.facts(number="1001", placed_at=order.placed_at, lines=(JAR,))
    ordering.record(workspace, person, told, by=make.STAFF)
    assert [line.name for line in queries.lines_of(order)] == ["Bocal"]
    [change] = queries.changes_of(order)
    assert [len(lines) for lines in change.changes["lines"]] == [2, 1]


def test_articles_nobody_speaks_of_stay(workspace, person):
    order = make.order(workspace, person, number="1001", lines=(CUP,))
    told = make.facts(number="1001", placed_at=order.placed_at)
    ordering.record(workspace, person, told, by=make.STAFF)
    assert len(queries.lines_of(order)) == 1


def test_a_return_told_twice_is_paid_back_once(workspace, person):
    order = make.order(workspace, person)
    back = ReturnFacts("R1", clock.now(), Decimal(15))
    assert ordering.take_back(order, back)
    assert not ordering.take_back(order, back)
    assert order.net == Decimal(25)


def test_no_more_comes_back_than_was_paid(workspace, person):
    order = make.order(workspace, person)
    ordering.take_back(order, ReturnFacts("R1", clock.now(), Decimal(30)))
    with pytest.raises(MoreThanItCost):
        ordering.take_back(order, ReturnFacts("R2", clock.now(), Decimal(11)))


def test_a_return_of_nothing_is_refused(workspace, person):
    order = make.order(workspace, person)
    with pytest.raises(AmountIsImpossible):
        ordering.take_back(order, ReturnFacts("R1", clock.now(), Decimal(0)))


@pytest.mark.parametrize("number", ["", "  "])
def test_an_order_without_a_number_is_refused(workspace, person, number):
    with pytest.raises(OrderHasNoNumber):
        make.order(workspace, person, number=number)


@pytest.mark.parametrize("total", [Decimal(-1), Decimal("1e13")])
def test_an_impossible_amount_is_refused(workspace, person, total):
    with pytest.raises(AmountIsImpossible):
        make.order(workspace, person, total=total)


def test_the_orders_of_a_contact_come_latest_first_and_page_by_page(workspace, person):
    now = clock.now()
    for days in (3, 1, 2):
        make.order(
            workspace, person, number=f"{days}", placed_at=now - timedelta(days=days)
        )
    first = queries.orders_of(person, limit=2)
    assert [one.number for one in first] == ["1", "2"]
    rest = queries.orders_of(person, before=first[-1].id, limit=2)
    assert [one.number for one in rest] == ["3"]
