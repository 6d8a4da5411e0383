"""Sign-ups that nobody confirmed are forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.accounts.models import AuditEntry
from webapp.consent.models import ConsentEvent, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Kind, Message
from webapp.subscriptions import jobs, purging, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation


@pytest.fixture
def asked(workspace, stopped_clock):
    letter, anna = make_list(workspace), make_contact(workspace)
    subscribing.ask(letter, anna, asked=Asked())
    return letter, anna


def after(**span):
    return clock.stopped(clock.now() + timedelta(**span))


def people():
    return db.session.scalars(select(Contact.id)).all()


@pytest.mark.covers("consent-10")
def test_a_sign_up_is_forgotten_thirty_days_after_it_was_asked_for(asked, worker):
    with after(days=29, hours=23):
        purging.purge_unconfirmed()
        assert len(people()) == 1
    with after(days=30):
        jobs.purge_unconfirmed.enqueue()
        worker()
    assert people() == []
    assert db.session.scalars(select(Confirmation)).all() == []
    # That somebody asked stays in the ledger, under a number that leads to nobody.
    assert len(db.session.scalars(select(ConsentEvent)).all()) == 1


def test_somebody_on_another_list_is_kept(asked, workspace):
    _, anna = asked
    says(anna, purpose_of(make_list(workspace, name="Offres")), State.GIVEN)
    with after(days=31):
        assert purging.purge_unconfirmed() == 0
    assert people() == [anna.id]


def test_somebody_who_left_is_kept_so_that_the_refusal_is_known(asked, workspace):
    _, anna = asked
    says(anna, purpose_of(make_list(workspace, name="Offres")), State.WITHDRAWN)
    with after(days=31):
        assert purging.purge_unconfirmed() == 0


def test_a_contact_of_another_door_is_kept(workspace, stopped_clock):
    letter, anna = make_list(workspace), make_contact(workspace, source="staff")
    subscribing.ask(letter, anna, asked=Asked())
    with after(days=31):
        assert purging.purge_unconfirmed() == 0
    assert people() == [anna.id]


def test_somebody_who_was_written_to_is_kept(asked, workspace):
    _, anna = asked
    db.session.add(
        Message(workspace_id=workspace.id, contact_id=anna.id, kind=Kind.SYSTEM)
    )
    with after(days=31):
        assert purging.purge_unconfirmed() == 0


def test_a_newer_request_keeps_the_person(asked, workspace):
    letter, anna = asked
    with after(days=20):
        subscribing.ask(letter, anna, asked=Asked())
    with after(days=31):
        assert purging.purge_unconfirmed() == 0
    assert len(db.session.scalars(select(Confirmation)).all()) == 1


def test_a_confirmed_person_is_never_touched(workspace, stopped_clock):
    anna = subscriber(workspace, make_list(workspace))
    with after(days=400):
        purging.purge_unconfirmed()
    assert people() == [anna.id]


@pytest.mark.covers("consent-10")
def test_each_list_says_after_how_many_days_and_the_audit_log_how_many_people(
    workspace, stopped_clock
):
    quick = make_list(workspace, purge_days=10)
    slow = make_list(workspace, name="Offres")
    gone = [make_contact(workspace) for _ in range(2)]
    waiting = make_contact(workspace)
    for person in gone:
        subscribing.ask(quick, person, asked=Asked())
    subscribing.ask(slow, waiting, asked=Asked())
    with after(days=9, hours=23):
        assert purging.purge_unconfirmed() == 0
    with after(days=10):
        assert purging.purge_unconfirmed() == 2
    assert people() == [waiting.id]
    forgot = select(AuditEntry).where(AuditEntry.action == "contacts.forgotten")
    entry = db.session.scalars(forgot).one()
    assert (entry.workspace_id, entry.detail) == (workspace.id, {"people": 2})
