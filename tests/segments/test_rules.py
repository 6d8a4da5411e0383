"""The rules of a segment and their JSON."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from webapp.segments import rules
from webapp.segments.catalogue import Catalogue
from webapp.segments.kinds import WITHOUT_VALUE, Kind, Shape, shape
from webapp.segments.offered import PROFILE, event, mails
from webapp.segments.rules import Condition, Group, Match, RuleError
from webapp.segments.subjects import Subject
from webapp.segments.tree import MAX_DAYS

# However busy the machine is.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CATALOGUE = Catalogue(
    lists=[Subject("list:1", "La lettre", Kind.LIST)],
    attributes=[
        Subject("attribute:size", "Size", Kind.NUMBER),
        Subject("attribute:visit", "Visit", Kind.DATE),
        Subject("attribute:club", "Club", Kind.YES_NO),
        Subject("attribute:tea", "Tea", Kind.CHOICE, ("green", "black")),
        Subject("attribute:note", "Note", Kind.TEXT),
        Subject("attribute:tags", "Tags", Kind.CHOICES, ("a", "b")),
    ],
    more=[*mails({"7": "Avril"}), event("view")],
)
SUBJECTS = [*PROFILE, *CATALOGUE.lists, *CATALOGUE.attributes]
WORDS = some.text(
    some.characters(min_codepoint=32, exclude_categories=("Cs",)),
    min_size=1,
    max_size=20,
).filter(str.strip)
DATES = some.dates(date(1880, 1, 1), date(2200, 12, 31))


@some.composite
def conditions(draw):
    subject = draw(some.sampled_from(SUBJECTS))
    operator = draw(some.sampled_from(subject.operators))
    if operator in WITHOUT_VALUE:
        return Condition(subject.key, operator)
    if shape(operator) is Shape.DAYS:
        return Condition(subject.key, operator, draw(some.integers(1, MAX_DAYS)))
    kinds = {
        Kind.TEXT: WORDS,
        Kind.NUMBER: some.integers(-1000, 1000) | some.floats(-1000, 1000),
        Kind.DATE: DATES,
        Kind.LIST: DATES,
        Kind.YES_NO: some.booleans(),
        Kind.CHOICE: some.sampled_from(subject.choices or ("",)),
        Kind.CHOICES: some.sampled_from(subject.choices or ("",)),
    }
    one = kinds[subject.kind]
    if shape(operator) is Shape.MANY:
        values = draw(some.lists(one, min_size=1, max_size=4))
        return Condition(subject.key, operator, tuple(values))
    if shape(operator) is Shape.RANGE:
        return Condition(subject.key, operator, tuple(sorted([draw(one), draw(one)])))
    return Condition(subject.key, operator, draw(one))


def groups(inside):
    rows = some.lists(inside, min_size=1, max_size=4).map(tuple)
    return some.builds(Group, some.sampled_from(Match), rows)


TREES = groups(conditions() | groups(conditions() | groups(conditions())))


@PATIENT
@given(TREES)
def test_rules_survive_their_json(tree):
    stored = json.loads(json.dumps(rules.write(tree)))
    assert rules.read(stored, CATALOGUE) == tree


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inside: (
        some.lists(inside)
        | some.dictionaries(
            some.sampled_from(
                [
                    "version",
                    "root",
                    "match",
                    "rules",
                    "subject",
                    "operator",
                    "value",
                    "x",
                ]
            ),
            inside,
        )
    ),
    max_leaves=30,
)


@PATIENT
@given(ANYTHING)
def test_any_other_json_is_refused_and_nothing_else_happens(data):
    with pytest.raises(RuleError):
        rules.read(data, CATALOGUE)


def in_group(*found, match="all"):
    return {"v": 2, "root": {"match": match, "rules": list(found)}}


SIZE = {"subject": "attribute:size"}
ORDERS = {"subject": "purchases", "operator": "at_least", "value": 2}
SKU = {"subject": "sku", "operator": "equals", "value": "S1"}
VIEW = {"subject": "event:view", "operator": "never"}
PAGE = {"subject": "page", "operator": "equals", "value": "x"}
OLD_CAMPAIGN = {"subject": "campaign", "operator": "equals", "value": "9"}
CITY = {"subject": "city", "operator": "equals", "value": "Lyon"}


def nested(depth):
    node = CITY
    for _ in range(depth):
        node = {"match": "all", "rules": [node]}
    return {"v": 2, "root": node}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        {"v": 3, "root": nested(1)["root"]},
        {"v": 1, "root": nested(1)["root"]},
        {"v": True, "root": nested(1)["root"]},
        {"v": 2, "version": 1, "root": nested(1)["root"]},
        {"version": 2, "root": nested(1)["root"]},
        {"version": True, "root": nested(1)["root"]},
        {"v": 2, "root": CITY},
        {**in_group(CITY), "more": 1},
        in_group(),
        in_group(None),
        in_group("city = 'Lyon'"),
        in_group([CITY]),
        in_group(CITY, match="not"),
        in_group(CITY, match=["all"]),
        in_group(CITY, match={}),
        in_group({**CITY, "sql": "1=1"}),
        in_group({**CITY, "subject": "password"}),
        in_group({**CITY, "subject": "id"}),
        in_group({**CITY, "subject": "workspace_id"}),
        in_group({**CITY, "subject": "attributes"}),
        in_group({**CITY, "subject": "city; DROP TABLE contact"}),
        in_group({**CITY, "subject": ["city"]}),
        in_group({**CITY, "subject": "list:2"}),
        in_group({**CITY, "subject": "attribute:unknown"}),
        in_group({**CITY, "operator": "like"}),
        in_group({**CITY, "operator": "greater"}),
        in_group({**CITY, "operator": None}),
        in_group({**CITY, "operator": {}}),
        in_group({**CITY, "value": None}),
        in_group({**CITY, "value": 3}),
        in_group({**CITY, "value": " "}),
        in_group({**CITY, "value": "a\0b"}),
        in_group({**CITY, "value": "\ud800"}),
        in_group({**CITY, "value": "x" * 201}),
        in_group({"subject": "city", "operator": "empty", "value": "Lyon"}),
        in_group({"subject": "attribute:size", "operator": "equals", "value": "3"}),
        in_group({"subject": "attribute:size", "operator": "equals", "value": True}),
        in_group(
            {"subject": "attribute:size", "operator": "equals", "value": float("nan")}
        ),
        in_group(
            {"subject": "attribute:size", "operator": "equals", "value": float("inf")}
        ),
        in_group({"subject": "attribute:size", "operator": "equals", "value": 10**400}),
        in_group({"subject": "attribute:tea", "operator": "equals", "value": "white"}),
        in_group(
            {"subject": "attribute:tea", "operator": "equals", "value": ["green"]}
        ),
        in_group({"subject": "attribute:club", "operator": "equals", "value": "yes"}),
        in_group(
            {"subject": "birth_date", "operator": "before", "value": "2026-13-01"}
        ),
        in_group({"subject": "birth_date", "operator": "before", "value": "20260101"}),
        in_group(
            {"subject": "birth_date", "operator": "before", "value": "0001-01-01"}
        ),
        in_group({"subject": "birth_date", "operator": "before", "value": 0}),
        in_group({"subject": "list:1", "operator": "longer_than", "value": 0}),
        in_group({"subject": "list:1", "operator": "longer_than", "value": 1.5}),
        in_group({"subject": "list:1", "operator": "longer_than", "value": 10**9}),
        in_group({**CITY, "within": {"last": 3}}),
        in_group({**CITY, "where": []}),
        in_group({**CITY, "measure": "sum"}),
        in_group({**CITY, "salt": "a"}),
        in_group({**CITY, "operator": "one_of"}),
        in_group({**CITY, "operator": "one_of", "value": []}),
        in_group({**CITY, "operator": "one_of", "value": ["Lyon"] * 501}),
        in_group({**CITY, "operator": "one_of", "value": ["Lyon", {"sql": 1}]}),
        in_group({**CITY, "operator": "regexp", "value": "(a+)+$"}),
        in_group({**SIZE, "operator": "between", "value": [3, 1]}),
        in_group({**SIZE, "operator": "between", "value": [1, 2, 3]}),
        in_group({**SIZE, "operator": "between", "value": [1, float("nan")]}),
        in_group({"subject": "created", "operator": "in_last", "value": 3651}),
        in_group({"subject": "created", "operator": "in_last", "value": -1}),
        in_group({"subject": "created", "operator": "in_last", "value": True}),
        in_group({"subject": "purchases", "operator": "at_least"}),
        in_group({**ORDERS, "value": 0}),
        in_group({**ORDERS, "value": 1.5}),
        in_group({**ORDERS, "value": 10**9}),
        in_group({**ORDERS, "measure": "median"}),
        in_group({**ORDERS, "measure": ["sum"]}),
        in_group({**ORDERS, "operator": "never"}),
        in_group({**ORDERS, "within": None}),
        in_group({**ORDERS, "within": {}}),
        in_group({**ORDERS, "within": {"last": 0}}),
        in_group({**ORDERS, "within": {"last": "30 days'; --"}}),
        in_group({**ORDERS, "within": {"last": 3, "ago": [1, 2]}}),
        in_group({**ORDERS, "within": {"ago": [2, 1]}}),
        in_group({**ORDERS, "within": {"ago": [1]}}),
        in_group({**ORDERS, "within": {"from": "2026-02-01", "to": "2026-01-01"}}),
        in_group({**ORDERS, "within": {"from": None}}),
        in_group({**ORDERS, "where": {"subject": "sku"}}),
        in_group({**ORDERS, "where": [{"match": "all", "rules": []}]}),
        in_group({**ORDERS, "where": [CITY]}),
        in_group({**ORDERS, "where": [{**SKU, "subject": "workspace_id"}]}),
        in_group({**ORDERS, "where": [{**SKU, "within": {"last": 3}}]}),
        in_group({**ORDERS, "where": [SKU] * 11}),
        in_group(*[{**ORDERS, "where": [SKU] * 10}] * 6),
        in_group(
            {"subject": "mails", "operator": "at_least", "value": 1, "measure": "sum"}
        ),
        in_group({"subject": "clicks", "operator": "never", "where": [OLD_CAMPAIGN]}),
        in_group({"subject": "event:'; DROP TABLE contact", "operator": "never"}),
        in_group({"subject": "event:gone", "operator": "never"}),
        in_group({**VIEW, "where": [{**PAGE, "subject": "a\0"}]}),
        in_group({**VIEW, "where": [{**PAGE, "subject": "p" * 61}]}),
        in_group({**VIEW, "where": [{**PAGE, "subject": ""}]}),
        in_group({**VIEW, "where": [{**PAGE, "operator": "contains", "value": 3}]}),
        in_group({"subject": "segment:99", "operator": "in"}),
        in_group({"subject": "segment:1 OR 1=1", "operator": "in"}),
        in_group({"subject": "sample", "operator": "percent", "value": 0}),
        in_group({"subject": "sample", "operator": "percent", "value": 100}),
        in_group({"subject": "sample", "operator": "percent", "value": 5, "salt": 1}),
        in_group(
            {"subject": "sample", "operator": "percent", "value": 5, "salt": "x" * 21}
        ),
        in_group({"subject": "stage", "operator": "equals", "value": "rich"}),
        in_group({"subject": "attribute:tags", "operator": "has_any", "value": ["z"]}),
        in_group({"subject": "last_open_on", "operator": "in_last", "value": 3}),
        in_group({"subject": "opens", "operator": "at_least", "value": 1}),
        nested(6),
        nested(500),
        in_group(*[CITY] * 61),
        in_group(*[{"match": "any", "rules": [CITY] * 31}] * 2),
    ],
)
@pytest.mark.covers("data-38")
def test_hostile_rules_are_refused(data):
    with pytest.raises(RuleError):
        rules.read(data, CATALOGUE)


def test_an_error_names_the_place():
    with pytest.raises(RuleError) as refused:
        rules.read(
            in_group(CITY, {"match": "any", "rules": [CITY, {**CITY, "value": 3}]}),
            CATALOGUE,
        )
    assert refused.value.place == "2.2"


def test_sixty_conditions_are_not_too_many():
    assert rules.read(in_group(*[CITY] * 60), CATALOGUE)


def test_five_levels_are_not_too_deep():
    assert rules.read(nested(5), CATALOGUE)


def test_what_happens_again_and_again_survives_its_json():
    condition = ORDERS | {
        "measure": "sum",
        "value": 99.5,
        "within": {"ago": [0, 30]},
        "where": [SKU, {"subject": "amount", "operator": "between", "value": [1, 2]}],
    }
    for within in ({"last": 3650}, {"from": "2026-01-01"}, {"ago": [30, 60]}):
        data = in_group({**condition, "within": within})
        assert rules.write(rules.read(data, CATALOGUE)) == data


def test_rules_of_the_first_version_are_read_and_written_anew():
    old = {
        "version": 1,
        "root": {
            "match": "any",
            "rules": [
                {"subject": "birth_date", "operator": "less", "value": "2000-01-01"},
                {
                    "subject": "attribute:visit",
                    "operator": "greater",
                    "value": "2026-01-01",
                },
                {"subject": "attribute:size", "operator": "greater", "value": 40},
                {"subject": "list:1", "operator": "longer_than", "value": 30},
            ],
        },
    }
    written = rules.write(rules.read(old, CATALOGUE))
    assert written["v"] == 2
    operators = [rule["operator"] for rule in written["root"]["rules"]]
    assert operators == ["before", "after", "greater", "longer_than"]
    assert rules.write(rules.read(written, CATALOGUE)) == written
