"""Whoever is searched for is found, page by page, in the order that was asked for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from webapp.contacts import counting, queries, searching
from webapp.contacts.models import Contact
from webapp.contacts.searching import Place, Sort
from webapp.core.db import db


@pytest.fixture
def people(workspace, monkeypatch):
    """Seven Martins among ten, three a page."""
    monkeypatch.setattr(searching, "PAGE_SIZE", 3)
    made = [
        make_contact(
            workspace,
            f"p{turn}@example.org",
            first_name="abcdefghij"[-turn - 1],
            last_name="Martin" if turn < 7 else "Durand",
        )
        for turn in range(10)
    ]
    for turn, one in enumerate(made):
        at = datetime(2026, 1, 1 + turn * 3 % 10, tzinfo=UTC)
        db.session.execute(
            update(Contact).where(Contact.id == one.id).values(updated_at=at)
        )
    db.session.commit()
    return made


@pytest.fixture(params=["by the index", "near", "along the order"])
def way(request, monkeypatch):
    """Each way of finding gives the same people."""
    monkeypatch.setattr(searching, "LOOKED_AT", 500 if request.param == "near" else 1)
    most = 1 if request.param == "along the order" else 64_000
    monkeypatch.setattr(searching, "SORTED", most)


def pages(workspace, typed, sort):
    """Every page forwards, and the way back."""
    place, found = Place(), []
    while True:
        page = searching.search(workspace, typed, sort, place)
        found.append([one.id for one in page.rows])
        if page.older is None:
            break
        place = Place(before=page.older)
    for expected in reversed(found[:-1]):
        page = searching.search(workspace, typed, sort, Place(after=page.newer))
        assert [one.id for one in page.rows] == expected
    return [one for some in found for one in some]


@pytest.mark.parametrize("typed", ["mart", ""])
def test_pages_lead_to_everybody_newest_first_and_back(workspace, people, way, typed):
    expected = people[:7] if typed else people
    assert pages(workspace, typed, Sort.NEWEST) == [one.id for one in expected[::-1]]


@pytest.mark.parametrize("typed", ["martin", ""])
def test_pages_in_the_order_of_changes(workspace, people, way, typed):
    expected = sorted(
        people[:7] if typed else people, key=lambda one: one.updated_at, reverse=True
    )
    assert pages(workspace, typed, Sort.CHANGED) == [one.id for one in expected]


def test_pages_by_name(workspace, people):
    assert pages(workspace, "martin", Sort.NAME) == [
        one.id for one in sorted(people[:7], key=lambda one: one.first_name)
    ]


def test_too_many_for_an_order_by_name_come_newest_first(
    workspace, people, monkeypatch
):
    monkeypatch.setattr(searching, "SORTED", 5)
    monkeypatch.setattr(counting, "MANY", 5)
    found = searching.search(workspace, "martin", Sort.NAME, Place())
    assert found.sort is Sort.NEWEST
    assert found.rows[0].id == people[6].id


def test_a_few_are_counted_on_the_way(workspace, people, monkeypatch):
    monkeypatch.setattr(searching, "LOOKED_AT", 1)
    found = searching.search(workspace, "martin", Sort.NEWEST, Place())
    assert (len(found.rows), found.total) == (3, 7)


def test_a_page_after_somebody_who_is_gone_begins_anew(workspace, people):
    found = searching.search(workspace, "", Sort.NEWEST, Place(before=10**12))
    assert found.rows[0].id == people[9].id


def test_nobody_of_another_workspace_is_found(workspace, people, way):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    stranger = make_contact(other, "ava@example.org", last_name="Martin")
    db.session.commit()
    assert stranger.id not in pages(workspace, "martin", Sort.NEWEST)
    assert pages(other, "martin", Sort.NEWEST) == [stranger.id]


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("boul dup", {"company": "Boulangerie Dupont"}),
        ("06 12 34", {"phone": "+33612345678"}),
        ("0477", {"landline": "+33477000000"}),
        ("42000 saint", {"postcode": "42000", "city": "Saint-Étienne"}),
    ],
)
def test_a_contact_is_found_by_what_is_known_of_them(workspace, typed, fields):
    made = make_contact(workspace, "x@example.org")
    make_contact(workspace, "y@example.org")
    for name, value in fields.items():
        setattr(made, name, value)
    db.session.commit()
    assert pages(workspace, typed, Sort.NEWEST) == [made.id]
    assert list(db.session.scalars(queries.matching(workspace, typed))) == [made]


def test_signs_without_a_word_find_nobody(workspace, people):
    assert list(db.session.scalars(queries.matching(workspace, "@@ --"))) == []


def test_signs_without_a_word_find_nobody_on_the_page_either(workspace, people):
    assert searching.search(workspace, "@@", Sort.NEWEST, Place()).rows == []
