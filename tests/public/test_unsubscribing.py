"""Leaving takes one step, from anywhere, for ever."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import ledger
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind, MailTokens
from webapp.messages.models import Message
from webapp.subscriptions import subscribing
from webapp.subscriptions.agreeing import Asked

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def anna(workspace, letter):
    made = subscriber(workspace, letter, "anna@example.org")
    db.session.commit()
    return made


@pytest.fixture
def door(workspace, letter, anna):
    ids = (workspace.id, anna.id, letter.id, 12)
    return "/u/" + addressing.tokens().sign(Kind.UNSUBSCRIBE, *ids)


def state(contact, mailing_list):
    db.session.rollback()
    return ledger.state_of(contact, purpose_of(mailing_list)).state


@pytest.mark.covers("consent-23")
@pytest.mark.covers("delivery-12")
@pytest.mark.covers("delivery-13")
@pytest.mark.covers("delivery-18")
@pytest.mark.parametrize("encoding", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("slash", ["", "/"])
def test_one_click_leaves_the_list_without_page_cookie_or_redirect(
    app, door, anna, letter, encoding, slash
):
    answer = app.test_client().post(door + slash, data=ONE_CLICK, content_type=encoding)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert state(anna, letter) == State.WITHDRAWN
    last = ledger.history(anna)[0]
    assert (last.method, last.message_id) == ("one_click", 12)


def test_the_bytes_that_gmail_sends_are_understood(client, door, anna, letter):
    client.post(door, data=b"List-Unsubscribe=One-Click", content_type=URLENCODED)
    assert state(anna, letter) == State.WITHDRAWN


@pytest.mark.covers("delivery-14")
def test_one_click_may_come_again_and_years_later(client, door, anna, letter):
    client.post(door, data=ONE_CLICK)
    events = len(ledger.history(anna))
    with clock.stopped(datetime(2036, 1, 1, tzinfo=UTC)):
        assert client.post(door, data=ONE_CLICK).status_code == 200
    assert len(ledger.history(anna)) == events


@pytest.mark.covers("delivery-14")
def test_a_link_signed_with_an_older_key_still_leaves(
    client, workspace, anna, letter, monkeypatch
):
    ids = (workspace.id, anna.id, letter.id, 12)
    old = MailTokens(b"old", key_id=1).sign(Kind.UNSUBSCRIBE, *ids)
    rotated = MailTokens(b"new", key_id=2, older={1: b"old"})
    monkeypatch.setattr(addressing, "tokens", lambda: rotated)
    client.post(f"/u/{old}", data=ONE_CLICK)
    assert state(anna, letter) == State.WITHDRAWN


@pytest.mark.covers("delivery-17")
def test_one_click_answers_the_same_to_a_forged_link(client, door):
    good = client.post(door, data=ONE_CLICK)
    forged = client.post("/u/" + "A" * 30, data=ONE_CLICK)
    assert (good.status_code, good.data) == (forged.status_code, forged.data)
    assert set(good.headers.keys()) == set(forged.headers.keys())


@pytest.mark.covers("consent-22")
def test_a_link_works_after_the_contact_was_erased(client, door, anna):
    live = client.get(door).get_data(as_text=True)
    db.session.delete(db.session.merge(anna))
    db.session.commit()
    assert client.post(door, data=ONE_CLICK).status_code == 200
    assert client.get(door).get_data(as_text=True) == live
    assert client.post(door).status_code == 200


@pytest.mark.covers("consent-22")
@pytest.mark.covers("consent-27")
def test_the_page_leaves_the_list_by_one_button(client, door, anna, letter, workspace):
    page = client.get(door).get_data(as_text=True)
    assert page.count('type="submit"') == 1
    # What the browser sends when only the button is pressed.
    answer = client.post(door, data={"scope": "list"})
    assert answer.status_code == 200
    assert state(anna, letter) == State.WITHDRAWN
    assert not suppression.is_suppressed(workspace, anna.email)


@pytest.mark.covers("consent-25")
def test_the_page_can_leave_everything(client, door, anna, letter, workspace):
    offers = make_list(workspace, name="Offres")
    says(anna, purpose_of(offers), State.GIVEN)
    db.session.commit()
    client.post(door, data={"scope": "everything", "reason": "too_often"})
    assert state(anna, letter) == state(anna, offers) == State.WITHDRAWN
    assert suppression.is_suppressed(workspace, anna.email)
    assert ledger.history(anna)[0].detail == {"reason": "too_often"}


@pytest.mark.covers("consent-15")
def test_a_reason_that_is_not_on_the_page_is_not_kept(client, door, anna):
    client.post(
        door,
        data={
            "reason": "<b>anna@example.org</b>",
            "method": "staff",
            "at": "2001-01-01",
        },
    )
    last = ledger.history(anna)[0]
    assert (last.detail, last.method) == ({}, "unsubscribe_page")


@pytest.mark.covers("delivery-20")
def test_who_left_everything_still_gets_a_confirmation_they_ask_for(
    workspace, letter, anna, client, door
):
    client.post(door, data={"scope": "everything"})
    db.session.rollback()
    subscribing.ask(letter, anna, asked=Asked())
    assert [mail.kind for mail in db.session.scalars(select(Message))] == [
        "confirmation"
    ]
