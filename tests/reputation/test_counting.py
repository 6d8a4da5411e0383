"""Messages counted by day and provider: every one once, whatever comes back later."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts, audience, mailings
from webapp.campaigns.models import Campaign, Status
from webapp.consent import ledger
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus
from webapp.reputation import counting, queries
from webapp.reputation.models import MailDay
from webapp.reputation.queries import Mail
from webapp.subscriptions.models import MailingList


@pytest.fixture
def campaign(workspace):
    made = mailings.campaign(workspace)
    db.session.commit()
    return made


def count(campaign):
    counting.count(campaign)
    db.session.commit()


def everything(workspace):
    return queries.altogether(workspace, 30)


def test_every_message_is_counted_once_by_what_became_of_it(workspace, campaign):
    sent = mailings.messages(campaign, 10)
    mailings.messages(campaign, 2, attempts=3)
    mailings.messages(campaign, 3, status=MessageStatus.DEFERRED, finished_at=None)
    mailings.bounced(campaign, 4)
    mailings.bounced(campaign, 5, "mailbox_full")
    mailings.bounced(campaign, 6, "policy")
    mailings.messages(campaign, 7, status=MessageStatus.PENDING, dated_at=None)
    mailings.complained(campaign, sent[:2])
    count(campaign)
    assert everything(workspace) == Mail(
        "", delivered=12, deferred=5, hard=4, soft=5, policy=6, complaints=2
    )
    assert everything(workspace).handed == 27


def test_counting_again_changes_nothing(workspace, campaign):
    mailings.messages(campaign, 10)
    count(campaign)
    before = everything(workspace)
    count(campaign)
    assert everything(workspace) == before


def test_what_comes_back_later_counts_for_the_day_the_message_left(
    workspace, campaign, stopped_clock
):
    left = clock.ago(days=3)
    ids = mailings.messages(campaign, 5, at=left)
    count(campaign)
    message = db.session.get(Message, ids[0])
    message.status, message.reason = MessageStatus.BOUNCED, "invalid_recipient"
    message.finished_at = clock.now()
    db.session.commit()
    count(campaign)
    day = db.session.scalars(select(MailDay)).one()
    assert (day.day, day.delivered, day.hard) == (left.date(), 4, 1)


def test_a_day_begins_at_midnight_where_the_shop_is(workspace, campaign):
    evening = clock.now().replace(hour=23, minute=30) - timedelta(days=2)
    mailings.messages(campaign, 1, at=evening)
    count(campaign)
    day = db.session.scalars(select(MailDay.day)).one()
    assert day == evening.date() + timedelta(days=1)


def test_whoever_leaves_by_a_message_is_counted(workspace, campaign):
    mailing = db.session.get(MailingList, campaign.mailing_list_id)
    purpose = db.session.get(Purpose, mailing.purpose_id)
    anna = audience.subscriber(workspace, mailing)
    (message,) = mailings.messages(campaign, 1, contact_id=anna.id)
    mailings.messages(campaign, 3)
    said = Evidence("one_click", message_id=message)
    ledger.record(anna, purpose, State.WITHDRAWN, said)
    db.session.commit()
    count(campaign)
    assert everything(workspace).unsubscribed == 1


def test_figures_stay_with_the_domain_that_was_sent_from(workspace):
    campaign = mailings.campaign(workspace, sender_email="")
    mailings.messages(campaign, 3)
    count(campaign)
    workspace.sender_email = "bonjour@elsewhere.example"
    db.session.commit()
    count(campaign)
    (mail,) = queries.by_domain(workspace, 30)
    assert mail.name == "maison-tilleul.example"


def test_what_the_server_said_is_kept_without_any_address(workspace, campaign):
    said = "5.7.1 <anna@example.org> refused: anna@example.org is tired, see [example]"
    mailings.bounced(campaign, 3, "policy", smtp_reply=said)
    mailings.bounced(campaign, 3, smtp_reply="5.1.1 unknown", provider="google")
    count(campaign)
    google, orange = sorted(queries.by_provider(workspace, 30), key=lambda m: m.name)
    assert "anna@" not in orange.said
    assert "is tired" in orange.said
    assert google.said == ""


def test_providers_and_days_stand_apart(workspace, campaign):
    mailings.messages(campaign, 5, provider="google")
    mailings.messages(campaign, 2, provider="orange", at=clock.ago(days=40))
    count(campaign)
    assert [m.name for m in queries.by_provider(workspace, 30)] == ["google"]
    assert [m.name for m in queries.by_provider(workspace, 90)] == ["google", "orange"]


@pytest.mark.parametrize(("days", "steps"), [(7, 7), (30, 30), (90, 13)])
def test_each_day_or_week_has_its_place_also_when_it_was_quiet(
    workspace, campaign, days, steps
):
    mailings.messages(campaign, 4)
    mailings.messages(campaign, 3, at=clock.ago(days=days + 2))
    count(campaign)
    shown = queries.by_day(workspace, days)
    assert len(shown) == steps
    assert shown[-1][1].delivered == 4
    assert sum(mail.handed for _, mail in shown) == 4


def test_one_workspace_does_not_see_the_mail_of_another(workspace, campaign):
    mailings.messages(campaign, 4)
    count(campaign)
    other = accounts.workspace(slug="ailleurs")
    assert everything(other).handed == 0
    assert not queries.has_any(other)
    assert queries.has_any(workspace)


def test_the_job_counts_what_is_under_way_and_what_just_ended(workspace):
    under_way = mailings.campaign(workspace)
    just = mailings.campaign(workspace, status=Status.SENT, finished_at=clock.now())
    old = mailings.campaign(
        workspace,
        status=Status.SENT,
        started_at=clock.ago(days=3),
        finished_at=clock.ago(days=3),
    )
    for one in (under_way, just, old):
        mailings.messages(one, 1)
    db.session.commit()
    counting.count_now()
    assert everything(workspace).handed == 2
    counting.count_lately()
    assert everything(workspace).handed == 3


def test_two_that_count_at_once_leave_one_count(workspace, campaign, app):
    mailings.messages(campaign, 4)
    db.session.commit()
    with db.engine.connect() as other:
        lock = {"kind": counting._LOCK_CLASS, "campaign": campaign.id}
        other.execute(counting._LOCK, lock)
        counting.count(db.session.get(Campaign, campaign.id))
        db.session.commit()
    assert everything(workspace).handed == 0
    count(campaign)
    assert everything(workspace).handed == 4


def test_what_was_sent_before_anybody_counted_is_counted_once(workspace):
    old = mailings.campaign(
        workspace,
        status=Status.SENT,
        started_at=clock.ago(days=60),
        finished_at=clock.ago(days=60),
    )
    mailings.messages(old, 3, at=clock.ago(days=60))
    db.session.commit()
    counting.count_now()
    assert not queries.has_any(workspace)
    counting.count_lately()
    assert queries.altogether(workspace, 90).delivered == 3
