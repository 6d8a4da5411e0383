"""Who is in a segment: what is not known, what is typed, what belongs to others."""

from datetime import date

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from webapp.consent.models import State
from webapp.core.db import db
from webapp.segments import compiling, queries, rules
from webapp.segments.kinds import Operator
from webapp.segments.rules import Condition, Group, Match, RuleError


def members(workspace, subject, operator, value=None):
    tree = Group(Match.ALL, (Condition(subject, operator, value),))
    return set(db.session.scalars(compiling.members(workspace, tree)))


def test_is_not_includes_people_without_a_value(workspace):
    make.attribute(workspace, "tea", "choice", ["green", "black"])
    without = make.contact(workspace, birth_date=None)
    other = make.contact(
        workspace, birth_date=date(1990, 5, 1), attributes={"tea": "black"}
    )
    make.contact(workspace, birth_date=date(2000, 1, 1), attributes={"tea": "green"})
    assert members(workspace, "birth_date", Operator.IS_NOT, date(2000, 1, 1)) == {
        without.id,
        other.id,
    }
    assert members(workspace, "attribute:tea", Operator.IS_NOT, "green") == {
        without.id,
        other.id,
    }


def test_nothing_is_greater_or_less_than_a_missing_value(workspace):
    make.attribute(workspace, "size", "number")
    make.contact(workspace, birth_date=None, attributes={"size": None})
    for operator in (Operator.AFTER, Operator.BEFORE):
        assert members(workspace, "birth_date", operator, date(2000, 1, 1)) == set()
    for operator in (Operator.GREATER, Operator.LESS):
        assert members(workspace, "attribute:size", operator, 3) == set()


def test_a_text_where_a_number_is_expected_does_not_stop_the_query(workspace):
    make.attribute(workspace, "size", "number")
    make.contact(workspace, attributes={"size": "extra large"})
    big = make.contact(workspace, attributes={"size": 46})
    assert members(workspace, "attribute:size", Operator.GREATER, 44) == {big.id}


@pytest.mark.parametrize("state", [State.PENDING, State.REFUSED, State.WITHDRAWN])
def test_only_who_agreed_is_on_a_list(workspace, state):
    mailing = make.mailing_list(workspace)
    agreed = make.subscriber(workspace, mailing)
    other = make.contact(workspace)
    make.say(other, mailing, state)
    assert members(workspace, f"list:{mailing.id}", Operator.ON) == {agreed.id}
    assert members(workspace, f"list:{mailing.id}", Operator.NOT_ON) == {other.id}


def test_a_segment_never_reaches_into_another_workspace(workspace):
    elsewhere = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    their_list = make.mailing_list(elsewhere)
    theirs = make.subscriber(elsewhere, their_list)
    ours = make.contact(workspace)
    assert members(workspace, "city", Operator.EQUALS, "Lyon") == {ours.id}
    assert theirs.id not in members(workspace, "city", Operator.FILLED)
    with pytest.raises(RuleError):
        members(workspace, f"list:{their_list.id}", Operator.NOT_ON)


def test_percent_and_underscore_are_looked_for_as_they_are(workspace):
    percent = make.contact(workspace, city="100%")
    make.contact(workspace, city="1000")
    assert members(workspace, "city", Operator.CONTAINS, "0%") == {percent.id}


@pytest.mark.parametrize(
    "value",
    ["'; DROP TABLE contact; --", '" OR 1=1', "\\", "{}", "%(x)s", ":x", "é" * 100],
)
def test_a_hostile_value_is_only_a_value(workspace, value):
    make.attribute(workspace, "note", "text")
    make.contact(workspace)
    for subject, operator in [
        ("city", Operator.EQUALS),
        ("city", Operator.CONTAINS),
        ("attribute:note", Operator.EQUALS),
        ("attribute:note", Operator.CONTAINS),
    ]:
        assert members(workspace, subject, operator, value) == set()


def test_the_rules_of_a_segment_are_read_for_its_workspace(workspace):
    make.attribute(workspace, "tea", "choice", ["green", "black"])
    known = queries.catalogue(workspace)
    data = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [
                {"subject": "attribute:tea", "operator": "equals", "value": "green"}
            ],
        },
    }
    green = make.contact(workspace, attributes={"tea": "green"})
    assert queries.count(workspace, rules.read(data, known)) == 1
    assert [
        person.id for person in queries.first_people(workspace, rules.read(data, known))
    ] == [green.id]
