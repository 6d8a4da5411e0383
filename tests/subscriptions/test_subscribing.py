"""People come to lists by their own act, and leave them at once."""

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.consent import gate, ledger, purposes
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import ConsentEvent, State
from webapp.core import events
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages.models import Message
from webapp.subscriptions import agreeing, confirming, editing, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.events import Subscribed, Unsubscribed
from webapp.subscriptions.models import Confirmation, OptIn
from webapp.subscriptions.subscribing import Leaving

EVERYTHING = Measures(opens=True, clicks=True)


@pytest.fixture
def heard(monkeypatch):
    facts = []
    monkeypatch.setattr(events, "publish", facts.append)
    return facts


def verdict(contact, workspace, mailing_list):
    return gate.ask(contact, workspace, purpose_of(mailing_list), EVERYTHING)


def state(contact, mailing_list):
    found = ledger.state_of(contact, purpose_of(mailing_list))
    return found.state if found else None


def mails():
    return db.session.scalars(select(Message)).all()


def confirm_the_last(mailing_list, contact):
    row = db.session.scalars(
        select(Confirmation)
        .where(Confirmation.contact_id == contact.id)
        .order_by(Confirmation.id.desc())
    ).first()
    return confirming.confirm(confirming._token(row))


@pytest.mark.covers("consent-8")
def test_a_double_opt_in_waits_and_is_not_mailed_until_it_is_confirmed(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    subscribing.ask(letter, anna, asked=Asked())
    assert verdict(anna, workspace, letter).reason is Reason.PENDING
    assert [mail.kind for mail in mails()] == ["confirmation"]
    confirm_the_last(letter, anna)
    assert verdict(anna, workspace, letter).allowed


def test_a_single_opt_in_counts_at_once_and_says_so(workspace, heard):
    letter = make_list(workspace, opt_in=OptIn.SINGLE)
    anna = make_contact(workspace)
    subscribing.ask(letter, anna, asked=Asked(), widget_version_id=7)
    assert state(anna, letter) == State.GIVEN
    assert mails() == []
    assert Subscribed(workspace.id, letter.id, anna.id, 7) in heard


@pytest.mark.covers("consent-3")
@pytest.mark.covers("consent-31")
def test_each_box_is_agreed_to_apart_with_its_own_words(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    asked = agreeing.boxes(workspace, "fr", opens=True, clicks=False)
    subscribing.ask(letter, anna, asked=asked)
    confirm_the_last(letter, anna)
    answer = verdict(anna, workspace, letter)
    assert (answer.allowed, answer.opens, answer.clicks) == (True, True, False)
    texts = {
        event.text_id for event in ledger.history(anna) if event.state == State.GIVEN
    }
    assert len(texts) == 2


@pytest.mark.covers("consent-14")
def test_the_proof_keeps_the_words_the_person_saw_though_the_list_changes(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    subscribing.ask(letter, anna, asked=Asked())
    seen = ledger.history(anna)[0].text_id
    letter.purpose_text = "Autre chose."
    confirm_the_last(letter, anna)
    given = ledger.history(anna)[0]
    assert (given.state, given.text_id) == (State.GIVEN, seen)


def test_somebody_already_on_the_list_gets_no_mail_and_no_new_event(workspace):
    letter = make_list(workspace)
    anna = subscriber(workspace, letter)
    before = len(ledger.history(anna))
    subscribing.ask(letter, anna, asked=Asked())
    assert mails() == []
    assert len(ledger.history(anna)) == before


@pytest.mark.covers("consent-26")
@pytest.mark.parametrize("opt_in", list(OptIn))
def test_somebody_who_left_comes_back_only_by_confirming(workspace, opt_in):
    letter = make_list(workspace, opt_in=opt_in)
    anna = subscriber(workspace, letter)
    subscribing.leave(anna, letter, Leaving("one_click"))
    subscribing.ask(letter, anna, asked=Asked())
    assert state(anna, letter) == State.WITHDRAWN
    confirm_the_last(letter, anna)
    assert state(anna, letter) == State.GIVEN


@pytest.mark.covers("consent-26")
@pytest.mark.parametrize("opt_in", list(OptIn))
def test_never_again_is_undone_by_the_persons_own_confirmation_alone(workspace, opt_in):
    letter = make_list(workspace, opt_in=opt_in)
    anna = subscriber(workspace, letter)
    subscribing.leave_everything(anna, Leaving("preferences"))
    subscribing.ask(letter, anna, asked=Asked())
    assert verdict(anna, workspace, letter).reason is Reason.SUPPRESSED
    confirm_the_last(letter, anna)
    assert verdict(anna, workspace, letter).allowed


def test_what_a_colleague_says_waits_for_the_person_even_on_a_single_opt_in_list(
    workspace,
):
    letter = make_list(workspace, opt_in=OptIn.SINGLE)
    anna = make_contact(workspace, source="staff")
    subscribing.ask(letter, anna, asked=Asked(method="staff", collected="paper"))
    assert state(anna, letter) == State.PENDING
    assert ledger.history(anna)[0].detail == {"collected": "paper"}
    assert len(mails()) == 1


@pytest.mark.covers("consent-25")
def test_leaving_one_list_keeps_the_others(workspace, heard):
    letter, offers = make_list(workspace), make_list(workspace, name="Offres")
    anna = subscriber(workspace, letter)
    says(anna, purpose_of(offers), State.GIVEN)
    subscribing.leave(anna, letter, Leaving("one_click", message_id=9))
    assert not verdict(anna, workspace, letter).allowed
    assert verdict(anna, workspace, offers).allowed
    assert Unsubscribed(workspace.id, letter.id, anna.id, 9) in heard


@pytest.mark.covers("consent-25")
def test_leaving_everything_withdraws_all_and_suppresses_the_address(workspace):
    letter, offers = make_list(workspace), make_list(workspace, name="Offres")
    anna = subscriber(workspace, letter, opens=True)
    says(anna, purpose_of(offers), State.PENDING)
    subscribing.leave_everything(anna, Leaving("preferences"))
    assert state(anna, letter) == state(anna, offers) == State.WITHDRAWN
    assert (
        ledger.state_of(anna, purposes.measuring(workspace).opens).state
        == State.WITHDRAWN
    )
    assert (
        suppression.reason_for(workspace, anna.email)
        is SuppressionReason.UNSUBSCRIBED_FROM_ALL
    )


def test_leaving_twice_is_recorded_once(workspace):
    letter = make_list(workspace)
    anna = subscriber(workspace, letter)
    for _ in range(2):
        subscribing.leave(anna, letter, Leaving("one_click"))
    left = select(ConsentEvent).where(ConsentEvent.state == State.WITHDRAWN)
    assert len(db.session.scalars(left).all()) == 1


def test_who_leaves_cannot_be_brought_back_by_an_older_link(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    subscribing.ask(letter, anna, asked=Asked())
    subscribing.leave(anna, letter, Leaving("unsubscribe_page"))
    confirm_the_last(letter, anna)
    assert state(anna, letter) == State.WITHDRAWN


def test_an_archived_list_takes_nobody_new(workspace):
    letter, anna = make_list(workspace, opt_in=OptIn.SINGLE), make_contact(workspace)
    editing.archive(workspace, letter)
    subscribing.ask(letter, anna, asked=Asked())
    assert (state(anna, letter), mails()) == (None, [])
