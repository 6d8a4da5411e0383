"""What becomes of the pairs of a contact that is absorbed."""

import pytest

from tests.factories import audience as make_audience
from tests.factories import duplicates as make
from webapp.core.db import db
from webapp.duplicates import merging, pairs, undoing
from webapp.duplicates.models import Decision, DupPair


@pytest.fixture
def three(workspace):
    return [make_audience.contact(workspace) for _ in range(3)]


def test_the_pair_of_the_two_is_gone_with_the_merge_and_back_with_its_undoing(
    workspace, three
):
    one, other, _ = three
    pair = make.pair(one, other)
    event = merging.merge(workspace, one, other, None)
    assert event.score == 0.97
    assert db.session.query(DupPair).count() == 0
    undoing.undo(event)
    assert db.session.query(DupPair).one().id == pair.id


@pytest.mark.parametrize("decision", list(Decision))
def test_the_survivor_stands_where_the_absorbed_stood(workspace, three, decision):
    one, other, third = three
    make.pair(other, third, decision=decision)
    merging.merge(workspace, one, other, None)
    assert pairs.of(one, third).decision == decision


@pytest.mark.parametrize("mine", list(Decision))
def test_who_was_not_the_absorbed_is_not_the_survivor(workspace, three, mine):
    one, other, third = three
    make.pair(one, third, decision=mine)
    make.pair(other, third, decision=Decision.REJECTED)
    event = merging.merge(workspace, one, other, None)
    assert pairs.of(one, third).decision == Decision.REJECTED
    undoing.undo(event)
    assert pairs.of(one, third).decision == mine
