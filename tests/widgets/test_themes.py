"""Looks that are ready to wear pass the rules that one's own look must pass."""

from dataclasses import replace

import pytest

from webapp.widgets import themes
from webapp.widgets.design import Design
from webapp.widgets.themes import NAMES, OWN, THEMES


@pytest.mark.covers("consent-5")
@pytest.mark.parametrize("name", sorted(THEMES))
def test_a_ready_made_look_can_be_read_and_is_known_again(name):
    design = Design(**THEMES[name].values())
    assert themes.name_of(design) == name


def test_a_look_that_differs_in_one_thing_is_ones_own():
    design = Design(**THEMES["linen"].values())
    assert themes.name_of(replace(design, radius=7)) == OWN


def test_every_look_has_a_name_to_choose_it_by():
    assert NAMES.keys() == {*THEMES, OWN}
