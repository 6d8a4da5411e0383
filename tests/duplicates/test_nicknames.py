"""Short forms of first names."""

import pytest

from webapp.duplicates.nicknames import is_short_for


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("j", "jean"),
        ("jp", "jean pierre"),
        ("jean", "jean pierre"),
        ("alex", "alexandra"),
        ("seb", "sebastien"),
    ],
)
def test_initials_beginnings_and_usual_forms_stand_for_a_name(short, name):
    assert is_short_for(short, name)


@pytest.mark.parametrize(
    ("short", "name"), [("ma", "marie"), ("marie", "marie"), ("julie", "julien")]
)
def test_two_letters_the_name_itself_and_another_name_do_not(short, name):
    assert not is_short_for(short, name)
