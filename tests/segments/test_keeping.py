"""Who is in a segment, kept as rows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from webapp.core import clock, events
from webapp.core.db import db
from webapp.segments import cataloguing, compiling, keeping, queries, saving, timing
from webapp.segments.events import MembersMoved
from webapp.segments.models import SegmentChange, SegmentMember, SegmentSize
from webapp.segments.timing import TakesTooLong

MORNING = datetime(2026, 11, 10, 8, tzinfo=UTC)


def about(**conditions):
    found = [
        {"subject": name, "operator": "equals", "value": value}
        for name, value in conditions.items()
    ]
    return {"v": 2, "root": {"match": "all", "rules": found}}


@pytest.fixture
def brest(workspace):
    with clock.stopped(MORNING):
        return saving.create(workspace, "Brest", about(city="Brest"))


def refresh(workspace, segment, at, whose=None):
    with clock.stopped(at):
        keeping.refresh(workspace, segment, cataloguing.of(workspace), whose)
    db.session.flush()


def members(segment):
    rows = select(SegmentMember).where(SegmentMember.segment_id == segment.id)
    return {row.contact_id: row.entered_at for row in db.session.scalars(rows)}


def changes(segment):
    rows = select(SegmentChange).where(SegmentChange.segment_id == segment.id)
    return {(row.contact_id, row.entered) for row in db.session.scalars(rows)}


def test_who_is_in_a_new_segment_entered_it_without_being_told_of(workspace):
    person = make.contact(workspace, city="Brest")
    make.contact(workspace, city="Lyon")
    with clock.stopped(MORNING):
        segment = saving.create(workspace, "Brest", about(city="Brest"))
    assert members(segment) == {person.id: MORNING}
    assert changes(segment) == set()
    assert segment.people == 1


def test_only_the_difference_is_written_and_told(workspace, brest):
    told = []
    events.listen(MembersMoved, told.append)
    stays, goes = (make.contact(workspace, city="Brest") for _ in range(2))
    refresh(workspace, brest, MORNING)
    goes.city, comes = "Lyon", make.contact(workspace, city="Brest")
    later = MORNING + timedelta(hours=1)
    refresh(workspace, brest, later)
    refresh(workspace, brest, later + timedelta(hours=1))
    assert members(brest) == {stays.id: MORNING, comes.id: later}
    assert {(goes.id, False), (comes.id, True)} <= changes(brest)
    ours = [one for one in told if one.segment_id == brest.id]
    assert [(one.entered, one.left) for one in ours] == [(2, 0), (1, 1)]


def test_many_leave_at_once(workspace, brest):
    people = [make.contact(workspace, city="Brest") for _ in range(30)]
    refresh(workspace, brest, MORNING)
    for person in people[:20]:
        person.city = "Lyon"
    refresh(workspace, brest, MORNING)
    assert set(members(brest)) == {person.id for person in people[20:]}
    assert sum(not entered for _, entered in changes(brest)) == 20


def test_a_look_at_some_leaves_the_others_as_they_were(workspace, brest):
    seen, unseen = (make.contact(workspace, city="Brest") for _ in range(2))
    refresh(workspace, brest, MORNING, [seen.id])
    assert set(members(brest)) == {seen.id}
    assert brest.people == 1
    seen.city = unseen.city = "Lyon"
    refresh(workspace, brest, MORNING, [seen.id, unseen.id])
    assert members(brest) == {}
    assert brest.people == 0


def test_a_segment_that_broke_says_why_and_keeps_whom_it_had(workspace):
    field = make.attribute(workspace, "tea", "text")
    person = make.contact(workspace, attributes={"tea": "sencha"})
    with clock.stopped(MORNING):
        data = about(**{"attribute:tea": "sencha"})
        segment = saving.create(workspace, "Thé", data)
    db.session.delete(field)
    db.session.flush()
    refresh(workspace, segment, MORNING + timedelta(days=1))
    assert "n’existe plus" in segment.trouble
    assert set(members(segment)) == {person.id}
    assert segment.refreshed_at == MORNING
    make.attribute(workspace, "tea", "text")
    refresh(workspace, segment, MORNING + timedelta(days=2))
    assert segment.trouble == ""


def test_finding_that_takes_too_long_is_given_up_and_said(
    workspace, brest, monkeypatch
):
    make.contact(workspace, city="Brest")
    monkeypatch.setattr(keeping, "FOUND_WITHIN", 0.001)
    slow = select(db.func.pg_sleep(0.5).cast(db.String).cast(db.Integer).label("id"))
    monkeypatch.setattr(compiling, "members", lambda *_, **__: slow)
    refresh(workspace, brest, MORNING)
    assert brest.trouble
    assert brest.people == 0


def test_a_limit_holds_for_what_is_inside_alone(workspace):
    with pytest.raises(TakesTooLong), timing.limited(seconds=0.01):
        db.session.execute(select(db.func.pg_sleep(1)))
    with timing.limited(seconds=5):
        pass
    assert db.session.scalar(db.text("SHOW statement_timeout")) == "0"


def test_a_segment_grows_day_by_day_as_the_workspace_counts_days(workspace, brest):
    make.contact(workspace, city="Brest")
    # Half past midnight in Paris is still the day before in London.
    refresh(workspace, brest, datetime(2026, 11, 10, 23, 30, tzinfo=UTC))
    make.contact(workspace, city="Brest")
    refresh(workspace, brest, datetime(2026, 11, 11, 12, tzinfo=UTC))
    sizes = db.session.scalars(select(SegmentSize).order_by(SegmentSize.day)).all()
    assert [(one.day.day, one.people) for one in sizes] == [(10, 0), (11, 2)]
    assert [people for _, people in queries.growth(brest)] == [0, 2]


def test_new_rules_move_nobody_they_begin_anew(workspace, brest):
    person = make.contact(workspace, city="Lyon")
    with clock.stopped(MORNING + timedelta(days=1)):
        saving.update(workspace, brest, "Lyon", about(city="Lyon"))
    assert set(members(brest)) == {person.id}
    assert changes(brest) == set()


def test_who_is_erased_is_in_no_segment_and_in_no_history(workspace, brest):
    person = make.contact(workspace, city="Brest")
    refresh(workspace, brest, MORNING)
    assert changes(brest) == {(person.id, True)}
    db.session.delete(person)
    db.session.flush()
    assert members(brest) == {}
    assert changes(brest) == set()
