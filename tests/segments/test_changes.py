"""What happens to people, taken into the memberships of segments."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from webapp.consent.models import State
from webapp.contacts.events import ContactsChanged
from webapp.core import clock, events
from webapp.core.db import db
from webapp.purchases.events import FiguresChanged
from webapp.segments import changes, renewing, saving
from webapp.segments.models import SegmentDue, SegmentMember

NOW = datetime(2026, 11, 10, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now():
    with clock.stopped(NOW):
        yield


def segment_of(workspace, *found, match="all"):
    rules = {"v": 2, "root": {"match": match, "rules": list(found)}}
    made = saving.create(workspace, "Segment", rules)
    changes.take(workspace)
    return made


def members(segment):
    rows = select(SegmentMember.contact_id)
    return set(db.session.scalars(rows.where(SegmentMember.segment_id == segment.id)))


def touch(contact, **values):
    for name, value in values.items():
        setattr(contact, name, value)
    contact.updated_at = clock.now()
    db.session.flush()


IN_BREST = {"subject": "city", "operator": "equals", "value": "Brest"}


def test_a_changed_contact_moves(workspace):
    person = make.contact(workspace, updated_at=NOW - timedelta(days=1))
    segment = segment_of(workspace, IN_BREST)
    touch(person, city="Brest")
    changes.take(workspace)
    assert members(segment) == {person.id}
    touch(person, city="Lyon")
    changes.take(workspace)
    assert members(segment) == set()


def test_who_joins_a_list_moves(workspace):
    mailing = make.mailing_list(workspace)
    person = make.contact(workspace, updated_at=NOW - timedelta(days=1))
    segment = segment_of(workspace, {"subject": f"list:{mailing.id}", "operator": "on"})
    make.say(person, mailing)
    changes.take(workspace)
    assert members(segment) == {person.id}


def test_whose_figures_changed_moves(workspace):
    old = NOW - timedelta(days=1)
    persons = [make.contact(workspace, updated_at=old) for _ in range(2)]
    segment = segment_of(workspace, IN_BREST)
    for person in persons:
        person.city = "Brest"
    db.session.flush()
    events.publish(FiguresChanged(workspace.id, (persons[0].id,)))
    changes.take(workspace)
    assert members(segment) == {persons[0].id}
    assert db.session.scalar(select(func.count()).select_from(SegmentDue)) == 0


def test_nothing_is_noted_where_nobody_has_a_segment(workspace):
    events.publish(FiguresChanged(workspace.id, (1, 2)))
    assert db.session.scalar(select(func.count()).select_from(SegmentDue)) == 0


def test_a_segment_that_asks_about_another_follows_it(workspace):
    person = make.contact(workspace, updated_at=NOW - timedelta(days=1))
    inner = segment_of(workspace, IN_BREST)
    asked = {"subject": f"segment:{inner.id}", "operator": "in"}
    outer, others = (
        segment_of(workspace, asked),
        segment_of(workspace, asked, match="none"),
    )
    assert person.id in members(others)
    touch(person, city="Brest")
    changes.take(workspace)
    assert members(outer) == {person.id}
    assert members(others) == set()


def test_an_import_has_everybody_looked_at(workspace):
    segment = segment_of(workspace, IN_BREST)
    make.contact(workspace, city="Brest", updated_at=NOW - timedelta(days=9))
    events.publish(ContactsChanged(workspace.id, "import"))
    db.session.refresh(segment)
    assert segment.is_due
    renewing.renew(workspace.id)
    assert len(members(segment)) == 1


def test_too_many_changes_have_everybody_looked_at(workspace, monkeypatch):
    segment = segment_of(workspace, IN_BREST)
    monkeypatch.setattr(changes, "MOST_PEOPLE", 1)
    for _ in range(2):
        make.contact(workspace, city="Brest", updated_at=NOW)
    # Not again and again while an import goes on, and nothing of it is missed.
    changes.take(workspace)
    db.session.refresh(segment)
    assert not segment.is_due
    with clock.stopped(NOW + changes.EVERYBODY_EVERY):
        changes.take(workspace)
    db.session.refresh(segment)
    assert segment.is_due


def test_too_many_figures_wait_in_the_same_way(workspace, monkeypatch):
    segment = segment_of(workspace, IN_BREST)
    monkeypatch.setattr(changes, "MOST_PEOPLE", 1)
    events.publish(FiguresChanged(workspace.id, (1, 2, 3)))
    changes.take(workspace)
    assert db.session.scalar(select(func.count()).select_from(SegmentDue)) == 3
    with clock.stopped(NOW + changes.EVERYBODY_EVERY):
        changes.take(workspace)
    assert db.session.scalar(select(func.count()).select_from(SegmentDue)) == 0
    db.session.refresh(segment)
    assert segment.is_due


def test_contacts_of_another_workspace_never_enter(workspace):
    segment = segment_of(workspace, IN_BREST)
    elsewhere = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = make.contact(elsewhere, city="Brest", updated_at=NOW)
    events.publish(FiguresChanged(workspace.id, (theirs.id,)))
    changes.take(workspace)
    assert members(segment) == set()


@pytest.mark.covers("data-39")
def test_who_withdraws_from_measuring_leaves_at_once(workspace):
    mailing = make.mailing_list(workspace)
    person = make.subscriber(workspace, mailing, clicks=True)
    never = segment_of(workspace, {"subject": "clicks", "operator": "never"})
    by_city = segment_of(workspace, IN_BREST)
    asked = {"subject": f"segment:{never.id}", "operator": "in"}
    through = segment_of(workspace, asked)
    assert members(never) == members(through) == {person.id}
    make.stop_measuring(person, workspace)
    assert members(never) == members(through) == members(by_city) == set()
    make.say(person, mailing, State.WITHDRAWN)
