"""The pages of customers and orders."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import accounts
from tests.factories import audience as people
from tests.factories import purchases as make
from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import customer_rules, queries, rebuilding, refreshing
from webapp.purchases.facts import LineFacts, ReturnFacts
from webapp.purchases.models import Order

SHOP = "/w/maison-tilleul"
CUP = LineFacts("Tasse", Decimal(12), sku="T-1", category="Vaisselle")


@pytest.fixture
def person(workspace):
    return people.contact(workspace, email="lea@example.org", first_name="Léa")


def entered(**changes):
    return {
        "email": "lea@example.org",
        "number": "1001",
        "day": clock.now().date().isoformat(),
        "status": "paid",
        "total": "1 234,50",
        "currency": "EUR",
        "lines-0-name": "Tasse",
        "lines-0-quantity": "2",
        "lines-0-total": "24",
        "lines-1-name": "",
        **changes,
    }


def test_without_orders_the_pages_say_where_orders_come_from(owner, workspace):
    assert "Orders come from a file" in owner.get(f"{SHOP}/customers/").text
    assert "Enter an order" in owner.get(f"{SHOP}/orders/").text


def test_an_order_entered_by_hand_is_there_with_its_articles(owner, workspace, person):
    db.session.commit()
    answer = owner.post(f"{SHOP}/orders/new", data=entered())
    assert answer.status_code == 303
    order = queries.find(workspace, "1001")
    assert (order.total, order.source) == (Decimal("1234.50"), "staff")
    [line] = queries.lines_of(order)
    assert (line.quantity, line.unit_price) == (2, 12)
    assert "Tasse" in owner.get(answer.location).text
    actions = db.session.scalars(db.select(AuditEntry.action)).all()
    assert "order.entered" in actions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody@example.org"}, "Nobody among your contacts"),
        ({"total": "abc"}, "Enter an amount"),
        ({"total": "-1"}, "must be"),
        ({"number": ""}, "required"),
        ({"day": "2999-01-01"}, "has not come yet"),
        ({"currency": "BTC"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(owner, workspace, person, wrong, said):
    db.session.commit()
    answer = owner.post(f"{SHOP}/orders/new", data=entered(**wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Order)) == 0


def test_a_new_order_does_not_overwrite_one_of_the_same_number(
    owner, workspace, person
):
    make.order(workspace, person, number="1001", total=Decimal(40))
    db.session.commit()
    answer = owner.post(f"{SHOP}/orders/new", data=entered())
    assert answer.status_code == 422
    assert queries.find(workspace, "1001").total == 40


def test_a_correction_shows_what_was_there_before(owner, workspace, person):
    order = make.order(workspace, person, number="1001", lines=(CUP,))
    db.session.commit()
    assert "Tasse" in owner.get(f"{SHOP}/orders/{order.id}/edit").text
    told = {"number": "9999", "status": "cancelled", "total": "40", "lines-0-name": ""}
    changed = entered(**told)
    answer = owner.post(f"{SHOP}/orders/{order.id}/edit", data=changed)
    page = owner.get(answer.location).text
    assert "Order 1001" in page
    assert "It does not count as a purchase." in page
    assert "Corrections" in page
    assert queries.lines_of(order) == []


def test_a_return_is_entered_and_never_more_than_was_paid(owner, workspace, person):
    order = make.order(workspace, person)
    db.session.commit()
    told = {"number": "R1", "day": clock.now().date().isoformat(), "amount": "15"}
    address = f"{SHOP}/orders/{order.id}/returns"
    assert owner.post(address, data=told).status_code == 303
    too_much = owner.post(address, data={**told, "number": "R2", "amount": "30"})
    assert too_much.status_code == 422
    assert "More would have been paid back" in too_much.text
    db.session.refresh(order)
    assert order.net == 25


def test_orders_are_found_by_the_beginning_of_their_number(owner, workspace, person):
    for number in ("WEB-77", "WEB-78", "SHOP-1"):
        make.order(workspace, person, number=number)
    db.session.commit()
    page = owner.get(f"{SHOP}/orders/?q=web-7").text
    assert ("WEB-77" in page, "WEB-78" in page, "SHOP-1" in page) == (True, True, False)
    assert "No such order" in owner.get(f"{SHOP}/orders/?q=%25").text


def test_orders_come_page_by_page_by_status_and_days(
    owner, workspace, person, monkeypatch
):
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    now = clock.now()
    for number, days in enumerate((1, 2, 3, 400)):
        make.order(
            workspace,
            person,
            number=f"N{number}",
            placed_at=now - timedelta(days=days),
            status="shipped" if number % 2 else "paid",
        )
    db.session.commit()
    wanted = queries.Wanted()
    first = queries.page(workspace, wanted, before=None, after=None)
    second = queries.page(workspace, wanted, before=first.older, after=None)
    back = queries.page(workspace, wanted, before=None, after=second.newer)
    numbers = [[order.number for order in one.rows] for one in (first, second, back)]
    assert numbers == [["N0", "N1"], ["N2", "N3"], ["N0", "N1"]]
    page = owner.get(f"{SHOP}/orders/?status=shipped&days=30").text
    assert ("N1" in page, "N0" in page, "N3" in page) == (True, False, False)


def test_the_file_of_orders_has_one_line_an_article_and_no_formula(
    owner, workspace, person
):
    trap = LineFacts("=HYPERLINK()", Decimal(28))
    make.order(workspace, person, number="1001", lines=(CUP, trap))
    hidden = people.contact(workspace, restricted_at=clock.now())
    make.order(workspace, hidden, number="1002")
    db.session.commit()
    text = owner.post(f"{SHOP}/orders/export.csv").text
    assert text.count("1001") == 2
    assert "1002" not in text
    assert ";=HYPERLINK" not in text
    assert ",=HYPERLINK" not in text


@pytest.fixture
def customers(workspace):
    """A few who bought once to many times, some of them long ago."""
    now = clock.now()
    for number in range(8):
        one = people.contact(workspace, first_name=f"Client{number}")
        for order in range(1 + number):
            at = now - timedelta(days=1 + 60 * (7 - number) + order)
            make.order(workspace, one, placed_at=at)
    make.order(workspace, one, currency="CHF")
    rebuilding.rebuild(workspace)
    db.session.commit()


def test_the_overview_shows_scores_groups_stages_and_their_rules(
    owner, workspace, customers
):
    page = owner.get(f"{SHOP}/customers/").text
    for said in (
        "Where does the revenue come from?",
        "Champions",
        "Do customers stay?",
        "1 order is in another currency.",
        "at risk after that, lost after 365 days",
    ):
        assert said in page
    assert "Moves between stages" in owner.get(f"{SHOP}/customers/?days=365").text


def test_the_figures_can_be_taken_along(owner, workspace, customers):
    file = owner.post(f"{SHOP}/customers/figures.csv").text
    for said in ("Champions", "Ambassador", "R5 F5"):
        assert said in file


def test_a_figure_leads_to_its_people_and_their_file(owner, workspace, customers):
    page = owner.get(f"{SHOP}/customers/people?stage=lost").text
    assert "Client0" in page
    assert "Client7" not in page
    best = owner.get(f"{SHOP}/customers/people?group=champions").text
    assert "Client7" in best
    cell = owner.get(f"{SHOP}/customers/people?r=1&f=1").text
    assert "Client0" in cell
    file = owner.post(f"{SHOP}/customers/people.csv?stage=lost").text
    assert "Client0" in file
    assert "Client7" not in file


def test_who_may_not_see_contacts_sees_figures_without_names(
    app, workspace, customers, sign_in
):
    viewer = accounts.member(workspace, role="viewer")
    db.session.commit()
    browser = sign_in(viewer)
    page = browser.get(f"{SHOP}/customers/")
    assert page.status_code == 200
    assert "/customers/people" not in page.text
    assert browser.get(f"{SHOP}/customers/people").status_code == 403
    assert browser.get(f"{SHOP}/orders/").status_code == 403


def test_the_days_can_be_chosen_and_given_back_to_the_measure(
    owner, workspace, customers
):
    told = {
        "currency": "EUR",
        "days": "chosen",
        "late_days": "30",
        "lost_days": "20",
        "ambassador_orders": "3",
        "ambassador_percent": "10",
    }
    address = f"{SHOP}/customers/rules"
    assert owner.get(address).status_code == 200
    wrong = owner.post(address, data=told)
    assert wrong.status_code == 422
    assert "A customer is lost later than at risk" in wrong.text
    assert owner.post(address, data={**told, "lost_days": ""}).status_code == 422
    assert owner.post(address, data={**told, "lost_days": "60"}).status_code == 303
    rules = customer_rules.of(workspace)
    db.session.refresh(rules)
    assert (rules.late_days, rules.lost_days, rules.by_hand) == (30, 60, True)
    refreshing.refresh()
    assert owner.post(address, data={**told, "days": "measured"}).status_code == 303
    db.session.refresh(rules)
    assert (rules.late_days, rules.lost_days, rules.by_hand) == (90, 365, False)


def test_a_return_told_for_an_order_of_others_is_not_found(owner, workspace, app):
    other = accounts.workspace(slug="ailleurs")
    order = make.order(other, people.contact(other))
    db.session.commit()
    for path in ("", "/edit"):
        assert owner.get(f"{SHOP}/orders/{order.id}{path}").status_code == 404
    told = ReturnFacts("R", clock.now(), Decimal(1))
    data = {"number": told.number, "day": "2026-01-01", "amount": "1"}
    answer = owner.post(f"{SHOP}/orders/{order.id}/returns", data=data)
    assert answer.status_code == 404
