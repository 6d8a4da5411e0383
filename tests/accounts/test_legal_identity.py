import pytest

from webapp.accounts.legal_identity import bare_number, is_siren


@pytest.mark.parametrize("number", ["732829320", "552100554", "443061841"])
def test_a_real_siren_is_accepted(number):
    assert is_siren(number)


@pytest.mark.parametrize(
    "number", ["732829321", "73282932", "7328293200", "73282932a", ""]
)
def test_a_wrong_siren_is_refused(number):
    assert not is_siren(number)


def test_blanks_in_a_number_do_not_matter():
    assert bare_number("732 829\u00a0320") == "732829320"
