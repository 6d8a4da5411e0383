"""The figures of a list are counted at once, or remembered and said to be old."""

import pytest

from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import subscriber
from webapp.contacts import counting
from webapp.core.db import db
from webapp.subscriptions import overview


@pytest.fixture
def letter(workspace):
    made = make_list(workspace)
    for _turn in range(3):
        subscriber(workspace, made)
    db.session.commit()
    return made


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(counting, "MANY", 1)


def test_a_small_list_is_counted_at_once(workspace, letter):
    counted = overview.of_list(workspace, letter, now=False)
    assert counted.figures["on_it"] == 3
    assert sum(week.came for week in overview.weeks(counted)) == 3
    assert overview.why_left(counted) == []


def test_a_large_list_is_counted_beside_its_page_and_remembered(
    owner, workspace, letter, many
):
    page = f"/w/maison-tilleul/lists/{letter.id}"
    first = owner.get(page).text
    assert "Count now" in first
    counted = owner.get(page, query_string={"count": "now"}).text
    assert "Does the list grow?" in counted
    again = owner.get(page).text
    assert "Count again" in again
    assert "Count now" not in again


def test_home_is_counted_beside_its_page_and_remembered(owner, letter, many):
    home = "/w/maison-tilleul/"
    assert "Count now" in owner.get(home).text
    assert "People on a list" in owner.get(home, query_string={"count": "now"}).text
    remembered = owner.get(home).text
    assert "People on a list" in remembered
    assert "Count again" in remembered


def test_contacts_are_counted_once_in_a_while(owner, workspace, letter, many):
    assert "3 contacts in all" in owner.get("/w/maison-tilleul/contacts/").text
    subscriber(workspace, letter)
    db.session.commit()
    assert "3 contacts in all" in owner.get("/w/maison-tilleul/contacts/").text
