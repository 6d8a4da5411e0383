"""From a draft to rows: what must be there, who is in, what a late schedule does."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import planning, targeting
from webapp.campaigns.models import Status
from webapp.consent.gate import Reason
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Link, Message
from webapp.segments.models import Segment


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def campaign(workspace, mailing):
    audience.subscriber(workspace, mailing)
    return make.campaign(workspace, mailing)


def _rows(campaign):
    return db.session.scalars(
        select(Message).where(Message.campaign_id == campaign.id).order_by(Message.id)
    ).all()


def _said(problems):
    return [str(problem) for problem in problems]


def test_a_whole_campaign_has_no_problem(campaign):
    assert planning.check_ready(campaign) == []


@pytest.mark.parametrize(
    "missing",
    [
        {"subject": " "},
        {"mjml": ""},
        {"mjml": "<mjml><mj-body>{{ contact.frist_name }}</mj-body></mjml>"},
        {"mailing_list_id": None},
    ],
)
def test_what_is_missing_is_said_and_nothing_starts(campaign, missing):
    for name, value in missing.items():
        setattr(campaign, name, value)
    assert len(planning.check_ready(campaign)) >= 1
    with pytest.raises(planning.NotReady):
        planning.start(campaign)


def test_a_campaign_without_sender_is_not_ready(workspace, campaign):
    workspace.sender_email = ""
    assert len(planning.check_ready(campaign)) == 1


def test_a_campaign_for_nobody_is_not_started(workspace):
    campaign = make.campaign(workspace, audience.mailing_list(workspace))
    with pytest.raises(planning.AudienceIsEmpty):
        planning.start(campaign)


def test_the_audience_tells_who_is_left_out_and_why(workspace, mailing, campaign):
    audience.subscriber(workspace, mailing, opens=True)
    audience.subscriber(workspace, mailing, restricted_at=clock.now())
    audience.say(audience.contact(workspace), mailing, State.WITHDRAWN)
    audience.contact(workspace)
    found = planning.audience(campaign)
    assert (found.receiving, found.opens, found.clicks) == (2, 1, 0)
    assert found.left_out == {
        Reason.RESTRICTED: 1,
        Reason.WITHDRAWN: 1,
        Reason.NEVER_ASKED: 1,
    }
    assert all(str(words) for _reason, words, _count in found.reasons)


def test_a_started_campaign_has_one_row_for_each_person_and_one_for_each_link(
    workspace, mailing, campaign
):
    audience.contact(workspace)
    planning.start(campaign)
    [row] = _rows(campaign)
    assert (row.status, row.kind, row.attempts) == ("pending", "campaign", 0)
    assert campaign.status == Status.SENDING
    assert campaign.left_out == {"never_asked": 1}
    urls = db.session.scalars(select(Link.url).order_by(Link.position)).all()
    assert urls == [
        "https://maison-tilleul.example/tisane?a=1&b=2#prix",
        "https://maison-tilleul.example/miel",
    ]


def test_a_segment_narrows_the_audience(workspace, mailing, campaign):
    audience.subscriber(workspace, mailing, city="Brest")
    rules = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "city", "operator": "equals", "value": "Brest"}],
        },
    }
    segment = Segment(workspace_id=workspace.id, name="Brest", rules=rules)
    db.session.add(segment)
    db.session.flush()
    targeting.choose(workspace, campaign, [segment.id], [])
    planning.start(campaign)
    assert len(_rows(campaign)) == 1


@pytest.mark.covers("delivery-24")
def test_a_second_start_makes_no_second_row(workspace, campaign):
    planning.start(campaign)
    planning.start(campaign)
    assert len(_rows(campaign)) == 1


def test_a_time_in_the_past_is_refused(campaign):
    with pytest.raises(planning.TimeIsPast):
        planning.schedule(campaign, clock.ago(minutes=1))


def test_a_scheduled_campaign_starts_when_its_time_has_come(campaign):
    planning.schedule(campaign, clock.ahead(hours=1))
    planning.start_due()
    assert campaign.status == Status.SCHEDULED
    with clock.stopped(clock.ahead(hours=1, minutes=1)):
        planning.start_due()
    assert campaign.status == Status.SENDING


def test_an_unscheduled_campaign_is_a_draft_again(campaign):
    planning.schedule(campaign, clock.ahead(hours=1))
    planning.unschedule(campaign)
    assert (campaign.status, campaign.scheduled_at) == (Status.DRAFT, None)


@pytest.mark.covers("delivery-33")
def test_a_schedule_that_is_late_beyond_the_grace_waits_for_approval(campaign):
    planning.schedule(campaign, clock.ahead(hours=1))
    with clock.stopped(clock.ahead(hours=1) + planning.GRACE + timedelta(minutes=1)):
        planning.start_due()
        assert campaign.status == Status.SCHEDULED
        assert campaign.trouble
        planning.start(campaign)
    assert (campaign.status, campaign.trouble) == (Status.SENDING, "")


def test_a_schedule_that_nobody_is_left_for_says_so(workspace, mailing, campaign):
    planning.schedule(campaign, clock.ahead(hours=1))
    person = db.session.get_one(
        audience.Contact, db.session.scalar(select(func.max(audience.Contact.id)))
    )
    audience.say(person, mailing, State.WITHDRAWN)
    with clock.stopped(clock.ahead(hours=1, minutes=1)):
        planning.start_due()
    assert (campaign.status, bool(campaign.trouble)) == (Status.SCHEDULED, True)
    assert _rows(campaign) == []


@pytest.mark.parametrize("status", [Status.SENT, Status.CANCELLED, Status.PAUSED])
def test_a_campaign_that_was_started_once_cannot_be_started_again(campaign, status):
    campaign.status = status
    db.session.flush()
    with pytest.raises(planning.CannotMove):
        planning.start(campaign)
