import pytest

from webapp.core.normalising import companies
from webapp.core.normalising.companies import NotValid


@pytest.mark.covers("data-4")
@pytest.mark.parametrize(
    ("read", "typed", "expected"),
    [
        (companies.siren, "732 829 320", "732829320"),
        (companies.siren, "732829320.0", "732829320"),
        (companies.siren, "356.000.000", "356000000"),
        (companies.siret, "732 829 320 00074", "73282932000074"),
        # The head office of La Poste follows Luhn; its other places sum up to a multiple of five.
        (companies.siret, "356 000 000 00048", "35600000000048"),
        (companies.siret, "35600000049837", "35600000049837"),
        (companies.vat, "fr 83 404 833 048", "FR83404833048"),
        (companies.vat, "BE 0403.019.261", "BE0403019261"),
        (companies.vat, "DE136695976", "DE136695976"),
    ],
)
def test_numbers_of_companies_are_read_however_they_are_spaced(read, typed, expected):
    assert read(typed) == expected


@pytest.mark.covers("data-4")
@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (companies.siren, "732829321"),
        (companies.siren, "73282932"),
        (companies.siren, ""),
        (companies.siren, "ABCDEFGHI"),
        (companies.siret, "73282932000075"),
        # As La Poste sums up, but not La Poste.
        (companies.siret, "73282932000001"),
        (companies.siret, "35600000049838"),
        (companies.vat, "FR84404833048"),
        (companies.vat, "XX123456789"),
    ],
)
def test_a_number_with_a_wrong_digit_is_refused(read, typed):
    with pytest.raises(NotValid):
        read(typed)


@pytest.mark.covers("data-4")
def test_the_number_for_vat_follows_from_the_siren_and_back():
    assert companies.vat_of("404833048") == "FR83404833048"
    assert companies.siren_of_vat("FR83404833048") == "404833048"
    assert companies.siren_of_vat("BE0403019261") == ""
    assert companies.siren_of("73282932000074") == "732829320"


@pytest.mark.covers("data-4")
def test_every_single_wrong_digit_of_a_siren_is_seen():
    right = "732829320"
    for place in range(9):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1 :]
            if wrong != right:
                with pytest.raises(NotValid):
                    companies.siren(wrong)
