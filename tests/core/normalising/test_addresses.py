import pytest

from webapp.core import addresses as sending
from webapp.core.addresses import AddressIsNotValid
from webapp.core.normalising import addresses

GOOD = [
    *("jean@example.org", "jean.dupont+lettre@gmail.com", "o'neil@example.org"),
    *("a@b.co", "JEAN@EXAMPLE.ORG", "jean_dupont@sous.domaine.example.org"),
    *("jean@exämple.org", "x" * 64 + "@example.org", "jean-luc@example.museum"),
    "!#$%&*+/=?^_`{|}~-@example.org",
]
BAD = [
    *("", "jean", "jean@", "@example.org", "jean@example", "jean@@example.org"),
    *("jean dupont@example.org", "jean@exam ple.org", "jean..d@example.org"),
    *(".jean@example.org", "jean.@example.org", "jean@-example.org"),
    *(
        "jean@example..org",
        "jean@example.org\r\nBcc: x@example.org",
        "jean@[127.0.0.1]",
    ),
    *("x" * 65 + "@example.org", "jean@example.org\0", "Jean <jean@example.org>"),
    *("jean@exam_ple.org", "jean,paul@example.org"),
]


@pytest.mark.covers("data-1")
def test_twenty_bad_addresses_are_refused_and_ten_good_ones_taken():
    assert (len(BAD), len(GOOD)) == (20, 10)
    for address in GOOD:
        sending.normalise(address)
    for address in BAD:
        with pytest.raises(AddressIsNotValid):
            sending.normalise(address)


@pytest.mark.covers("data-2")
@pytest.mark.parametrize("typed", GOOD)
def test_mail_goes_to_the_address_as_typed_but_for_the_case_of_its_domain(typed):
    stored = sending.normalise(f"  {typed}\t")
    local, _, domain = typed.rpartition("@")
    assert stored == f"{local}@{domain.lower()}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean.Dupont@Gmail.com", "jeandupont+promo@googlemail.com"),
        ("jean@gmial.com", "jean@gmail.com"),
        ("jean@exämple.org", "jean@xn--exmple-cua.org"),
        ("Jean@Example.org ", "jean@example.org"),
    ],
)
def test_addresses_that_look_like_one_persons_have_one_key(one, other):
    assert addresses.key(one) == addresses.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jean.dupont@orange.fr", "jeandupont@orange.fr"),
        ("jean+1@orange.fr", "jean+2@orange.fr"),
        ("jean5@gmail.com", "jean6@gmail.com"),
        ("jean@mail.com", "jean@gmail.com"),
    ],
)
def test_addresses_that_may_be_two_peoples_keep_two_keys(one, other):
    assert addresses.key(one) != addresses.key(other)
