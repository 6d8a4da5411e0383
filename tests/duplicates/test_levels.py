"""How alike two people are, field by field."""

import pytest

from webapp.duplicates.identities import Identity
from webapp.duplicates.levels import LEVELS, levels
from webapp.duplicates.shipped import M, U
from webapp.duplicates.wording import FIELDS, WORDS


def level(field, a, b):
    return levels(Identity(**a), Identity(**b)).get(field)


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("julie", "julie", "same"),
        ("jullie", "julie", "close"),
        ("julie", "julien", "different"),
        ("alex", "alexandre", "short"),
        ("j", "jean pierre", "short"),
        ("marthe", "xavier", "different"),
        ("", "julie", None),
    ],
)
def test_first_names(a, b, found):
    assert level("first_name", {"first": a}, {"first": b}) == found


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("le gall", "legall", "same"),
        ("martin dupont", "martin", "part"),
        ("durand", "durant", "close"),
        ("durand", "petit", "different"),
    ],
)
def test_last_names(a, b, found):
    assert level("last_name", {"last": a}, {"last": b}) == found


def test_names_that_changed_places_are_one_fact():
    a, b = {"first": "paul", "last": "martin"}, {"first": "martin", "last": "paul"}
    assert levels(Identity(**a), Identity(**b)) == {"first_name": "swapped"}


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("19800131", "19800131", "same"),
        ("19800112", "19801201", "slip"),
        ("19800131", "19810131", "slip"),
        ("19800131", "19920131", "part"),
        ("19800131", "19550704", "different"),
    ],
)
def test_birth_dates(a, b, found):
    assert level("birth_date", {"born": a}, {"born": b}) == found


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("jean.martin5@free.fr", "jean.martin6@free.fr", "alike"),
        ("jean.martin@free.fr", "jean.martin@orange.fr", "alike"),
        ("jean.martin@free.fr", "bob@free.fr", "different"),
    ],
)
def test_an_address_made_of_the_same_name_is_not_the_same(a, b, found):
    assert level("email", {"email": a}, {"email": b}) == found


HOME = {"number": "12", "street": "victor hugo", "postcode": "75011", "city": "paris"}


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ({}, "same"),
        ({"street": "victor hugot"}, "close"),
        ({"number": ""}, "same"),
        ({"number": "14"}, "street"),
        ({"postcode": "13001", "city": "marseille"}, "street"),
        ({"street": "jean moulin"}, "number"),
        ({"street": ""}, "number"),
        ({"street": "jean moulin", "number": "3"}, "place"),
        ({"street": "", "number": "", "postcode": "75014", "city": "x"}, "area"),
        (
            {
                "street": "jaures",
                "number": "1",
                "postcode": "13001",
                "city": "marseille",
            },
            "different",
        ),
        ({"street": "", "number": "", "postcode": "", "city": ""}, None),
    ],
)
def test_a_whole_address_is_one_comparison(there, found):
    assert level("address", HOME, {**HOME, **there}) == found


def test_every_level_has_its_weights_and_its_words():
    named = {(field, level) for field, all_of in LEVELS.items() for level in all_of}
    assert named == set(WORDS)
    assert set(FIELDS) == set(LEVELS)
    for chances in (M, U):
        assert {
            (field, level) for field in chances for level in chances[field]
        } == named
        for field in chances:
            assert sum(chances[field].values()) == pytest.approx(1, abs=0.01)
