"""What a deliverer holds at once: a handful, however many people a campaign goes to."""

import gc

import pytest
from sqlalchemy import event

from tests.factories import sendings as make
from webapp.campaigns import deliverers, handing_over, planning, rounds
from webapp.campaigns.checking import Marked
from webapp.campaigns.recording import Fate
from webapp.core.db import db
from webapp.deliverability.transports import Envelope
from webapp.messages.models import Message

HANDFUL = 5
HELD = {Envelope, Fate, Marked, Message}


@pytest.fixture
def held(outbox, monkeypatch):
    """How much of the audience was in memory each time a message was handed over."""
    for name in ("FIRST_HANDFUL", "SMALLEST_HANDFUL", "LARGEST_HANDFUL"):
        monkeypatch.setattr(rounds, name, HANDFUL)
    # Looking through all objects may take longer than a handful or a turn may last.
    monkeypatch.setattr(handing_over, "LONGEST_SECONDS", 3600.0)
    monkeypatch.setattr(rounds, "TURN_SECONDS", 3600.0)
    counts = []
    accept = outbox.send

    def send(envelopes):
        gc.collect()
        counts.append(sum(type(one) in HELD for one in gc.get_objects()))
        yield from accept(envelopes)
        # The list of what arrived is the test's, not the deliverer's.
        outbox.outbox.clear()

    monkeypatch.setattr(outbox, "send", send)
    return counts


@pytest.mark.covers("delivery-35")
def test_a_deliverer_holds_no_more_of_a_large_audience_than_of_a_small_one(
    held, worker, workspace
):
    most = []
    for people in (2 * HANDFUL, 12 * HANDFUL):
        planning.start(make.campaign_for(workspace, people)[0])
        db.session.commit()
        held.clear()
        worker()
        assert len(held) == people / HANDFUL
        most.append(max(held))
    assert most[0] == most[1]


@pytest.mark.covers("delivery-35")
def test_freezing_an_audience_brings_nobody_into_memory(workspace):
    campaign, _people = make.campaign_for(workspace, 3)
    brought = []

    def note(_connection, cursor, statement, *_):
        if "INSERT INTO message" in statement:
            brought.append(cursor.description)

    event.listen(db.engine, "after_cursor_execute", note)
    planning.start(campaign)
    event.remove(db.engine, "after_cursor_execute", note)
    # One statement for all of them, that gives no rows back.
    assert brought == [None]


def test_a_campaign_that_cannot_be_prepared_takes_no_place_from_the_others(
    outbox, workspace, monkeypatch
):
    """Nothing of it was in flight: whatever went wrong, the place is free again."""
    planning.start(make.campaign_for(workspace, 1)[0])
    post = deliverers.take("mine")
    db.session.commit()
    monkeypatch.setattr(rounds, "Check", lambda campaign: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rounds.work_off(post)
    assert deliverers.at(post.campaign_id) == 0
    assert outbox.outbox == []
