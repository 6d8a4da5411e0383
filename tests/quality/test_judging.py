import pytest

from webapp.quality import judging
from webapp.quality.models import Doubt


def profile(**known):
    return {**dict.fromkeys(judging.COLUMNS, ""), "email": "anna@example.org", **known}


@pytest.mark.parametrize(
    ("known", "doubts"),
    [
        ({}, {}),
        ({"email": "anna@gmial.com"}, {Doubt.MISTYPED: "anna@gmail.com"}),
        ({"phone": "+33612345678"}, {}),
        ({"phone": "06 12"}, {Doubt.PHONE: ""}),
        ({"landline": "demander"}, {Doubt.LANDLINE: ""}),
        ({"postcode": "69003", "city": "Lyon"}, {}),
        ({"postcode": "69003", "city": "Lyonn"}, {Doubt.PLACE: "69003 Lyon"}),
        ({"postcode": "69003", "city": "Marseille"}, {Doubt.PLACE: ""}),
        ({"postcode": "00184", "city": "Roma", "country": "IT"}, {}),
        ({"siren": "732829320"}, {}),
        ({"siren": "732829321"}, {Doubt.COMPANY: ""}),
        (
            {"first_name": "ANNA", "city": "LYON", "postcode": "69003"},
            {Doubt.UNTIDY: "Anna, Lyon"},
        ),
        ({"phone": "06 12 34 56 78"}, {Doubt.UNTIDY: "+33612345678"}),
    ],
)
def test_each_doubt_about_a_profile_comes_with_what_was_meant(known, doubts):
    assert judging.judge(profile(**known)) == doubts


def test_a_domain_that_a_colleague_trusts_is_no_slip():
    assert judging.judge(profile(email="a@gmial.com"), {"gmial.com"}) == {}


def test_a_number_overseas_is_read_as_people_there_write_it():
    known = profile(phone="40 41 23 45", postcode="98714", city="Papeete")
    assert judging.judge(known) == {Doubt.UNTIDY: "+68940412345"}
