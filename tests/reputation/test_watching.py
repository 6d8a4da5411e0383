"""A campaign that does harm pauses by itself, says why, and goes on when somebody says so."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories import accounts, mailings
from webapp.accounts.models import AuditEntry
from webapp.campaigns import delivering, finishing
from webapp.campaigns.models import Campaign, Status
from webapp.core.db import db
from webapp.messages.models import Kind, Message
from webapp.messages.models import Status as MessageStatus
from webapp.reputation import rules, watching
from webapp.reputation.thresholds import Limits


@pytest.fixture
def campaign(workspace):
    accounts.member(workspace, role="owner", email="patronne@maison-tilleul.example")
    made = mailings.campaign(workspace, name="Braderie")
    db.session.commit()
    return made


def watch(campaign):
    db.session.commit()
    watching.watch()
    db.session.expire_all()
    return db.session.get(Campaign, campaign.id)


@pytest.mark.covers("delivery-43")
def test_more_than_five_percent_of_dead_addresses_pause_a_campaign(campaign):
    mailings.messages(campaign, 949)
    mailings.bounced(campaign, 51)
    paused = watch(campaign)
    assert paused.status == Status.PAUSED
    assert "51" in paused.trouble
    assert "5,1" in paused.trouble


@pytest.mark.covers("delivery-43")
def test_more_than_three_complaints_in_a_thousand_pause_a_campaign(campaign):
    ids = mailings.messages(campaign, 1_000)
    mailings.complained(campaign, ids[:4])
    paused = watch(campaign)
    assert paused.status == Status.PAUSED
    assert "0,4" in paused.trouble


def test_at_the_limits_a_campaign_goes_on(campaign):
    ids = mailings.messages(campaign, 950)
    mailings.bounced(campaign, 50)
    mailings.complained(campaign, ids[:3])
    assert watch(campaign).status == Status.SENDING


def test_a_few_messages_say_nothing(campaign):
    mailings.bounced(campaign, 99)
    assert watch(campaign).status == Status.SENDING


@pytest.mark.parametrize(
    "category", ["mailbox_full", "policy", "reputation", "throttled", "temporary"]
)
def test_what_says_nothing_of_the_address_pauses_no_campaign(campaign, category):
    mailings.messages(campaign, 500)
    mailings.bounced(campaign, 500, category)
    assert watch(campaign).status == Status.SENDING


def test_what_comes_back_after_it_was_taken_counts_as_well(campaign):
    mailings.messages(campaign, 900)
    ids = mailings.bounced(campaign, 100, "")
    mailings.returned(campaign, ids, "invalid_recipient")
    assert watch(campaign).status == Status.PAUSED


def test_a_reply_that_nobody_classified_is_told_by_its_code(campaign):
    mailings.messages(campaign, 900)
    mailings.bounced(campaign, 100, "", smtp_code=550, smtp_reply="5.1.1 Unknown user")
    assert watch(campaign).status == Status.PAUSED


def test_one_campaign_does_not_pay_for_another(workspace, campaign):
    other = mailings.campaign(workspace)
    mailings.messages(campaign, 1_000)
    mailings.bounced(other, 1_000)
    assert watch(campaign).status == Status.SENDING
    assert watch(other).status == Status.PAUSED


def test_the_owners_get_a_mail_and_the_audit_log_says_why(campaign):
    mailings.bounced(campaign, 200)
    watch(campaign)
    mail = db.session.scalars(select(Message).where(Message.kind == Kind.SYSTEM)).one()
    assert mail.recipient == "patronne@maison-tilleul.example"
    assert "200" in mail.content["values"]["why"]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "campaign.paused_by_itself")
    ).one()
    assert entry.detail == {"because": "bounces", "number": 200, "messages": 200}


def test_a_workspace_may_be_stricter(workspace, campaign):
    rules.change(workspace, Limits(Decimal(2), Decimal("0.1"), 50))
    mailings.messages(campaign, 97)
    mailings.bounced(campaign, 6)
    assert watch(campaign).status == Status.PAUSED


def test_figures_that_somebody_accepted_pause_it_no_more(campaign):
    mailings.bounced(campaign, 200)
    paused = watch(campaign)
    delivering.resume(paused)
    assert watch(campaign).status == Status.SENDING
    assert watch(campaign).status == Status.SENDING
    mailings.messages(campaign, 500)
    assert watch(campaign).status == Status.SENDING


def test_new_harm_after_it_was_resumed_pauses_it_again(campaign):
    mailings.bounced(campaign, 200)
    delivering.resume(watch(campaign))
    watch(campaign)
    mailings.messages(campaign, 100)
    mailings.bounced(campaign, 20)
    again = watch(campaign)
    assert again.status == Status.PAUSED
    assert "20" in again.trouble
    delivering.resume(again)
    assert watch(campaign).status == Status.SENDING


def test_a_deliverer_that_ends_later_does_not_wipe_the_words(campaign):
    mailings.bounced(campaign, 200)
    words = watch(campaign).trouble
    finishing.tell(campaign.id, None)
    assert db.session.get(Campaign, campaign.id).trouble == words


def test_nothing_more_leaves_and_nothing_is_lost(campaign):
    mailings.bounced(campaign, 200)
    waiting = mailings.messages(campaign, 50, status=MessageStatus.PENDING)
    watch(campaign)
    states = db.session.scalars(
        select(Message.status).where(Message.id.in_(waiting))
    ).all()
    assert set(states) == {MessageStatus.PENDING}


def test_the_page_of_the_campaign_asks_before_it_goes_on(campaign, workspace, sign_in):
    mailings.bounced(campaign, 200)
    browser = sign_in(accounts.member(workspace, role="editor"))
    watch(campaign)
    address = f"/w/maison-tilleul/campaigns/{campaign.id}/progress"
    page = browser.get(address).get_data(as_text=True)
    assert "Resume this campaign?" in page
    browser.post(f"/w/maison-tilleul/campaigns/{campaign.id}/resume")
    assert watch(campaign).status == Status.SENDING
