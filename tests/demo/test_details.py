"""What the demo shop knows besides is believable, and belongs to nobody who lives."""

from datetime import UTC, datetime
from random import Random

import pytest

from webapp.contacts import answers
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import AttributeKind
from webapp.demo import details, people
from webapp.demo.shop import WISHES

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def known():
    return details.of(people.customers(Random(1), NOW))


def test_every_value_is_one_its_field_takes(known):
    for told in known:
        for name, value in told.items():
            if name in FIELDS:
                assert str(FIELDS[name].reader(value)) == value
            else:
                read = answers.read(AttributeKind.CHOICES, WISHES, value)
                assert read == value


def test_companies_have_numbers_that_check_and_that_nobody_has(known):
    companies = [told for told in known if "siren" in told]
    assert len(companies) == people.HOW_MANY / details.COMPANIES
    assert len({told["siren"] for told in companies}) == len(companies)
    assert all(told["siret"].startswith(told["siren"]) for told in companies)
    assert all(told["siren"].startswith("999") for told in companies)


def test_the_same_people_know_the_same(known):
    assert details.of(people.customers(Random(1), NOW)) == known
