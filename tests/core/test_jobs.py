"""Jobs are sent after the commit, and only what was committed is sent."""

import pytest

from webapp.core.db import db
from webapp.core.jobs import Job

water = Job(name="tests.water_the_plants")


@pytest.fixture
def sent(app, monkeypatch):
    messages = []
    monkeypatch.setattr(
        app.extensions["broker"],
        "enqueue",
        lambda message: messages.append((message.actor_name, message.kwargs)),
    )
    return messages


def test_a_job_is_sent_after_the_commit_and_not_before(sent):
    water.enqueue(litres=2)
    assert sent == []
    db.session.commit()
    assert sent == [("tests.water_the_plants", {"litres": 2})]


def test_a_job_is_sent_once(sent):
    water.enqueue(litres=2)
    db.session.commit()
    db.session.commit()
    assert len(sent) == 1


def test_a_rollback_forgets_the_job(sent):
    water.enqueue(litres=2)
    db.session.rollback()
    db.session.commit()
    assert sent == []


def test_a_released_savepoint_sends_nothing_yet(sent):
    with db.session.begin_nested():
        water.enqueue(litres=2)
    assert sent == []
    db.session.rollback()
    db.session.commit()
    assert sent == []


def test_an_undone_savepoint_forgets_its_own_jobs_alone(sent):
    water.enqueue(litres=1)
    savepoint = db.session.begin_nested()
    water.enqueue(litres=2)
    savepoint.rollback()
    water.enqueue(litres=3)
    db.session.commit()
    assert [arguments["litres"] for _, arguments in sent] == [1, 3]


def test_a_job_in_a_released_savepoint_goes_with_the_outer_one_that_is_undone(sent):
    outer = db.session.begin_nested()
    with db.session.begin_nested():
        water.enqueue(litres=2)
    outer.rollback()
    db.session.commit()
    assert sent == []


def test_a_broker_that_is_down_does_not_fail_the_request(app, monkeypatch, caplog):
    def refuse(message):
        raise ConnectionError

    monkeypatch.setattr(app.extensions["broker"], "enqueue", refuse)
    water.enqueue(litres=2)
    db.session.commit()
    assert "did not take tests.water_the_plants" in caplog.text
