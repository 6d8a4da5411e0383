"""The members of a segment, compared with a reading of the same rules in Python."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.segments import compiling, queries, rules
from webapp.segments.rules import Condition, Group, Match
from webapp.segments.subjects import OPERATORS, WITHOUT_VALUE, Kind, Operator

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)
CITIES = ["", "Lyon", "lyon", "Paris", "100%", "a_b", "O'Brien"]
DAYS = [date(1990, 5, 1), date(2000, 1, 1), date(2020, 2, 29)]
NUMBERS = [-3, 0, 2, 2.5, 40]
NOTES = ["Lyon", "thé vert", "100%", ""]
FIELDS = {
    "city": (Kind.TEXT, CITIES[1:]),
    "birth_date": (Kind.DATE, DAYS),
    "attribute:size": (Kind.NUMBER, NUMBERS),
    "attribute:visit": (Kind.DATE, DAYS),
    "attribute:club": (Kind.YES_NO, [True, False]),
    "attribute:note": (Kind.TEXT, NOTES[:3]),
    "attribute:tea": (Kind.CHOICE, ["green", "black"]),
}
PEOPLE = some.fixed_dictionaries(
    {
        "city": some.sampled_from(CITIES),
        "birth_date": some.none() | some.sampled_from(DAYS),
        "attributes": some.fixed_dictionaries(
            {},
            optional={
                # Also what does not belong there: an import of long ago, a field whose kind changed.
                "size": some.sampled_from([*NUMBERS, None, "", "large"]),
                "visit": some.sampled_from(
                    [*(day.isoformat() for day in DAYS), "", None]
                ),
                "club": some.sampled_from([True, False, None]),
                "note": some.sampled_from([*NOTES, None]),
                "tea": some.sampled_from(["green", "black", ""]),
            },
        ),
        # Days on the list; 0: never.
        "days": some.sampled_from([0, 1, 29, 31, 400]),
    }
)


@some.composite
def conditions(draw):
    if draw(some.integers(0, 4)) == 0:
        operator = draw(some.sampled_from(OPERATORS[Kind.LIST]))
        value = {Operator.SINCE: date(2026, 10, 11), Operator.LONGER_THAN: 30}.get(
            operator
        )
        return Condition("list:1", operator, value)
    key = draw(some.sampled_from(sorted(FIELDS)))
    kind, values = FIELDS[key]
    operator = draw(some.sampled_from(OPERATORS[kind]))
    value = None if operator in WITHOUT_VALUE else draw(some.sampled_from(values))
    return Condition(key, operator, value)


def groups(inside):
    return some.builds(
        Group,
        some.sampled_from(Match),
        some.lists(inside, min_size=1, max_size=3).map(tuple),
    )


def holds(node, person):
    if isinstance(node, Group):
        join = all if node.match is Match.ALL else any
        return join(holds(rule, person) for rule in node.rules)
    operator, value = node.operator, node.value
    if node.subject == "list:1":
        since = NOW - timedelta(days=person["days"])
        on_it = person["days"] > 0
        return {
            Operator.ON: on_it,
            Operator.NOT_ON: not on_it,
            Operator.SINCE: on_it and since >= datetime(2026, 10, 10, 22, tzinfo=UTC),
            Operator.LONGER_THAN: on_it and person["days"] > 30,
        }[operator]
    if node.subject in ("city", "birth_date"):
        found = person[node.subject]
    else:
        found = person["attributes"].get(node.subject.partition(":")[2])
    if node.subject == "attribute:visit" and value:
        value = value.isoformat()
    found = None if found == "" else found
    if node.subject == "city" and value and found:
        found, value = found.lower(), value.lower()
    comparable = (
        type(found) in (int, float)
        or not isinstance(value, int | float)
        or isinstance(value, bool)
    )
    return {
        Operator.EQUALS: lambda: found == value,
        Operator.IS_NOT: lambda: found != value,
        Operator.CONTAINS: lambda: found is not None and value.lower() in found.lower(),
        Operator.EMPTY: lambda: found is None,
        Operator.FILLED: lambda: found is not None,
        Operator.GREATER: lambda: found is not None and comparable and found > value,
        Operator.LESS: lambda: found is not None and comparable and found < value,
    }[operator]()


def _people(workspace, descriptions):
    mailing = make.mailing_list(workspace)
    assert mailing.id == 1
    made = []
    for description in descriptions:
        days = description["days"]
        person = make.contact(
            workspace, **{k: v for k, v in description.items() if k != "days"}
        )
        if days:
            with clock.stopped(NOW - timedelta(days=days)):
                make.say(person, mailing)
        made.append((person.id, description))
    db.session.flush()
    return made


TREES = groups(conditions() | groups(conditions() | groups(conditions())))


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(chosen=some.data())
def test_the_members_are_those_for_whom_the_rules_hold(app, workspace, chosen):
    with clock.stopped(NOW), db.session.begin_nested() as undone:
        db.session.execute(db.text("ALTER TABLE mailing_list ALTER COLUMN id RESTART"))
        people = _people(workspace, [chosen.draw(PEOPLE) for _ in range(25)])
        for _ in range(50):
            tree = chosen.draw(TREES)
            expected = {number for number, person in people if holds(tree, person)}
            found = set(db.session.scalars(compiling.members(workspace, tree)))
            assert found == expected, (
                tree,
                [person for number, person in people if number in found ^ expected],
            )
        undone.rollback()


def members(workspace, subject, operator, value=None):
    tree = Group(Match.ALL, (Condition(subject, operator, value),))
    return set(db.session.scalars(compiling.members(workspace, tree)))


def test_is_not_includes_people_without_a_value(workspace):
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
    make.contact(workspace, birth_date=None, attributes={"size": None})
    for operator in (Operator.GREATER, Operator.LESS):
        assert members(workspace, "birth_date", operator, date(2000, 1, 1)) == set()
        assert members(workspace, "attribute:size", operator, 3) == set()


def test_a_text_where_a_number_is_expected_does_not_stop_the_query(workspace):
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
    assert members(workspace, f"list:{their_list.id}", Operator.ON) == set()
    assert theirs.id not in members(workspace, f"list:{their_list.id}", Operator.NOT_ON)


def test_percent_and_underscore_are_looked_for_as_they_are(workspace):
    percent = make.contact(workspace, city="100%")
    make.contact(workspace, city="1000")
    assert members(workspace, "city", Operator.CONTAINS, "0%") == {percent.id}


@pytest.mark.parametrize(
    "value",
    ["'; DROP TABLE contact; --", '" OR 1=1', "\\", "{}", "%(x)s", ":x", "é" * 100],
)
def test_a_hostile_value_is_only_a_value(workspace, value):
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
