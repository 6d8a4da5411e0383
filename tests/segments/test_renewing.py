"""Segments that days move."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Status as MailStatus
from webapp.segments import changes, queries, renewing, saving
from webapp.segments.models import SegmentChange, SegmentMember

# The 10th of November at nine in Paris.
NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 10, 23, tzinfo=UTC)
BIRTHDAY = {"subject": "birth_date", "operator": "anniversary_in", "value": 1}


def segment_of(workspace, *found):
    rules = {"v": 2, "root": {"match": "all", "rules": list(found)}}
    with clock.stopped(NOW):
        return saving.create(workspace, "Segment", rules)


def members(segment):
    rows = select(SegmentMember.contact_id)
    return set(db.session.scalars(rows.where(SegmentMember.segment_id == segment.id)))


def renewed(workspace, at):
    """How many segments were found anew."""
    with clock.stopped(at):
        number = 0
        while waiting := renewing._waiting(workspace):
            renewing.renew(workspace.id)
            db.session.flush()
            number += 1
            assert number < 10, waiting
    return number


@pytest.fixture
def birthday(workspace):
    return make.contact(workspace, birth_date=date(1990, 11, 12))


def test_time_alone_moves_people_at_the_midnight_of_the_workspace(workspace, birthday):
    soon = segment_of(workspace, BIRTHDAY)
    assert members(soon) == set()
    assert renewed(workspace, MIDNIGHT - timedelta(seconds=1)) == 0
    assert renewed(workspace, MIDNIGHT) == 1
    assert members(soon) == {birthday.id}
    assert renewed(workspace, MIDNIGHT + timedelta(hours=23)) == 0
    assert renewed(workspace, MIDNIGHT + timedelta(days=3)) == 1
    assert members(soon) == set()
    told = db.session.scalars(select(SegmentChange).order_by(SegmentChange.id))
    assert [one.entered for one in told] == [True, False]


def test_a_segment_about_one_that_days_move_is_found_anew_after_it(workspace, birthday):
    soon = segment_of(workspace, BIRTHDAY)
    asked = {"subject": f"segment:{soon.id}", "operator": "in"}
    outer = segment_of(workspace, asked)
    assert renewed(workspace, MIDNIGHT) == 2
    assert members(outer) == {birthday.id}


def test_what_no_day_moves_waits_for_the_night_in_which_all_are_looked_at(workspace):
    segment = segment_of(
        workspace, {"subject": "city", "operator": "equals", "value": "Brest"}
    )
    person = make.contact(workspace, city="Brest", updated_at=NOW - timedelta(days=9))
    assert renewed(workspace, MIDNIGHT) == 0
    with clock.stopped(MIDNIGHT):
        renewing.mark_all()
    db.session.expire_all()
    assert renewed(workspace, MIDNIGHT) == 1
    assert members(segment) == {person.id}


def test_a_segment_that_takes_too_long_is_not_tried_again_before_the_night(workspace):
    segment = segment_of(workspace, BIRTHDAY)
    segment.trouble = "Trop long."
    assert renewed(workspace, MIDNIGHT) == 0


def test_what_is_decided_on_is_found_with_all_that_it_asks_about(workspace, birthday):
    soon = segment_of(workspace, BIRTHDAY)
    asked = {"subject": f"segment:{soon.id}", "operator": "in"}
    outer = segment_of(workspace, asked)
    with clock.stopped(MIDNIGHT):
        renewing.renew_below(workspace, [outer])
    assert members(soon) == {birthday.id}


def test_old_changes_are_let_go_of(workspace, birthday):
    segment = segment_of(workspace, BIRTHDAY)
    renewed(workspace, MIDNIGHT)
    with clock.stopped(NOW + timedelta(days=renewing.KEPT_DAYS)):
        renewing.forget()
    assert db.session.scalars(select(SegmentChange)).all() != []
    with clock.stopped(NOW + timedelta(days=renewing.KEPT_DAYS + 1)):
        renewing.forget()
    assert db.session.scalars(select(SegmentChange)).all() == []
    assert members(segment) == {birthday.id}


def test_a_worker_takes_what_waits(workspace, birthday):
    segment_of(workspace, BIRTHDAY)
    with clock.stopped(MIDNIGHT):
        assert renewing._with_work() == [workspace.id]
        changes.take(workspace)


def test_what_is_decided_on_knows_the_mails_of_a_moment_ago(workspace, birthday):
    never = {"subject": "mails", "operator": "never", "within": {"last": 7}}
    segment = segment_of(workspace, never)
    assert members(segment) == {birthday.id}
    message = make_campaigns.message(
        make_campaigns.campaign(workspace), birthday, status=MailStatus.SENDING
    )
    message.status, message.finished_at = MailStatus.SENT, NOW
    db.session.flush()
    with clock.stopped(NOW):
        renewing.renew_below(workspace, [segment])
        found = queries.members_of(workspace, segment)
        assert db.session.scalars(found).all() == []
