"""A sign-up that waits is reminded of once, and no more."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import subscriber
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages.models import Message
from webapp.subscriptions import confirming, editing, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation
from webapp.subscriptions.reminding import remind_unconfirmed
from webapp.subscriptions.subscribing import Leaving

DAYS = 3


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def anna(workspace, letter, stopped_clock):
    made = make_contact(workspace)
    subscribing.ask(letter, made, asked=Asked())
    return made


def later(days=DAYS):
    return clock.stopped(clock.now() + timedelta(days=days))


def link():
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    return mail.content["values"]["url"]


def test_who_has_not_confirmed_is_reminded_once_with_the_same_link(anna):
    first = link()
    with later(DAYS - 0.1):
        assert remind_unconfirmed() == 0
    with later():
        assert remind_unconfirmed() == 1
        assert link() == first
        assert remind_unconfirmed() == 0
    with later(DAYS + 2):
        assert remind_unconfirmed() == 0


def test_the_link_of_a_reminder_confirms(anna):
    with later():
        remind_unconfirmed()
        token = link().rpartition("/")[2]
        assert confirming.confirm(token) is confirming.Standing.OPEN


@pytest.mark.covers("consent-9")
@pytest.mark.parametrize("reminds", [False, True])
def test_what_asks_to_confirm_holds_the_way_in_the_way_out_and_no_picture(
    workspace, letter, outbox, worker, reminds
):
    with clock.stopped(clock.ago(days=DAYS)):
        subscribing.ask(letter, make_contact(workspace), asked=Asked())
        url = link()
        worker()
    if reminds:
        remind_unconfirmed()
        worker()
    mail = message_from_bytes(outbox.outbox[-1].body, policy=policy.default)
    assert len(outbox.outbox) == 1 + reminds
    assert mail["Auto-Submitted"] == "auto-generated"
    both = [url, f"{url}/no"]
    html = mail.get_body(("html",)).get_content()
    assert "<img" not in html
    assert re.findall(r"https?://[^\s\"<]+", html) == both
    assert re.findall(r"https?://\S+", mail.get_body(("plain",)).get_content()) == both


def test_who_confirmed_is_not_reminded(anna):
    confirming.confirm(link().rpartition("/")[2])
    with later():
        assert remind_unconfirmed() == 0


def test_who_asked_again_is_reminded_once_of_the_later_request(anna, letter):
    with later(2):
        subscribing.ask(letter, anna, asked=Asked())
        latest = link()
    with later():
        assert remind_unconfirmed() == 0
    with later(2 + DAYS):
        assert remind_unconfirmed() == 1
        assert link() == latest


def test_who_left_in_the_meantime_is_not_reminded(anna, letter):
    subscribing.leave(anna, letter, Leaving("unsubscribe_page"))
    with later():
        assert remind_unconfirmed() == 0


def test_who_said_no_once_is_not_reminded(workspace, letter, stopped_clock):
    gone = subscriber(workspace, letter)
    subscribing.leave(gone, letter, Leaving("one_click"))
    subscribing.ask(letter, gone, asked=Asked())
    with later():
        assert remind_unconfirmed() == 0


def test_a_suppressed_address_is_not_reminded(workspace, anna):
    suppression.suppress(workspace, anna.email, SuppressionReason.STAFF, anna)
    with later():
        assert remind_unconfirmed() == 0


def test_a_list_may_go_without_reminders(anna, letter):
    letter.reminder_days = 0
    with later():
        assert remind_unconfirmed() == 0


def test_an_archived_list_reminds_nobody_and_sends_no_new_link(workspace, anna, letter):
    editing.archive(workspace, letter)
    with later():
        assert remind_unconfirmed() == 0
    waiting = db.session.scalar(select(Confirmation))
    with later(8):
        confirming.send_again(waiting)
        assert len(db.session.scalars(select(Message)).all()) == 1


def test_an_address_entered_on_many_lists_is_reminded_of_one_a_day(
    workspace, anna, letter
):
    other = make_list(workspace, name="Offres")
    subscribing.ask(other, anna, asked=Asked())
    with later():
        assert remind_unconfirmed() == 1
        assert remind_unconfirmed() == 0
    with later(DAYS + 1):
        assert remind_unconfirmed() == 1
