"""The marks by which contacts find whom to be compared with."""

from webapp.duplicates.identities import Identity
from webapp.duplicates.keys import KINDS, keys

JEAN = Identity(first="jean", last="martin", email="jm@exemple.fr", postcode="75011")


def test_a_mark_needs_all_its_parts():
    marks = keys(Identity(first="jean", postcode="75011"), 1)
    assert {name for name, mark in marks.items() if mark} == {"first_here"}


def test_names_that_changed_places_share_a_mark():
    swapped = JEAN._replace(first="martin", last="jean")
    assert keys(JEAN, 1)["names"] == keys(swapped, 1)["names"]


def test_no_mark_leads_from_one_workspace_to_another():
    mine, theirs = keys(JEAN, 1), keys(JEAN, 2)
    assert not {mark for mark in mine.values() if mark} & set(theirs.values())


def test_every_kind_makes_a_mark_of_its_own():
    whole = Identity(*(f"ba{letter}a" for letter in "bcdfgjklmnrv"))
    marks = keys(whole._replace(email="baza@exemple.fr"), 1)
    assert len(set(marks.values())) == len(KINDS)
    assert all(-(2**63) <= mark < 2**63 for mark in marks.values())
