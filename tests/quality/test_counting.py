"""The figures of a base: right, remembered by day, and counted again when something changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories import audience as make
from webapp.contacts import editing
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.quality import counting, looking, scoring
from webapp.quality.models import Finding, QualityDay, QualityState


def count(workspace):
    db.session.commit()
    counting.count(workspace.id)
    db.session.rollback()
    return counting.standing(workspace).today


def doubts():
    rows = db.session.execute(select(Finding.doubt, Finding.contact_id))
    return {(row.doubt, row.contact_id) for row in rows}


def test_each_person_is_counted_where_they_belong(workspace, people):
    suppression.suppress(
        workspace, people["right"].email, SuppressionReason.HARD_BOUNCE
    )
    people["form"].last_contact_at = clock.now() - timedelta(days=800)
    found = count(workspace).figures
    assert found["people"] == 5
    assert found["doubts"] == {"mistyped": 1, "phone": 1, "place": 1, "untidy": 1}
    assert (found["bounced"], found["unreachable"]) == (1, 1)
    assert found["silent"] == {"12": 1, "24": 1, "36": 0}
    fields = {one["name"]: one for one in found["fields"]}
    assert (fields["phone"]["filled"], fields["phone"]["valid"]) == (3, 2)
    assert (fields["city"]["filled"], fields["city"]["valid"]) == (2, 1)


def test_a_profile_that_was_mended_is_doubted_no_more(workspace, people):
    count(workspace)
    editing.change(workspace, people["phone"], {"phone": "06 12 34 56 78"})
    assert "phone" not in count(workspace).figures["doubts"]


def test_only_what_changed_is_looked_at_again(workspace, people, monkeypatch):
    with clock.stopped(clock.now() + timedelta(hours=1)):
        count(workspace)
    seen = []
    monkeypatch.setattr(
        looking.judging, "judge", lambda one, _: seen.append(one["id"]) or {}
    )
    with clock.stopped(clock.now() + timedelta(hours=2)):
        editing.change(workspace, people["right"], {"last_name": "Autre"})
        count(workspace)
    assert seen == [people["right"].id]


def test_everybody_is_looked_at_in_batches_and_after_a_worker_that_ended(
    workspace, people, monkeypatch
):
    monkeypatch.setattr(looking, "BATCH", 2)
    count(workspace)
    before = doubts()
    db.session.execute(update(QualityState).values(rules=0))
    db.session.commit()
    monkeypatch.setattr(looking.draining, "requested", lambda: True)
    assert looking.look(workspace.id) is False
    monkeypatch.setattr(looking.draining, "requested", lambda: False)
    assert looking.look(workspace.id) is True
    db.session.rollback()
    assert doubts() == before
    assert len(before) == 4


def test_what_a_long_transaction_wrote_is_looked_at_once_it_shows(
    app, workspace, people
):
    engine = db.engine
    with engine.connect() as other:
        other.execute(
            update(Contact)
            .where(Contact.id == people["right"].id)
            .values(phone="06 12", updated_at=clock.now())
        )
        looking.look(workspace.id)
        db.session.rollback()
        assert ("phone", people["right"].id) not in doubts()
        db.session.rollback()
        other.commit()
    looking.look(workspace.id)
    db.session.rollback()
    assert ("phone", people["right"].id) in doubts()


def test_a_day_has_one_row_and_the_days_before_stay(workspace, people):
    count(workspace)
    count(workspace)
    with clock.stopped(clock.now() + timedelta(days=1)):
        count(workspace)
        assert len(counting.history(workspace)) == 2
    assert len(db.session.scalars(select(QualityDay)).all()) == 2


def test_a_base_where_something_changed_is_found(workspace, people):
    assert looking.changed() == [workspace.id]
    with clock.stopped(clock.now() + timedelta(hours=1)):
        looking.look(workspace.id)
        db.session.rollback()
        assert looking.changed() == []
    with clock.stopped(clock.now() + timedelta(hours=2)):
        editing.change(workspace, people["right"], {"last_name": "Autre"})
        db.session.commit()
        assert looking.changed() == [workspace.id]


def test_figures_that_the_broker_lost_are_asked_for_again(workspace, people, worker):
    counting.want(workspace)
    state = db.session.get_one(QualityState, workspace.id)
    state.wanted_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    looking.rescue()
    worker()
    assert db.session.get_one(QualityState, workspace.id).wanted_at is None


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 100),
        ({"unreachable": 5}, 80),
        ({"complete": 50.0}, 85),
        ({"complete": None}, 100),
        ({"people": 0}, 100),
        ({"duplicates": 50}, 85),
    ],
)
def test_the_score_is_the_sum_of_its_parts(changes, score):
    figures = {
        "people": 10,
        "unreachable": 0,
        "complete": 100.0,
        "silent": {"24": 0},
        "duplicates": 0,
        **changes,
    }
    assert scoring.score(figures) == score


def test_a_contact_that_is_erased_leaves_no_doubt_behind(workspace, people):
    count(workspace)
    db.session.delete(db.session.get_one(Contact, people["slip"].id))
    db.session.commit()
    assert not [one for one in doubts() if one[1] == people["slip"].id]


def test_two_bases_are_judged_apart(workspace, people):
    from tests.factories.accounts import workspace as make_workspace

    other = make_workspace(slug="ailleurs")
    make.contact(other, email="x@gmial.com")
    count(other)
    count(workspace)
    assert len(doubts()) == 5
