"""What is read at once is read as by the reader that knows everything."""

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contacts import tidying
from webapp.core import addresses
from webapp.core.normalising import phones
from webapp.imports import keeping, quick

LOCALS = st.text("aZ9._+-é'@ !\\\"", min_size=0, max_size=70)
DOMAINS = st.sampled_from(
    (
        *("example.org", "EXAMPLE.Org", "exämple.fr", "xn--exmple-cua.fr", "localhost"),
        *("a..b.fr", "-a.fr", "a.fr.", "[1.2.3.4]", "", "a.b", "x" * 64 + ".fr", "fr"),
        "sub.domain.example.com",
    )
)
WORDS = st.sampled_from(
    ("", "DUPONT", "jean-pierre", "d’Été", "LE GOFF", "Mme", "m.", "12 AV DES FLEURS")
)
PLACES = st.sampled_from(
    (("69001", "LYON"), ("", "Lyon 1er"), ("75000", "paris"), ("", ""))
)


def _or_none(read, *arguments):
    try:
        return read(*arguments)
    except addresses.AddressIsNotValid:
        return None


@settings(max_examples=300)
@given(LOCALS, DOMAINS)
def test_an_address_is_read_as_by_the_library(local, domain):
    typed = f"{local}@{domain}"
    assert _or_none(quick.address, typed) == _or_none(addresses.normalise, typed)


@settings(max_examples=300)
@given(
    st.text("0123456789 .-+()", min_size=5, max_size=18),
    st.sampled_from(("", "FR", "BE", "RE")),
    st.sampled_from(("", "69001", "97400", "97600")),
)
def test_a_number_is_read_as_by_the_library(typed, country, postcode):
    for one in (typed, f"06{typed}", f"+33 6{typed}"):
        expected = phones.normalise(one, country or "FR", postcode).stored
        assert quick.phone(one, country, postcode) == expected


@settings(max_examples=200)
@given(WORDS, WORDS, WORDS, PLACES, st.sampled_from(("", "FR", "BE")))
def test_values_are_kept_as_every_door_keeps_them(first, last, street, place, country):
    said = {
        "first_name": first,
        "last_name": last,
        "street": street,
        "postcode": place[0],
        "city": place[1],
        "country": country,
    }
    given_ = {name: value for name, value in said.items() if value}
    expected = {name: value for name, value in tidying.tidy(given_).items() if value}
    keeping.keep(given_)
    assert given_ == expected
