"""What a widget may look like, ask and do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.widgets.choices import DISPLAYS, TRIGGERS
from webapp.widgets.design import Design, DesignIsNotValid

PATHS = st.from_regex(r"/[a-z*/-]{0,20}", fullmatch=True)


def _fault(**choices):
    with pytest.raises(DesignIsNotValid) as refusal:
        Design(**choices)
    return refusal.value


@pytest.mark.covers("consent-5")
def test_a_colour_on_which_white_is_hard_to_read_is_refused():
    assert _fault(colour="#ffdd00").field == "colour"


def test_the_refusal_of_a_colour_says_its_contrast_and_one_that_will_do(app):
    with app.test_request_context("/?lang=en"):
        message = str(_fault(colour="#ffdd00").message)
    assert "1.3 to 1" in message
    assert Design(colour=message.split("such as ")[1].rstrip("."))


def test_a_figure_just_under_the_limit_does_not_read_as_the_limit(app):
    with app.test_request_context("/?lang=en"):
        assert "4.4 to 1" in str(_fault(colour="#777777").message)


@pytest.mark.parametrize("colour", ["red", "#fff", "#1F5F4A", "url(x)", ""])
def test_only_a_plain_colour_is_taken(colour):
    assert _fault(colour=colour).field == "colour"


def test_text_that_is_hard_to_read_on_its_background_is_refused():
    fault = _fault(background="#ffffff", text_colour="#999999")
    assert fault.field == "text_colour"


def test_a_background_on_which_the_button_is_lost_is_refused():
    fault = _fault(colour="#1f5f4a", background="#12352a", text_colour="#ffffff")
    assert fault.field == "background"


def test_a_background_comes_with_the_colour_of_its_text():
    assert _fault(background="#ffffff").field == "text_colour"
    assert _fault(text_colour="#000000").field == "background"
    assert Design(background="#ffffff", text_colour="#000000")


@pytest.mark.parametrize(
    "address",
    [
        *("http://shop.example", "javascript:alert(1)", "/thanks", "https://"),
        *("https://[", "https://anna@shop.example"),
        # To a browser, this is another host than to us.
        "https://elsewhere.example\\@shop.example/",
        # This would end up in the policy of the page.
        "https://shop.example:;script-src *",
    ],
)
def test_people_are_sent_on_to_a_full_https_address_alone(address):
    assert _fault(redirect=address).field == "redirect"


@pytest.mark.parametrize("where", ["fields", "later_fields"])
def test_a_field_we_do_not_know_is_refused(where):
    assert _fault(**{where: ("iban",)}).field == where


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("display", "banner"),
        ("trigger", "always"),
        ("side", "top"),
        ("font", "Comic Sans"),
        ("locale", "de"),
        ("delay", 121),
        ("scroll", 0),
        ("cap_days", 366),
        ("radius", 25),
        ("pages", ("shop",)),
        ("pages", ("/a b",)),
        ("pages", tuple(f"/{number}" for number in range(21))),
        ("pages_not", ("https://shop.example/",)),
        ("translations", {"de": {"title": "Hallo"}}),
        ("translations", {"fr": {"title": "Bonjour"}}),
        ("translations", {"en": {"notice": "Hello"}}),
    ],
)
def test_what_could_not_be_followed_is_refused_beside_its_field(name, value):
    assert _fault(**{name: value}).field == name


def test_what_opens_by_a_button_says_what_stands_on_it():
    fault = _fault(display="popup", trigger="click")
    assert fault.field == "opener"
    assert Design(display="popup", trigger="click", opener="Newsletter")
    assert Design(display="inline", trigger="click")


def test_every_fault_is_named_at_once():
    assert _fault(colour="red", delay=-1).faults.keys() == {"colour", "delay"}


def test_a_second_language_says_its_own_words_and_falls_back_to_the_first():
    design = Design(
        title="Bonjour", button="Oui", translations={"en": {"title": "Hello"}}
    )
    assert design.locales == ("fr", "en")
    english = design.spoken("en")
    assert (english.title, english.button, english.locale) == ("Hello", "Oui", "en")
    assert design.spoken("de") == design.spoken(None) == design


def test_a_widget_stored_before_it_had_a_display_stands_in_the_page():
    old = {"title": "Bonjour", "fields": ["first_name"], "colour": "#1f5f4a"}
    assert Design.from_json(old) == Design(title="Bonjour", fields=("first_name",))


@given(
    title=st.text(max_size=40),
    fields=st.sets(st.sampled_from(["first_name", "postcode"])).map(tuple),
    partners=st.lists(st.integers(1, 9)).map(tuple),
    pages=st.lists(PATHS, max_size=3).map(tuple),
    display=st.sampled_from(sorted(DISPLAYS)),
    trigger=st.sampled_from(sorted(TRIGGERS)),
    translations=st.just({}) | st.just({"en": {"title": "Hello"}}),
)
def test_a_design_comes_back_from_the_database_as_it_went_in(**choices):
    design = Design(opener="Ouvrir", **choices)
    assert Design.from_json(design.to_json()) == design
