"""Which weights a workspace's contacts are compared by."""

from datetime import timedelta

import pytest

from tests.duplicates import french
from tests.duplicates.filling import fill
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import modelling, refreshing, shipped, training
from webapp.duplicates.blocking import crowded, kinds_for
from webapp.duplicates.models import MatchModel


def model(workspace, **changed):
    told = {
        "version": 1,
        "is_trained": False,
        "contacts": 100,
        "certain_pairs": 0,
        "made_at": clock.now(),
    }
    made = MatchModel(
        workspace_id=workspace.id,
        weights=shipped.weights(100).to_json(),
        **{**told, **changed},
    )
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.parametrize(
    ("contacts", "outdated"), [(81, False), (125, False), (126, True), (79, True)]
)
def test_a_base_that_grew_or_shrank_by_a_quarter_is_another_base(
    workspace, contacts, outdated
):
    assert modelling.is_outdated(model(workspace), contacts) is outdated


def test_a_model_holds_for_three_months(workspace):
    old = model(workspace, made_at=clock.now() - modelling.LONGEST - timedelta(hours=1))
    assert modelling.is_outdated(old, 100)
    assert modelling.is_outdated(None, 100)


def test_versions_follow_one_another(workspace):
    first = modelling.make(workspace, 10, {})
    second = modelling.make(workspace, 10, {})
    assert (first.version, second.version) == (1, 2)
    assert modelling.latest(workspace) is second


def test_a_workspace_without_a_model_begins_with_the_shipped_weights(workspace):
    assert modelling.weights(None) == shipped.weights(training.LEAST_CONTACTS)
    assert modelling.weights(model(workspace)) == shipped.weights(100)


def test_a_base_that_is_large_and_certain_enough_teaches_its_own(
    workspace, monkeypatch
):
    monkeypatch.setattr(training, "LEAST_CONTACTS", 500)
    fill(workspace, french.base(600))
    refreshing.renew(workspace, refreshing.stale(workspace, "", after=0))
    left_out = crowded(workspace, kinds_for(600))
    learnt = modelling.make(workspace, 600, left_out)
    assert (learnt.is_trained, learnt.certain_pairs >= 100) == (True, True)
    monkeypatch.setattr(training, "LEAST_CERTAIN_PAIRS", 10_000)
    assert not modelling.make(workspace, 600, left_out).is_trained
