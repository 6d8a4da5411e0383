"""Colours can be told apart by the standard's own measure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.widgets.colours import TEXT_CONTRAST, WHITE, contrast, is_colour, nearest

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS, COLOURS)
def test_the_nearest_colour_can_be_read_on_its_background(colour, background):
    found = nearest(colour, background, TEXT_CONTRAST)
    assert is_colour(found)
    assert contrast(found, background) >= TEXT_CONTRAST


def test_a_colour_that_can_be_read_is_its_own_nearest():
    assert nearest("#1f5f4a", WHITE, TEXT_CONTRAST) == "#1f5f4a"
