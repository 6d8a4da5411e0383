"""The search box: what it finds, and how it shows why."""

import pytest

from tests.factories import purchases as make_purchases
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import subscriber
from webapp.contacts import counting
from webapp.core.db import db

HOME = "/w/maison-tilleul/contacts/"


@pytest.fixture
def anna(workspace):
    made = make_contact(
        workspace,
        "anna@example.org",
        first_name="Anna",
        last_name="Étienne",
        phone="+33612345678",
    )
    made.company = "Boulangerie & Dupont"
    make_purchases.order(workspace, made, number="FR-1042")
    make_contact(workspace, "berta@beispiel.de")
    db.session.commit()
    return made


def page(browser, **asked):
    answer = browser.get(HOME, query_string=asked)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("etien", '<mark class="vo-found">Étien</mark>ne'),
        ("nna", 'a<mark class="vo-found">nna</mark>@example.org'),
        ("06 12 34", 'Phone: <mark class="vo-found">+33612345678</mark>'),
        ("dupont", 'Boulangerie &amp; <mark class="vo-found">Dupont</mark>'),
        ("fr-10", 'order <mark class="vo-found">FR-10</mark>42'),
    ],
)
def test_whoever_is_found_is_shown_with_why(owner, anna, typed, shown):
    found = page(owner, q=typed)
    assert shown in found
    assert f"contacts/{anna.id}" in found
    assert "beispiel" not in found


def test_nobody_is_found_in_words(owner, anna):
    assert "Nobody matches" in page(owner, q="zzz")
    assert "Nobody else matches" in page(owner, q="fr-1042")


def test_a_search_within_a_list(owner, workspace, anna):
    letter = make_list(workspace)
    subscriber(workspace, letter, "anna.b@example.org")
    db.session.commit()
    found = page(owner, q="anna", list=letter.id)
    assert f"contacts/{anna.id}" not in found
    assert ".b@example.org" in found


@pytest.mark.parametrize("sort", ["newest", "changed", "name", "nonsense"])
def test_the_order_is_chosen(owner, anna, sort):
    assert f"contacts/{anna.id}" in page(owner, sort=sort)


def test_too_many_for_an_order_by_name_is_said(owner, anna, monkeypatch):
    monkeypatch.setattr(counting, "MANY", 1)
    assert "too many to put them in order by name" in page(owner, sort="name")


def test_contacts_are_found_from_anywhere_by_those_who_may_see_them(
    owner, viewer, anna
):
    box = f'action="{HOME}"'
    elsewhere = "/w/maison-tilleul/lists/"
    assert box in owner.get(elsewhere).text
    assert box not in viewer.get(elsewhere).text
