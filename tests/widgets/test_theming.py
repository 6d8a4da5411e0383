"""A widget's look as custom properties, for a site that may have none of its own."""

from webapp.widgets import theming
from webapp.widgets.design import Design


def test_without_a_ground_of_its_own_a_widget_takes_that_of_its_page():
    assert theming.theme(Design()).keys() == {"colour", "radius", "font"}


def test_with_a_ground_it_brings_the_text_that_was_checked_on_it():
    theme = theming.theme(Design(background="#edf6f9", text_colour="#12313f"))
    assert (theme["background"], theme["text"]) == ("#edf6f9", "#12313f")
    assert theme["scheme"] == "light"


def test_every_font_that_can_be_chosen_is_known_to_the_style_sheet():
    fonts = {theming.theme(Design(font=name))["font"] for name in theming.FONTS}
    assert len(fonts) == len(theming.FONTS)


def test_the_sheet_of_the_plain_form_has_its_look_and_fetches_nothing():
    sheet = theming.sheet(Design(colour="#7a1f4f"))
    assert ".volontiers{--volontiers-colour:#7a1f4f;" in sheet
    assert "min-height" in sheet
    assert [part for part in ("url(", "@import", "</") if part in sheet] == []
