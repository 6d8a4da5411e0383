"""A person who is in an audience twice gets the campaign once."""

import pytest

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.campaigns import audiences, claiming
from webapp.campaigns.models import Deliverer, Status
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import merging, undoing
from webapp.duplicates.waiting_mail import MERGED, MessageIsLeaving
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus


@pytest.fixture
def running(workspace):
    """A campaign that is being sent, and two of its readers."""
    mailing = make.mailing_list(workspace)
    people = [make.subscriber(workspace, mailing) for _ in range(2)]
    campaign = make_campaigns.campaign(
        workspace, mailing_list_id=mailing.id, status=Status.SENDING
    )
    audiences.freeze(campaign)
    db.session.flush()
    return campaign, *people


def messages():
    rows = db.session.query(Message).order_by(Message.id)
    return [(row.contact_id, row.status, row.reason) for row in rows]


def test_of_two_messages_that_wait_one_leaves(workspace, running):
    campaign, anna, other = running
    merging.merge(workspace, anna, other, None)
    assert messages() == [
        (anna.id, MessageStatus.PENDING, ""),
        (None, MessageStatus.SKIPPED, MERGED),
    ]
    assert claiming.due(campaign.id, 10) == 1


def test_whoever_got_it_at_one_address_does_not_get_it_at_the_other(workspace, running):
    campaign, anna, other = running
    theirs = db.session.query(Message).filter_by(contact_id=other.id).one()
    theirs.status = MessageStatus.SENT
    merging.merge(workspace, anna, other, None)
    assert claiming.due(campaign.id, 10) == 0


def test_undoing_lets_the_message_wait_again(workspace, running):
    _campaign, anna, other = running
    before = messages()
    undoing.undo(merging.merge(workspace, anna, other, None))
    assert messages() == before


@pytest.mark.parametrize("whose", [0, 1])
def test_nobody_is_merged_while_a_message_is_leaving(workspace, running, whose):
    campaign, *people = running
    message = db.session.query(Message).filter_by(contact_id=people[whose].id).one()
    deliverer = Deliverer(
        lease="a",
        campaign_id=campaign.id,
        provider="other",
        lane_id=1,
        in_flight=[message.id],
        until=clock.now(),
    )
    db.session.add(deliverer)
    db.session.flush()
    with pytest.raises(MessageIsLeaving):
        merging.merge(workspace, *people, None)


def test_a_link_that_waits_for_one_address_is_not_mailed_to_the_other(
    workspace, running
):
    _campaign, anna, other = running
    mail = Message(
        workspace_id=workspace.id,
        contact_id=other.id,
        kind="confirmation",
        status=MessageStatus.PENDING,
        content={"url": "https://example.org/secret"},
    )
    db.session.add(mail)
    db.session.flush()
    merging.merge(workspace, anna, other, None)
    db.session.refresh(mail)
    assert (mail.status, mail.content) == (MessageStatus.SKIPPED, {})
