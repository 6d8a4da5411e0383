"""A contact that has just arrived is compared at once."""

import pytest
from sqlalchemy import select

from tests.duplicates.test_finding import ANNE, BORN
from tests.factories import subscriptions as make
from webapp.contacts import changing
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import finding, online
from webapp.duplicates.models import Decision, DupPair, MatchDue, MatchProfile


@pytest.fixture
def anne(workspace):
    return make.contact(workspace, "anne@exemple.fr", **ANNE, birth_date=BORN)


def pairs():
    return [
        (pair.a_id, pair.b_id, pair.decision, pair.reasons)
        for pair in db.session.scalars(select(DupPair).order_by(DupPair.id))
    ]


def test_who_is_known_already_is_in_the_queue_at_once(workspace, anne):
    twin = make.contact(workspace, "al@exemple.fr", **ANNE, birth_date=BORN)
    assert pairs() == [(anne.id, twin.id, Decision.PENDING, ["new"])]


def test_the_search_at_night_decides_whether_they_are_merged(workspace, anne):
    make.contact(workspace, "al@exemple.fr", **ANNE, birth_date=BORN)
    finding.find(workspace)
    assert [decision for _, _, decision, _ in pairs()] == [Decision.AUTO]


def test_a_stranger_is_nobody_s_double(workspace, anne):
    bob = make.contact(workspace, "bob@exemple.fr", first_name="Bob")
    assert online.check(workspace, bob) == []
    assert pairs() == []


def test_what_is_said_later_is_compared_then(workspace, anne):
    bob = make.contact(workspace, "bob@exemple.fr", first_name="Bob")
    changing.take(bob, {**ANNE, "birth_date": BORN}, source="staff")
    assert [(a, b) for a, b, _, _ in pairs()] == [(anne.id, bob.id)]
    changing.take(
        bob,
        {"first_name": "Bob", "last_name": "Petit", "phone": "", "birth_date": None},
        source="staff",
    )
    assert pairs() == []


def test_the_likeliest_is_told_first(workspace, anne):
    make.contact(workspace, "x@exemple.fr", **{**ANNE, "phone": ""})
    twin = make.contact(workspace, "al@exemple.fr", **ANNE, birth_date=BORN)
    told = online.check(workspace, twin)
    assert told[0].contact_id == anne.id
    assert told == sorted(told, key=lambda one: -one.comparison.probability)


def test_a_change_that_is_not_compared_asks_nothing(workspace, anne):
    db.session.query(MatchProfile).delete()
    changing.take(anne, {"language": "en"}, source="staff")
    assert db.session.scalar(select(MatchProfile)) is None


def test_restricted_data_is_not_compared(workspace, anne):
    twin = make.contact(workspace, "al@exemple.fr", **ANNE)
    twin.restricted_at = clock.now()
    assert online.check(workspace, twin) == []


def test_marks_that_many_share_are_left_for_the_night(workspace, monkeypatch):
    for number in range(online.LARGEST_BLOCK + 2):
        make.contact(
            workspace,
            f"a{number}@exemple.fr",
            first_name="Ali",
            landline="+33123456789",
        )
    last = make.contact(
        workspace, "b@exemple.fr", first_name="Ali", landline="+33123456789"
    )
    read = []
    monkeypatch.setattr(
        online.refreshing, "read", lambda ids, _: read.extend(ids) or {}
    )
    online.check(workspace, last)
    assert read == []


def test_it_waits_for_the_search_of_everybody_too(workspace, anne):
    assert list(db.session.scalars(select(MatchDue.contact_id))) == [anne.id]


def test_who_is_about_to_be_entered_may_be_known(workspace, anne):
    told = online.resembling(workspace, {**ANNE, "birth_date": BORN})
    assert [one.contact_id for one in told] == [anne.id]
    assert online.resembling(workspace, {"first_name": "Bob", "city": "Paris"}) == []
    assert pairs() == []
