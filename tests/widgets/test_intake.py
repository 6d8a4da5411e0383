"""Sign-ups between the answer and the worker: none is lost, none is taken twice, none can be read."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests.factories import widgets as make
from webapp.consent import evidence, ledger
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.widgets import entering, intake, jobs
from webapp.widgets.models import SignUp

ADDRESS = "camille@example.org"


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, fields=["first_name"])
    db.session.commit()
    return made


@pytest.fixture
def sign_up(app, widget):
    """sign_up() posts the form while no worker is at hand."""
    visitor = FlaskClient(app, app.response_class)

    def post(**headers):
        visitor.post(
            f"/f/{widget.public_id}",
            data={"email": ADDRESS, "first_name": "Camille"},
            headers=headers,
            environ_base={"REMOTE_ADDR": "198.51.100.7"},
        )
        db.session.rollback()
        return db.session.scalars(select(SignUp.id)).all()

    return post


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_sign_up_waits_sealed_and_goes_once_it_is_taken(sign_up, worker):
    sign_up()
    row = db.session.execute(text("SELECT t::text FROM sign_up t")).scalar_one()
    assert "amille" not in row
    assert count(Contact) == 0
    worker()
    assert (count(SignUp), count(Contact)) == (0, 1)


def test_a_sign_up_whose_job_was_lost_is_taken_all_the_same(app, sign_up, worker):
    sign_up()
    app.extensions["broker"].flush_all()
    worker()
    assert count(Contact) == 0
    with clock.stopped(clock.now() + intake.OVERDUE + timedelta(seconds=1)):
        jobs.take_overdue.enqueue()
        worker()
    assert count(Contact) == 1


def test_a_sign_up_is_taken_once_however_often_it_is_asked_for(sign_up):
    [number] = sign_up()
    for _ in range(3):
        entering.take(number)
        db.session.commit()
    assert count(Message) == 1


def test_two_workers_take_two_different_sign_ups(app, sign_up):
    [number] = sign_up()
    assert intake.pick(number) is not None
    with app.app_context():
        assert intake.pick(number) is None
        db.session.rollback()


def test_what_nobody_could_take_in_a_day_is_given_up(sign_up):
    sign_up()
    with clock.stopped(clock.now() + intake.KEPT):
        intake.ask_again()
        db.session.commit()
    assert count(SignUp) == 0


def test_the_proof_names_who_stood_at_the_door_and_not_the_worker(sign_up, worker):
    sign_up(**{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"})
    worker()
    contact = db.session.scalars(select(Contact)).one()
    [event] = ledger.history(contact)
    said = evidence.read(event)
    assert said["network"] == "198.51.100.0/24"
    assert "Firefox" in said["program"]
    assert said["fields"] == ["email", "first_name"]


def test_a_sign_up_that_no_longer_fits_its_widget_harms_nothing(sign_up, monkeypatch):
    [number] = sign_up()

    def refuse(*_):
        raise entering.EntryIsNotValid({"first_name": "?"})

    monkeypatch.setattr(entering.Entry, "read", refuse)
    entering.take(number)
    assert (count(SignUp), count(Contact)) == (0, 0)
