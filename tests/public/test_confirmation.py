"""The page behind a confirmation mail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, subscriber
from webapp.consent import ledger
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages.models import Message
from webapp.subscriptions import agreeing, subscribing
from webapp.subscriptions.agreeing import Asked


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


def link():
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    url = mail.content["values"]["url"]
    db.session.commit()
    return url.removeprefix("http://volontiers.test")


def sign_up(mailing_list, contact, asked=None):
    subscribing.ask(mailing_list, contact, asked=asked or Asked(), locale="en")
    return link()


def state(contact, mailing_list):
    db.session.rollback()
    return ledger.state_of(contact, purpose_of(mailing_list)).state


@pytest.mark.covers("consent-8")
def test_opening_the_page_shows_what_is_agreed_to_and_pressing_confirms(
    client, workspace, letter
):
    anna = make_contact(workspace)
    door = sign_up(
        letter, anna, agreeing.boxes(workspace, "en", opens=True, clicks=False)
    )
    page = client.get(door).get_data(as_text=True)
    assert "Je veux recevoir la lettre du Tilleul." in page
    assert "whether I open its messages" in page
    assert "which links I follow" not in page
    assert page.count('type="submit"') == 1
    assert state(anna, letter) == State.PENDING
    assert "You are on the list" in client.post(door).get_data(as_text=True)
    assert state(anna, letter) == State.GIVEN


def test_pressing_again_says_that_it_was_confirmed_already(client, workspace, letter):
    anna = make_contact(workspace)
    door = sign_up(letter, anna)
    client.post(door)
    assert "Already confirmed" in client.get(door).get_data(as_text=True)


def test_a_link_that_is_too_old_offers_a_new_one(
    client, workspace, letter, stopped_clock
):
    anna = make_contact(workspace)
    door = sign_up(letter, anna)
    with clock.stopped(clock.now() + timedelta(days=8)):
        assert "too old" in client.get(door).get_data(as_text=True)
        assert "too old" in client.post(door).get_data(as_text=True)
        assert state(anna, letter) == State.PENDING
        client.post(door, data={"again": "1"})
        assert link() != door


@pytest.mark.covers("consent-11")
@pytest.mark.covers("delivery-51")
def test_a_sign_up_tells_nothing_of_what_was_known(workspace, letter):
    """The caller gets the same for a new, a waiting, a known and a suppressed address."""
    waiting, known = make_contact(workspace), subscriber(workspace, letter)
    subscribing.ask(letter, waiting, asked=Asked())
    gone = make_contact(workspace)
    suppression.suppress(workspace, gone.email, SuppressionReason.STAFF)
    answers = {
        subscribing.ask(letter, contact, asked=Asked())
        for contact in (make_contact(workspace), waiting, known, gone)
    }
    assert answers == {None}
