"""Who is in a segment: what is not known, what is typed, what belongs to others."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.segments.crowd import Crowd
from tests.segments.reference import Reference
from tests.segments.trees import Trees
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.segments import compiling, queries, rules
from webapp.segments.kinds import Kind, Operator
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


# After a midnight of Paris, in the night in which the clocks go forward, in that in which they
# go back, and on the eve of a 1st of March without a 29th of February before it.
NIGHTS = [
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    datetime(2027, 2, 28, 12, tzinfo=UTC),
]


@pytest.mark.covers("data-38")
@pytest.mark.parametrize("night", range(3))
def test_the_members_are_those_for_whom_the_rules_hold(workspace, night):
    """A thousand random trees in all, half of them asked as for a page, half as for everybody."""
    dice, now = Random(night), NIGHTS[night]
    crowd = Crowd(workspace, dice, now)
    with clock.stopped(now):
        known = queries.catalogue(workspace)
        trees, reference = Trees(dice, known, now), Reference(crowd, known)
        for number in range(334):
            tree = trees.tree()
            asked = compiling.members(workspace, tree, known, few=number % 2 == 0)
            found, held = set(db.session.scalars(asked)), reference.members(tree)
            assert found == held, culprits(tree, workspace, known, reference)


def culprits(tree, workspace, known, reference):
    """The single conditions in which the two do not agree, and about whom."""
    for condition in rules.conditions(tree):
        alone = Group(Match.ALL, (condition,))
        for few in (True, False):
            asked = compiling.members(workspace, alone, known, few=few)
            found = set(db.session.scalars(asked))
            apart = found ^ reference.members(alone)
            people = [one for one in reference.crowd.people if one["id"] in apart]
            if apart:
                return condition, few, people[0], people[0]["id"] in found
    return tree


@pytest.mark.covers("data-39")
def test_no_rule_about_clicks_or_the_site_ever_holds_whoever_is_not_measured(workspace):
    dice, now = Random(7), NIGHTS[0]
    crowd = Crowd(workspace, dice, now)
    with clock.stopped(now):
        known = queries.catalogue(workspace)
        reference, trees = Reference(crowd, known), Trees(dice, known, now)
        measured = {one["id"] for one in crowd.people if reference.is_measured(one)}
        asked = [
            one for _, found in known.groups for one in found if one.needs_measuring
        ]
        assert {one.kind for one in asked} == {Kind.TIMES, Kind.DATE, Kind.SEGMENT}
        for number in range(150):
            # The segment itself may hold people for another reason.
            subject = dice.choice(
                [one for one in asked if one.kind is not Kind.SEGMENT]
            )
            condition, match = trees.about(subject), dice.choice(list(Match))
            tree = Group(match, (Group(dice.choice(list(Match)), (condition,)),))
            found = compiling.members(workspace, tree, known, few=number % 2 == 0)
            assert set(db.session.scalars(found)) <= measured, tree


@pytest.mark.covers("data-39")
def test_who_withdraws_is_in_no_segment_about_clicks_nor_in_its_opposite(workspace):
    mailing = make.mailing_list(workspace)
    person = make.subscriber(workspace, mailing, clicks=True)
    for operator, value in ((Operator.NEVER, None), (Operator.AT_MOST, 0)):
        assert members(workspace, "clicks", operator, value) == {person.id}
    make.stop_measuring(person, workspace)
    for operator, value in ((Operator.NEVER, None), (Operator.AT_LEAST, 1)):
        assert members(workspace, "clicks", operator, value) == set()
