"""Undoing a merge leaves everything as it was, in every table, whatever was there."""

import random

import pytest
from sqlalchemy import delete, text

from tests.factories import audience as make_audience
from tests.factories import campaigns as make_campaigns
from tests.factories import merging as make
from tests.rows import everything
from webapp.contacts import editing, registering
from webapp.contacts.aliases import ContactAlias
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import merging, undoing
from webapp.duplicates.models import MergeEvent
from webapp.duplicates.undoing import (
    AddressIsInUse,
    LaterMergeComesFirst,
    MergeIsForGood,
    MergeIsUndone,
)
from webapp.messages.models import Message

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
    make.base(workspace, chance, people=100)
    before = photograph()
    for _ in range(ROUNDS):
        events = [
            merging.merge(workspace, *make.two_of(workspace, chance), None)
            for _ in range(MERGES)
        ]
        assert len(make.numbers(workspace)) == 100 - MERGES
        for event in reversed(events):
            undoing.undo(event)
    after = photograph()
    assert {name for name in before if before[name] != after[name]} == set()
    assert db.session.query(MergeEvent).count() == ROUNDS * MERGES


def test_a_merge_is_undone_once(workspace, two):
    event = merging.merge(workspace, *two, None)
    undoing.undo(event)
    with pytest.raises(MergeIsUndone):
        undoing.undo(event)


def test_the_last_merge_is_undone_first(workspace, two):
    third = make_audience.contact(workspace)
    first = merging.merge(workspace, *two, None)
    second = merging.merge(workspace, third, two[0], None)
    with pytest.raises(LaterMergeComesFirst):
        undoing.undo(first)
    undoing.undo(second)
    undoing.undo(first)
    assert len(make.numbers(workspace)) == 3


def test_what_came_in_since_the_merge_stays_with_the_survivor(workspace, two):
    survivor, absorbed = two
    event = merging.merge(workspace, survivor, absorbed, None)
    campaign = make_campaigns.campaign(workspace)
    message = make_campaigns.message(campaign, survivor)
    editing.change(workspace, survivor, {"city": "Brest"})
    undoing.undo(event)
    assert message.contact_id == survivor.id
    assert survivor.city == "Brest"


def test_a_field_of_the_workspace_that_was_filled_in_since_stays(workspace, two):
    survivor, absorbed = two
    survivor.attributes, absorbed.attributes = {"a": 1}, {"b": 1.5}
    event = merging.merge(workspace, survivor, absorbed, None)
    assert survivor.attributes == {"a": 1, "b": 1.5}
    survivor.attributes = {"a": 1, "b": 1.5, "c": 3}
    undoing.undo(event)
    assert survivor.attributes == {"a": 1, "c": 3}


def test_a_contact_does_not_come_back_to_an_address_that_somebody_has(workspace, two):
    address = two[1].email
    event = merging.merge(workspace, *two, None)
    registering.register(workspace, address, source="widget")
    with pytest.raises(AddressIsInUse):
        undoing.undo(event)


def test_whoever_was_restricted_since_is_restricted_as_both(workspace, two):
    event = merging.merge(workspace, *two, None)
    editing.restrict(workspace, two[0])
    assert undoing.undo(event).restricted_at == two[0].restricted_at


def test_an_undone_merge_keeps_nothing_of_either(workspace, two):
    event = merging.merge(workspace, *two, None)
    undoing.undo(event)
    assert event.journal == []


def test_a_row_whose_campaign_was_deleted_since_does_not_come_back(workspace, two):
    for contact in two:
        campaign = make_campaigns.campaign(workspace)
        make_campaigns.message(campaign, contact)
    event = merging.merge(workspace, *two, None)
    db.session.delete(campaign)
    db.session.flush()
    undoing.undo(event)
    assert db.session.query(Message).count() == 1


def test_erasing_the_survivor_erases_what_the_merge_kept(workspace, two):
    merging.merge(workspace, *two, None)
    db.session.execute(delete(Contact))
    assert db.session.query(MergeEvent).count() == 0
    assert db.session.query(ContactAlias).count() == 0


def test_after_a_year_a_merge_is_for_good_and_keeps_nothing(workspace, two):
    letter = make_audience.mailing_list(workspace)
    campaign = make_campaigns.campaign(workspace, mailing_list_id=letter.id)
    hit = make_campaigns.hit(make_campaigns.message(campaign, two[1]))
    event = merging.merge(workspace, *two, None)
    with clock.stopped(event.at + undoing.KEPT):
        undoing.let_go()
        db.session.expire_all()
        assert (event.journal, hit.contact_id) == ([], None)
        with pytest.raises(MergeIsForGood):
            undoing.undo(event)


def test_a_merge_of_this_year_is_kept_to_be_undone(workspace, two):
    event = merging.merge(workspace, *two, None)
    undoing.let_go()
    undoing.undo(event)
    assert len(make.numbers(workspace)) == 2
