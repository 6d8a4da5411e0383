"""The search box reads what is typed as the index reads contacts, and shows where it was found."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from webapp.contacts import words
from webapp.core.db import db

READ = text(
    "SELECT contact_words(1, :email, :named, '', '', '', '', :phone, '')"
    " @@ CAST(:asked AS tsquery)"
)


def finds(typed, *, email="", named="", phone=""):
    asked = words.question(1, typed)
    given = {"email": email, "named": named, "phone": phone, "asked": asked}
    return bool(asked) and db.session.scalar(READ, given)


@pytest.mark.parametrize(
    "typed",
    ["hélène", "HELENE", "Helene mar", "martin-d", "Martin Hél", "l'hér", "LHER"],
)
def test_names_are_found_by_their_beginnings_without_accents_in_any_order(app, typed):
    name = "Hélène Martin-Dubois L'Héritier Lherbier"
    assert finds(typed, named=name)


@pytest.mark.parametrize("typed", ["élène", "artin", "ubois", "helene zorro"])
def test_a_name_is_not_found_by_its_middle(app, typed):
    assert not finds(typed, named="Hélène Martin-Dubois")


@pytest.mark.parametrize(
    "typed",
    [
        "jean",
        "martin",
        "artin",
        "jeanm",
        "@gmail",
        "gmail.com",
        "JeanMartin77@g",
        "tin",
    ],
)
def test_an_address_is_found_by_any_part(app, typed):
    assert finds(typed, email="JeanMartin77@gmail.com")


@pytest.mark.parametrize("name", ["Œuvre Cœur", "Straße", "ŒUVRE CŒUR STRASSE"])
def test_letters_that_are_two_are_found_as_two(app, name):
    assert finds("oeuvre" if "uvre" in name.lower() else "strasse", named=name)


@pytest.mark.parametrize(
    "typed",
    [
        *("06 12 34 56 78", "0612345678", "06.12.34", "+33 6 12 34 56 78", "612345678"),
        *("0033 6 12", "+33 (0)6 12 34", "33612345678", "06-12-34-56-78"),
    ],
)
@pytest.mark.parametrize("kept", ["+33612345678", "06 12 34 56 78", "06.12.34.56.78"])
def test_a_phone_is_found_in_any_form(app, typed, kept):
    assert finds(typed, phone=kept)
    assert words.phone_pieces(kept, typed) == [(kept, True)]


def test_a_name_and_a_phone_are_found_together(app):
    assert finds("martin 06 12 34", named="Anne Martin", phone="+33612345678")
    assert not finds("martin 06 99 34", named="Anne Martin", phone="+33612345678")


@pytest.mark.parametrize("typed", ["", "   ", "@", "'", "-- /", "()"])
def test_signs_without_a_word_ask_nothing(typed):
    assert words.question(1, typed) == ""


@pytest.mark.parametrize(
    "typed", ["a'b", "a\\", "!", "a & b | !c", "':*", "a:*b", "\\'", "<->", "é\\é'"]
)
def test_no_sign_means_anything_to_postgresql(app, typed):
    finds(typed, named="x")


def test_words_of_others_are_not_found(app):
    asked = words.question(2, "martin")
    given = {"email": "", "named": "Martin", "phone": "", "asked": asked}
    assert not db.session.scalar(READ, given)


NAMES = st.text(
    st.sampled_from("abcdéèêçñœæß ÀÉŒz9-'’.@_+/,&()\"\xa0"), min_size=1, max_size=20
)


@given(name=NAMES, cut=st.integers(0, 30))
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_begins_a_word_is_found_and_marked(app, name, cut):
    for word in words.words_of(name)[:3]:
        if word.isdigit():
            continue
        typed = word[: 1 + cut % len(word)]
        assert finds(typed, named=name)
        shown = words.pieces(name, typed)
        assert "".join(piece for piece, _hit in shown) == name
        assert any(hit for _piece, hit in shown)


def test_what_was_found_is_marked_where_it_stands():
    assert words.pieces("Hélène Martin", "mar hele") == [
        ("Hélè", True),
        ("ne ", False),
        ("Mar", True),
        ("tin", False),
    ]
    assert words.pieces("jeanmartin@x.fr", "artin", inside=True) == [
        ("jeanm", False),
        ("artin", True),
        ("@x.fr", False),
    ]
    assert words.pieces("Cœur", "coe") == [("Cœ", True), ("ur", False)]
    assert words.pieces("", "x") == []
