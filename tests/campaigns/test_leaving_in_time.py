"""Whoever leaves before their message was handed over does not get it, by whatever door they leave."""

from datetime import date

import pytest

from tests.factories import audience
from tests.factories import sendings as make
from webapp.accounts.models import Workspace
from webapp.campaigns import claiming, deliverers, planning, rounds
from webapp.campaigns.models import Campaign
from webapp.campaigns.progress import progress
from webapp.consent.grounds import Profession, Sale, Sector
from webapp.contacts import editing
from webapp.contacts.models import Contact
from webapp.core import draining
from webapp.core.db import db
from webapp.messages import addressing
from webapp.subscriptions import accepting
from webapp.subscriptions.accepting import Accepted
from webapp.subscriptions.models import MailingList


@pytest.fixture
def under_way(workspace):
    campaign, people = make.campaign_for(workspace, 6)
    planning.start(campaign)
    db.session.commit()
    return campaign.id, [one.id for one in people]


def one_click(client, campaign, person):
    root = len(addressing.urls().base_url)
    address = addressing.urls().unsubscribe(
        workspace=campaign.workspace_id,
        contact=person.id,
        list_id=campaign.mailing_list_id,
        message=1,
    )[root:]
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200


def restricted(client, campaign, person):
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    editing.restrict(workspace, person)
    db.session.commit()


DOORS = {"withdrawn": one_click, "restricted": restricted}


@pytest.mark.covers("consent-24")
@pytest.mark.parametrize("reason", DOORS)
def test_between_the_mark_and_the_hand_over(
    client, under_way, outbox, monkeypatch, reason
):
    """The message was frozen and put in flight: it is in a worker's hands."""
    number, people = under_way
    # The worker of a test before may have been asked to end.
    draining.withdraw()
    post = deliverers.take("mine")
    db.session.commit()
    mark, marked = claiming.mark, []

    def mark_while_one_leaves(*arguments, **how):
        ids = mark(*arguments, **how)
        db.session.commit()
        if not marked:
            marked.extend(ids)
            campaign = db.session.get_one(Campaign, number)
            DOORS[reason](client, campaign, db.session.get_one(Contact, people[3]))
        return ids

    address = db.session.get_one(Contact, people[3]).email
    monkeypatch.setattr(claiming, "mark", mark_while_one_leaves)
    rounds.work_off(post)
    assert len(marked) == 6
    assert len(outbox.outbox) == 5
    assert address not in {one.rcpt_to for one in outbox.outbox}
    db.session.expire_all()
    assert progress(db.session.get_one(Campaign, number)).skipped == {reason: 1}


@pytest.mark.covers("consent-24")
def test_while_the_server_takes_those_before(
    client, under_way, worker, outbox, monkeypatch
):
    number, people = under_way
    monkeypatch.setattr(rounds, "FIRST_HANDFUL", 2)
    send, left = outbox.send, []

    def send_while_the_last_one_leaves(envelopes):
        if not left:
            campaign = db.session.get_one(Campaign, number)
            left.append(people[-1])
            one_click(client, campaign, db.session.get_one(Contact, people[-1]))
        return send(envelopes)

    monkeypatch.setattr(outbox, "send", send_while_the_last_one_leaves)
    worker()
    address = db.session.get_one(Contact, people[-1]).email
    assert len(outbox.outbox) == 5
    assert address not in {one.rcpt_to for one in outbox.outbox}


@pytest.mark.covers("consent-28")
@pytest.mark.covers("consent-29")
def test_a_list_that_stops_accepting_customers_stops_what_is_queued(
    workspace, worker, outbox, stopped_clock
):
    mailing = audience.mailing_list(workspace)
    open_to = Accepted(True, "Thés", "Vous pouvez refuser.", True)
    accepting.change(workspace, mailing, open_to)
    customer = audience.contact(workspace)
    notice = accepting.sale_notices(workspace)[0].id
    sale = Sale("F-1", date(2026, 11, 1), workspace.id, "thés", could_refuse=True)
    accepting.put_on(mailing, customer, sale, notice)
    professional = audience.contact(workspace, email="anna@durand.example")
    accepting.put_on(mailing, professional, Profession(Sector.TRADE))
    reader = audience.subscriber(workspace, mailing)
    campaign = make.campaign(workspace, mailing)
    planning.start(campaign)
    accepting.change(
        workspace,
        db.session.get_one(MailingList, mailing.id),
        Accepted(False, "Thés", "Vous pouvez refuser.", False),
    )
    db.session.commit()
    worker()
    assert [one.rcpt_to for one in outbox.outbox] == [reader.email]
    assert progress(campaign).skipped == {"basis": 2}
