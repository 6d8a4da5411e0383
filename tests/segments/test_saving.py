"""Segments that ask about one another."""

import pytest

from tests.factories import audience as make
from webapp.core.db import db
from webapp.segments import leaning, saving
from webapp.segments.models import SegmentMember
from webapp.segments.rules import RuleError
from webapp.segments.saving import SegmentIsAskedAbout


def about(*numbers):
    found = [{"subject": f"segment:{one}", "operator": "in"} for one in numbers]
    city = {"subject": "city", "operator": "filled"}
    inner = {"match": "any", "rules": [*found, city]}
    return {"v": 2, "root": {"match": "all", "rules": [city, inner]}}


def test_a_segment_that_would_ask_about_itself_is_refused_where_it_does(workspace):
    first = saving.create(workspace, "Un", about())
    second = saving.create(workspace, "Deux", about(first.id))
    third = saving.create(workspace, "Trois", about(second.id))
    for number in (first, second, third):
        with pytest.raises(RuleError) as refused:
            saving.update(workspace, first, "Un", about(number.id))
        assert refused.value.place == "2.1"
    saving.update(workspace, third, "Trois", about(first.id, second.id))


def test_a_segment_another_asks_about_stays(workspace):
    first = saving.create(workspace, "Un", about())
    second = saving.create(workspace, "Deux", about(first.id))
    with pytest.raises(SegmentIsAskedAbout):
        saving.delete(workspace, first)
    saving.delete(workspace, second)
    db.session.flush()
    saving.delete(workspace, first)


def test_the_members_of_a_deleted_segment_go_with_it(workspace):
    make.contact(workspace)
    segment = saving.create(workspace, "Un", about())
    assert db.session.query(SegmentMember).count() == 1
    saving.delete(workspace, segment)
    db.session.flush()
    assert db.session.query(SegmentMember).count() == 0


def test_segments_stand_after_those_they_ask_about():
    rules = {3: about(1), 1: about(2), 2: about()}
    assert leaning.in_order(rules) == [2, 1, 3]
    assert leaning.below(3, rules) == {1, 2}
    # A circle that came about another way ends as well.
    assert set(leaning.in_order({1: about(2), 2: about(1)})) == {1, 2}
    assert leaning.below(1, {1: about(2), 2: about(1)}) == {1, 2}
    assert leaning.below(1, {1: about(9)}) == {9}
