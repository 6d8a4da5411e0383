"""What of a contact is compared."""

from datetime import date

import pytest

from webapp.duplicates.identities import COMPARED, identity


def made(**fields):
    return identity({**dict.fromkeys(COMPARED, ""), "birth_date": None, **fields})


def test_habits_of_writing_make_no_difference():
    assert made(
        first_name="Jean-François", last_name="LE GALL", city="St-Malo CEDEX 2"
    ) == (made(first_name="jean francois", last_name="Le Gall", city="Saint-Malo"))


def test_the_same_mailbox_written_otherwise_is_the_same():
    assert made(email="Jean.Dupont+infos@gmial.com").email == "jeandupont@gmail.com"


@pytest.mark.parametrize(
    ("phone", "landline", "read"),
    [
        ("+33612345678", "", ("+33612345678", "")),
        ("06 12 34 56 78", "", ("+33612345678", "")),
        ("+33123456789", "", ("", "+33123456789")),
        ("+262692123456", "+262262123456", ("+262692123456", "+262262123456")),
        ("", "+33712345678", ("+33712345678", "")),
        ("rappeler le soir", "", ("", "")),
    ],
)
def test_a_mobile_is_one_person_s_and_a_landline_a_home_s(phone, landline, read):
    one = made(phone=phone, landline=landline, country="FR")
    assert (one.mobile, one.landline) == read


@pytest.mark.parametrize(
    ("street", "number", "rest"),
    [
        ("12 bis, rue de la République", "12 bis", "republique"),
        ("12bis av. de la Republique", "12 bis", "republique"),
        ("Le Moulin", "", "moulin"),
        ("Rue de la", "", "rue de la"),
    ],
)
def test_a_street_is_told_by_its_words_not_by_its_kind(street, number, rest):
    one = made(street=street)
    assert (one.number, one.street) == (number, rest)


@pytest.mark.parametrize(
    ("declared", "read"),
    [("Mme", "f"), ("Mlle", "f"), ("M.", "m"), ("Monsieur", "m"), ("Dr", ""), ("", "")],
)
def test_a_civility_is_read_as_declared(declared, read):
    assert made(civility=declared, first_name="Camille").civility == read


def test_a_birth_date_is_compared_digit_by_digit():
    assert made(birth_date=date(1980, 1, 31)).born == "19800131"
