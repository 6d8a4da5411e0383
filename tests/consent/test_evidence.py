"""The circumstances of what was said: sealed, provable, and forgotten with their key."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from tests.factories.widgets import widget as make_widget
from webapp.consent import checking, evidence
from webapp.consent.models import ConsentEvent, ConsentEvidence, PersonKey, State
from webapp.contacts.models import Contact
from webapp.core import clock, encryption, visitor
from webapp.core.db import db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def anna(workspace):
    return make_contact(workspace, "anna@example.org")


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


def assert_is_whole(workspace):
    db.session.expire_all()
    assert list(checking.verify(workspace))


def test_a_sign_up_is_kept_with_its_address_program_network_and_fields(
    workspace, client
):
    form = make_widget(workspace)
    db.session.commit()
    client.post(
        f"/f/{form.public_id}",
        data={"email": "Anna@Example.org", "first_name": "Anna", "nickname": ""},
        headers={"User-Agent": FIREFOX},
        environ_base={"REMOTE_ADDR": "203.0.113.77"},
    )
    event = db.session.scalars(select(ConsentEvent)).one()
    assert evidence.read(event) == {
        "address": "Anna@example.org",
        "program": "Firefox, Linux",
        "network": "203.0.113.0/24",
        "fields": ["email", "first_name"],
    }


def test_what_a_colleague_enters_says_nothing_of_the_colleague(app, anna, letter):
    with app.test_request_context(headers={"User-Agent": FIREFOX}):
        said = says(anna, purpose_of(letter), State.PENDING, "staff", user_id=1)
    assert evidence.read(said) == {"address": "anna@example.org"}


def test_the_database_shows_no_circumstances_to_who_has_no_key(anna, letter):
    says(anna, purpose_of(letter), State.GIVEN)
    rows = db.session.execute(
        text(
            "SELECT e::text FROM consent_evidence e UNION SELECT c::text FROM consent_event c"
        )
    ).scalars()
    assert not [row for row in rows if "anna" in row or b"anna".hex() in row]


@pytest.mark.covers("consent-59")
def test_without_the_key_the_circumstances_are_unreadable_and_the_chain_still_holds(
    workspace, anna, letter
):
    said = says(anna, purpose_of(letter), State.GIVEN)
    db.session.flush()
    sealed = bytes(db.session.get_one(ConsentEvidence, said.id).sealed)
    evidence.shred([anna.id])
    # Even a copy of what was sealed, put back from a backup, says nothing any more.
    db.session.add(
        ConsentEvidence(
            event_id=said.id,
            workspace_id=workspace.id,
            contact_id=anna.id,
            sealed=sealed,
            purge_on=clock.now().date(),
        )
    )
    db.session.commit()
    assert evidence.read(db.session.scalars(select(ConsentEvent)).one()) is None
    assert_is_whole(workspace)


def test_the_circumstances_of_one_event_cannot_be_put_beside_another(
    workspace, anna, letter
):
    first = says(anna, purpose_of(letter), State.GIVEN)
    second = says(make_contact(workspace), purpose_of(letter), State.GIVEN)
    db.session.flush()
    mine, other = (
        db.session.get_one(ConsentEvidence, event.id) for event in (first, second)
    )
    mine.sealed = other.sealed
    db.session.flush()
    assert evidence.read(first) is None


def test_another_key_of_the_installation_keeps_nobody_from_saying_something(
    workspace, anna, letter, monkeypatch
):
    says(anna, purpose_of(letter), State.GIVEN)
    monkeypatch.setattr(encryption, "derived_key", lambda _: b"?" * 32)
    said = says(anna, purpose_of(letter), State.WITHDRAWN)
    assert said.commitment is None
    assert evidence.read(said) is None


def test_circumstances_are_forgotten_after_their_day_unless_the_person_still_agrees(
    workspace, anna, letter, stopped_clock
):
    bea = make_contact(workspace)
    for person in (anna, bea):
        says(person, purpose_of(letter), State.GIVEN)
    says(bea, purpose_of(letter), State.WITHDRAWN)
    with clock.stopped(clock.now() + evidence.KEPT - timedelta(days=1)):
        evidence.purge()
    assert len(db.session.scalars(select(ConsentEvidence)).all()) == 3
    with clock.stopped(clock.now() + evidence.KEPT):
        evidence.purge()
    left = db.session.scalars(select(ConsentEvidence.contact_id)).all()
    keys = db.session.scalars(select(PersonKey.contact_id)).all()
    assert (left, keys) == ([anna.id], [anna.id])
    assert_is_whole(workspace)


def test_who_never_confirmed_leaves_no_key(workspace, letter, anna, worker):
    from webapp.subscriptions import purging, subscribing
    from webapp.subscriptions.agreeing import Asked

    with clock.stopped(clock.ago(days=31)):
        subscribing.ask(letter, anna, asked=Asked())
    assert purging.purge_unconfirmed() == 1
    assert db.session.scalars(select(Contact)).all() == []
    assert db.session.scalars(select(PersonKey)).all() == []
    assert_is_whole(workspace)


@given(st.ip_addresses())
def test_a_network_is_too_large_to_find_anybody_in(address):
    network = visitor.truncated(str(address))
    assert network.endswith("/24" if address.version == 4 else "/48")


def test_what_is_no_address_has_no_network():
    assert visitor.truncated("unix:") == ""
