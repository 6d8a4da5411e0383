import pytest

from webapp.core.normalising import phones
from webapp.core.normalising.phones import Kind

FORMS = [
    ("06 12 34 56 78", "", "+33612345678"),
    ("0612345678", "", "+33612345678"),
    ("06.12.34.56.78", "75011", "+33612345678"),
    ("06-12-34-56-78", "", "+33612345678"),
    ("06/12/34/56/78", "", "+33612345678"),
    ("06\u00a012\u00a034\u202f56\u00a078", "", "+33612345678"),
    ("+33612345678", "", "+33612345678"),
    ("+33 (0)6 12 34 56 78", "", "+33612345678"),
    ("0033 6 12 34 56 78", "", "+33612345678"),
    ("33612345678", "", "+33612345678"),
    # Excel took the zero away, or made a decimal number of it.
    ("612345678", "", "+33612345678"),
    ("612345678.0", "", "+33612345678"),
    ("O612345678", "", "+33612345678"),
    ("tel:+33-6-12-34-56-78", "", "+33612345678"),
    ("Tél. : 01 42 68 53 00", "", "+33142685300"),
    ("0692 12 34 56", "97400", "+262692123456"),
    ("0590 81 00 00", "97110", "+590590810000"),
    ("0696 20 00 00", "97200", "+596696200000"),
    ("0694 20 10 10", "97300", "+594694201010"),
    ("40 41 23 45", "98714", "+68940412345"),
]


@pytest.mark.covers("data-3")
@pytest.mark.parametrize(("typed", "postcode", "dialled"), FORMS)
def test_a_number_is_dialled_alike_however_it_was_written(typed, postcode, dialled):
    assert phones.normalise(typed, "FR", postcode).e164 == dialled


def test_numbers_of_one_plan_say_themselves_where_they_ring():
    assert phones.normalise("0692 12 34 56").e164 == "+262692123456"
    assert phones.normalise("06 12 34 56 78", "FR", "97400").e164 == "+33612345678"


def test_a_number_of_another_country_is_read_as_that_country_writes_it():
    assert phones.normalise("0470 12 34 56", "BE").e164 == "+32470123456"
    assert phones.normalise("0470 12 34 56", "FR").kind == Kind.LANDLINE


@pytest.mark.parametrize(
    "typed", ["06 12 34 56 7", "0000000000", "voir avec sa fille", "3" * 500, "06 ABC"]
)
def test_what_cannot_be_dialled_is_kept_as_typed_and_called_unverified(typed):
    phone = phones.normalise(typed)
    assert (phone.e164, phone.kind, phone.stored) == ("", Kind.UNVERIFIED, typed)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("06 12 34 56 78", Kind.MOBILE),
        ("01 42 68 53 00", Kind.LANDLINE),
        ("09 72 10 00 00", Kind.LANDLINE),
        ("0800 123 456", Kind.OTHER),
    ],
)
def test_a_mobile_is_told_from_the_phone_of_a_household(typed, kind):
    assert phones.normalise(typed).kind == kind


def test_normalising_again_changes_nothing():
    for typed, postcode, _ in FORMS:
        once = phones.normalise(typed, "FR", postcode).stored
        assert phones.normalise(once).stored == once


def test_french_numbers_are_shown_in_pairs():
    assert phones.shown("+33612345678") == "06 12 34 56 78"
    assert phones.shown("+32470123456") == "+32 470 12 34 56"
    assert phones.shown("voir avec sa fille") == "voir avec sa fille"
