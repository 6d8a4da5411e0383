"""The customers of the demo shop cannot be taken for anybody who lives."""

from datetime import UTC, datetime
from random import Random

import pytest

from webapp.core import addresses
from webapp.demo import people

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)
# RFC 2606 and RFC 6761: nobody can receive mail there.
NOBODYS = ("example.com", "example.org", "example.net")


@pytest.fixture(scope="module")
def customers():
    return people.customers(Random(1), NOW)


def test_no_address_belongs_to_anybody(customers):
    domains = {person.email.partition("@")[2] for person in customers}
    assert all(domain in NOBODYS or domain.endswith(".example") for domain in domains)


def test_every_address_is_valid_and_its_own(customers):
    assert all(
        addresses.normalise(person.email) == person.email for person in customers
    )
    assert len({person.email.lower() for person in customers}) == len(customers)


def test_phones_are_of_the_range_kept_for_fiction(customers):
    phones = {person.phone for person in customers} - {""}
    assert phones
    assert all(phone.startswith("06 39 98 ") for phone in phones)


def test_everybody_is_grown_up(customers):
    assert all(
        person.birth_date.year <= 2008 for person in customers if person.birth_date
    )


def test_who_ordered_nothing_has_no_last_purchase(customers):
    for person in customers:
        assert ("dernier_achat" in person.attributes) == (
            person.attributes["commandes"] > 0
        )


def test_the_same_seed_gives_the_same_people(customers):
    assert people.customers(Random(1), NOW) == customers
