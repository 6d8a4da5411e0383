"""Undoing a merge leaves everything as it was, in every table, whatever was there."""

import random

import pytest
from sqlalchemy import text

from tests.factories import audience as make_audience
from tests.factories import merging as make
from tests.rows import everything
from webapp.core.db import db
from webapp.duplicates import merging, undoing
from webapp.duplicates.models import MergeEvent

# That it was done, and what is to be worked out anew because of it.
TRACES = {"merge_event", "audit_entry", "stats_due"}
ROUNDS, MERGES = 25, 20


@pytest.fixture
def two(workspace):
    return (
        make_audience.contact(workspace, first_name="Anna", city="Lyon"),
        make_audience.contact(workspace, first_name="", city=""),
    )


def photograph():
    """Every table but the traces; of contacts all but the moment they were last written to."""
    db.session.execute(text("UPDATE contact SET updated_at = created_at"))
    return {name: rows for name, rows in everything().items() if name not in TRACES}


@pytest.mark.covers("data-17")
def test_five_hundred_merges_undone_leave_every_table_as_it_was(workspace):
    chance = random.Random(17)
    make.base(workspace, chance, people=40)
    before = photograph()
    for _ in range(ROUNDS):
        events = [
            merging.merge(workspace, *chance.sample(make.everybody(workspace), 2), None)
            for _ in range(MERGES)
        ]
        assert len(make.everybody(workspace)) == 40 - MERGES
        for event in reversed(events):
            undoing.undo(event)
    after = photograph()
    assert {name for name in before if before[name] != after[name]} == set()
    assert db.session.query(MergeEvent).count() == ROUNDS * MERGES
