"""An order's number leads to its buyer."""

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import purchases as make
from tests.factories.subscriptions import contact as make_contact
from webapp.core.db import db
from webapp.purchases import finding


@pytest.fixture
def anna(workspace):
    made = make_contact(workspace, "anna@example.org", last_name="Martin")
    make.order(workspace, made, number="FR-2026-0042")
    make.order(workspace, made, number="#1001")
    db.session.commit()
    return made


def numbers(workspace, typed):
    return [order.number for order in finding.by_number(workspace, typed)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("fr-2026", ["FR-2026-0042"]),
        (" FR-2026-0042 ", ["FR-2026-0042"]),
        ("#1001", ["#1001"]),
        ("100", ["#1001"]),
        ("0042", []),
        ("martin", []),
        ("1", []),
        ("10%", []),
        ("1_01", []),
        ("1" * 100, []),
    ],
)
def test_an_order_is_found_by_the_beginning_of_its_number(
    workspace, anna, typed, found
):
    assert numbers(workspace, typed) == found


def test_orders_of_others_are_not_found(workspace, anna):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    assert numbers(other, "fr-2026") == []


@pytest.mark.parametrize("typed", ["fr-2026", "martin", "#1001"])
def test_a_search_finds_the_buyer_by_either(workspace, anna, typed):
    make_contact(workspace, "zoe@example.org")
    found = db.session.scalars(finding.contacts(workspace, typed)).all()
    assert found == [anna]
