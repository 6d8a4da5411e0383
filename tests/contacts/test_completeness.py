"""How complete profiles are: one with its reasons, everybody's by the same rules."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.subscriptions import contact as make_contact
from webapp.contacts import (
    attributes,
    changing,
    completeness,
    completeness_of_all,
    records,
)
from webapp.contacts.completeness import LASTS, State
from webapp.contacts.models import AttributeKind, Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db

LONG_AGO = LASTS + timedelta(days=30)
WEIGHTS = {"first_name": 2, "phone": 1, "postcode": 1, "attribute:pointure": 1}


@pytest.fixture
def weighed(workspace):
    attributes.declare(workspace, "Pointure", AttributeKind.NUMBER, [])
    completeness.weigh(workspace, WEIGHTS)
    db.session.flush()
    return workspace


def came(contact, ago):
    """The contact came so long ago, and said then all that we know."""
    at = clock.now() - ago
    db.session.execute(
        update(ContactRecord)
        .where(ContactRecord.contact_id == contact.id)
        .values(at=at)
    )
    contact.created_at = at
    db.session.flush()
    return contact


def states(workspace, contact):
    found = completeness.of(workspace, contact, records.origin(contact))
    return {part.name: part.state for part in found.parts}


def test_each_field_that_matters_is_there_or_old_or_wrong_or_missing(weighed):
    anna = make_contact(
        weighed, first_name="Anna", phone="+33612345678", postcode="7501"
    )
    came(anna, LONG_AGO)
    assert states(weighed, anna) == {
        "first_name": State.GOOD,
        "phone": State.OLD,
        "postcode": State.INVALID,
        "attribute:pointure": State.MISSING,
    }


def test_the_score_counts_doubtful_values_half_and_by_what_matters(weighed):
    anna = make_contact(
        weighed, first_name="Anna", phone="+33612345678", postcode="7501"
    )
    came(anna, LONG_AGO)
    found = completeness.of(weighed, anna, records.origin(anna))
    assert found.score == round(100 * (2 + 0.5 + 0.5 + 0) / 5)


def test_a_value_that_is_said_again_is_young_again(weighed):
    anna = came(make_contact(weighed, phone="+33612345678"), LONG_AGO)
    changing.write(anna, {"phone": "+33698765432"}, source="preferences")
    assert states(weighed, anna)["phone"] is State.GOOD


def test_where_no_field_matters_there_is_no_score(workspace):
    completeness.weigh(workspace, {})
    anna = make_contact(workspace)
    assert completeness.of(workspace, anna, records.origin(anna)).score is None
    assert completeness_of_all.count(workspace).score is None


def test_only_fields_of_the_workspace_can_matter(workspace):
    completeness.weigh(workspace, {"first_name": 2, "secret": 2, "city": 9})
    told = completeness.weights(workspace)
    assert {name: weight for name, weight in told.items() if weight} == {
        "first_name": 2
    }


def test_everybody_is_counted_by_the_rules_of_one(weighed):
    dice = random.Random(5)
    for number in range(40):
        anna = make_contact(
            weighed,
            first_name=dice.choice(["", "Anna"]),
            phone=dice.choice(["", "+33612345678", "au bureau"]),
            postcode=dice.choice(["", "75011", "B-1000"]),
            country=dice.choice(["", "FR", "BE"]),
            birth_date=dice.choice([None, date(1980, 5, 3)]),
            attributes=dice.choice([{}, {"pointure": 38}]),
        )
        came(anna, dice.choice([timedelta(0), LONG_AGO]))
        if number % 3 == 0:
            said = {"phone": "+33698765432", "first_name": "Berta"}
            changing.write(anna, said, source="staff")
    people = db.session.scalars(select(Contact)).all()
    found = [completeness.of(weighed, one, records.origin(one)) for one in people]
    counted = completeness_of_all.count(weighed)
    assert counted.people == len(people)
    assert counted.score == pytest.approx(
        sum(100 * _reached(one) / 5 for one in found) / len(found), abs=0.1
    )
    by_name = {one.name: one for one in counted.fields}
    for name in WEIGHTS:
        stand = [part.state for one in found for part in one.parts if part.name == name]
        figures = by_name[name]
        assert figures.filled == sum(one is not State.MISSING for one in stand)
        assert figures.valid == sum(one in {State.GOOD, State.OLD} for one in stand)
        assert figures.fresh == stand.count(State.GOOD)
        for state in State:
            listed = completeness_of_all.in_state(weighed, name, state)
            assert len(db.session.scalars(listed).all()) == stand.count(state)


def _reached(found):
    return sum(part.weight * completeness.worth(part.state) for part in found.parts)
