"""A test is a message too: colleagues get it, contacts only where the campaign might reach them."""

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import sendings
from webapp.campaigns import proofing
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages.models import Message


@pytest.fixture
def mailing(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def draft(workspace, mailing):
    return sendings.campaign(workspace, mailing)


def send(workspace, draft, address):
    proofing.send(workspace, draft, [address], None)


def stop(workspace, mailing, person, how):
    if how == "restricted":
        editing.restrict(workspace, person)
    elif how == "suppressed":
        suppression.suppress(workspace, person.email, SuppressionReason.COMPLAINT)
    else:
        make.say(person, mailing, State.WITHDRAWN)


HOW = ("restricted", "suppressed", "withdrawn")


def test_a_contact_on_the_list_gets_a_test(workspace, mailing, draft, worker, outbox):
    anna = make.subscriber(workspace, mailing)
    send(workspace, draft, anna.email)
    worker()
    assert [one.rcpt_to for one in outbox.outbox] == [anna.email]


@pytest.mark.parametrize("how", HOW)
def test_a_contact_whom_the_gate_stops_gets_no_test(workspace, mailing, draft, how):
    anna = make.subscriber(workspace, mailing)
    stop(workspace, mailing, anna, how)
    with pytest.raises(proofing.NotToBeWrittenTo, match=anna.email):
        send(workspace, draft, anna.email)
    assert db.session.scalars(select(Message)).all() == []


def test_a_contact_who_never_agreed_gets_no_test(workspace, draft):
    anna = make.contact(workspace)
    with pytest.raises(proofing.NotToBeWrittenTo):
        send(workspace, draft, anna.email.upper())


@pytest.mark.covers("consent-24")
@pytest.mark.parametrize("how", HOW)
def test_a_test_that_waits_is_looked_at_again_before_it_leaves(
    workspace, mailing, draft, worker, outbox, how
):
    anna = make.subscriber(workspace, mailing)
    send(workspace, draft, anna.email)
    stop(workspace, mailing, anna, how)
    worker()
    assert outbox.outbox == []
    [message] = db.session.scalars(select(Message))
    assert (message.status, message.reason) == ("skipped", how)


def test_a_colleague_gets_a_test_whatever_they_told_the_list(
    workspace, mailing, draft, worker, outbox
):
    colleague = make_accounts.member(workspace, role="editor")
    person = make.contact(workspace, email=colleague.email)
    make.say(person, mailing, State.WITHDRAWN)
    send(workspace, draft, colleague.email)
    worker()
    assert [one.rcpt_to for one in outbox.outbox] == [colleague.email]


def test_a_suppressed_address_of_nobody_we_know_gets_no_test(workspace, draft):
    suppression.suppress(workspace, "zoe@example.org", SuppressionReason.ERASED)
    with pytest.raises(proofing.NotToBeWrittenTo):
        send(workspace, draft, "zoe@example.org")


def test_who_helps_the_shop_and_is_no_contact_gets_a_test(
    workspace, draft, worker, outbox
):
    send(workspace, draft, "agence@example.org")
    worker()
    assert [one.rcpt_to for one in outbox.outbox] == ["agence@example.org"]


def test_why_no_test_was_sent_is_said_on_the_page(editor, workspace, mailing, draft):
    anna = make.subscriber(workspace, mailing)
    make.say(anna, mailing, State.WITHDRAWN)
    db.session.commit()
    page = editor.post(
        f"/w/maison-tilleul/campaigns/{draft.id}/test",
        data={"to": anna.email},
        follow_redirects=True,
    ).text
    assert f"we may not write to {anna.email}" in page
    assert "unsubscribed on" in page
