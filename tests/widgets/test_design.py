"""What a widget may look like and ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.widgets.design import Design, DesignIsNotValid, contrast


@pytest.mark.covers("consent-5")
def test_a_colour_on_which_white_is_hard_to_read_is_refused():
    with pytest.raises(DesignIsNotValid) as refusal:
        Design(colour="#ffdd00")
    assert refusal.value.field == "colour"


@pytest.mark.parametrize("colour", ["red", "#fff", "#1F5F4A", "url(x)", ""])
def test_only_a_plain_colour_is_taken(colour):
    with pytest.raises(DesignIsNotValid):
        Design(colour=colour)


@pytest.mark.parametrize(
    "address",
    ["http://shop.example", "javascript:alert(1)", "/thanks", "https://", "https://["],
)
def test_people_are_sent_on_to_a_full_https_address_alone(address):
    with pytest.raises(DesignIsNotValid):
        Design(redirect=address)


def test_a_field_we_do_not_know_is_refused():
    with pytest.raises(DesignIsNotValid):
        Design(fields=("iban",))


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(st.text(max_size=40), st.sets(st.sampled_from(["first_name", "postcode"])))
def test_a_design_comes_back_from_the_database_as_it_went_in(title, asked):
    design = Design(title=title, fields=tuple(sorted(asked)))
    assert Design.from_json(design.to_json()) == design
