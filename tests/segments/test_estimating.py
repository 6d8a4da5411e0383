"""How many people match, about."""

import pytest
from sqlalchemy import func, select, text

from tests.factories import audience as make
from webapp.contacts import counting
from webapp.core.db import db
from webapp.segments import estimating, queries, rules

FILLED = {"subject": "city", "operator": "filled"}


@pytest.fixture
def many(workspace, monkeypatch):
    monkeypatch.setattr(counting, "MANY", 100)
    made = text(
        "INSERT INTO contact (workspace_id, email, city, language, attributes, civility,"
        " first_name, last_name, phone, postcode, country, source) SELECT :workspace,"
        " 'p' || n || '@example.org', 'Ville ' || n % 20,"
        " 'fr', '{}', '', '', '', '', '', '', '' FROM generate_series(1, 10000) n"
    )
    db.session.execute(made, {"workspace": workspace.id})


def estimated(workspace, **condition):
    data = {"v": 2, "root": {"match": "all", "rules": [FILLED | condition]}}
    known = queries.catalogue(workspace)
    return estimating.estimate(workspace, rules.read(data, known), known)


def test_the_truth_is_within_what_the_estimate_says_nineteen_times_in_twenty(
    workspace, many
):
    assert estimated(workspace).people == 10_000
    towns = [
        estimated(workspace, operator="equals", value=f"Ville {number}")
        for number in range(20)
    ]
    assert sum(one.low <= 500 <= one.high for one in towns) >= 18
    assert not any(one.is_exact for one in towns)
    assert all(0.4 < one.error < 0.9 for one in towns)


def test_nobody_among_those_asked_is_not_nobody(workspace, many):
    found = estimated(workspace, operator="equals", value="Nulle part")
    assert (found.people, found.low, found.high) == (0, 0, 141)


def test_few_people_are_all_asked(workspace):
    make.contact(workspace)
    found = estimated(workspace)
    assert found.is_exact
    assert found.people == 1


def test_an_estimate_that_takes_too_long_is_none(workspace, many, monkeypatch):
    def slow(_people):
        db.session.execute(select(func.pg_sleep(1)))

    monkeypatch.setattr(estimating, "MOST_SECONDS", 0.01)
    monkeypatch.setattr(estimating, "_count", slow)
    assert estimated(workspace, operator="contains", value="o") is None
