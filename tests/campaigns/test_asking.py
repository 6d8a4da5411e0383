"""A campaign that asks about measuring: it measures nothing, and asks nobody twice in six months."""

import email
import re
from datetime import UTC, datetime
from email import policy

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import asking_drafts, audiences, left_out, planning
from webapp.consent import gate, ledger, purposes
from webapp.consent.gate import Reason
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.messages.models import Message, Status

pytestmark = pytest.mark.covers("consent-37")


def at(year, month, day, hour=9):
    return clock.stopped(datetime(year, month, day, hour, tzinfo=UTC))


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def campaign(workspace, mailing):
    return asking_drafts.create(workspace, mailing.id, "fr")


def said(person, workspace, state, *kinds):
    asked = purposes.measuring(workspace)
    for kind in kinds or ("opens", "clicks"):
        ledger.record(person, getattr(asked, kind), state, audience.STAFF)


def left(campaign, person, when, status=Status.SENT):
    db.session.add(
        Message(
            workspace_id=campaign.workspace_id,
            campaign_id=campaign.id,
            contact_id=person.id,
            kind="campaign",
            status=status,
            dated_at=when,
        )
    )
    db.session.flush()


def why_not(campaign):
    return dict(audiences.measure(campaign).left_out)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_mail_has_no_picture_and_leads_through_no_link_of_ours(
    workspace, mailing, outbox, worker, language
):
    workspace.keeps_last_open = True
    audience.subscriber(workspace, mailing)
    made = asking_drafts.create(workspace, mailing.id, language)
    made.measures_opens = made.measures_clicks = True
    planning.start(made)
    worker()
    mail = email.message_from_bytes(outbox.outbox[0].body, policy=policy.default)
    html = mail.get_body(("html",)).get_content()
    assert "<img" not in html
    for kind in ("html", "plain"):
        part = mail.get_body((kind,)).get_content()
        assert not re.search("volontiers.test/[oc]/", part)
        assert "volontiers.test/p/m/" in part
    message = db.session.scalars(select(Message)).one()
    assert (message.tracks_opens, message.tracks_clicks) == (False, False)


def test_who_agreed_to_one_thing_long_ago_is_asked_and_not_measured(
    workspace, mailing, outbox, worker
):
    with at(2026, 1, 5):
        person = audience.subscriber(workspace, mailing, opens=True)
    with at(2026, 11, 10):
        planning.start(asking_drafts.create(workspace, mailing.id, "fr"))
        worker()
    assert [one.rcpt_to for one in outbox.outbox] == [person.email]
    assert b"/o/" not in outbox.outbox[0].body


def test_who_agreed_to_everything_is_not_asked(workspace, mailing, campaign):
    with at(2026, 1, 5):
        audience.subscriber(workspace, mailing, opens=True, clicks=True)
    assert why_not(campaign) == {Reason.ANSWERED: 1}


def test_what_the_workspace_does_not_measure_is_not_asked(workspace, mailing, campaign):
    with at(2026, 1, 5):
        audience.subscriber(workspace, mailing, opens=True)
    workspace.measures_clicks = False
    assert why_not(campaign) == {Reason.ANSWERED: 1}


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.GIVEN])
@pytest.mark.parametrize(
    ("day", "asked"), [((2026, 7, 9), 0), ((2026, 7, 10), 0), ((2026, 7, 11), 1)]
)
def test_an_answer_is_left_in_peace_for_six_calendar_months(
    workspace, mailing, campaign, state, day, asked
):
    with at(2026, 1, 10):
        person = audience.subscriber(workspace, mailing)
        said(person, workspace, state, "opens")
    with at(*day):
        found = audiences.measure(campaign)
    assert found.receiving == asked
    assert dict(found.left_out) == ({} if asked else {Reason.ASKED_LATELY: 1})


def test_six_months_after_the_31st_of_august_is_the_first_of_march(
    workspace, mailing, campaign
):
    with at(2026, 8, 31):
        person = audience.subscriber(workspace, mailing)
        said(person, workspace, State.REFUSED)
    with at(2027, 2, 28):
        assert audiences.measure(campaign).receiving == 0
    with at(2027, 3, 1):
        assert audiences.measure(campaign).receiving == 1


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (Status.SENT, 0),
        (Status.UNCERTAIN, 0),
        (Status.SENDING, 0),
        (Status.SKIPPED, 1),
        (Status.BOUNCED, 1),
        (Status.FAILED, 1),
        (Status.PENDING, 1),
    ],
)
def test_silence_is_a_no_of_whoever_the_question_reached(
    workspace, mailing, campaign, status, asked
):
    person = audience.subscriber(workspace, mailing)
    before = asking_drafts.create(workspace, mailing.id, "fr")
    left(before, person, datetime(2026, 1, 10, 9, tzinfo=UTC), status)
    with at(2026, 7, 10):
        assert audiences.measure(campaign).receiving == asked
    with at(2026, 7, 11):
        assert audiences.measure(campaign).receiving == 1


def test_a_campaign_that_asks_nothing_is_no_question(workspace, mailing, campaign):
    person = audience.subscriber(workspace, mailing)
    left(make.campaign(workspace, mailing), person, clock.ago(days=2))
    assert audiences.measure(campaign).receiving == 1


def test_who_refused_to_be_measured_still_gets_the_newsletter(workspace, mailing):
    said(audience.subscriber(workspace, mailing), workspace, State.REFUSED)
    assert audiences.measure(make.campaign(workspace, mailing)).receiving == 1


def test_two_questions_that_leave_together_reach_nobody_twice(
    workspace, mailing, campaign, outbox, worker
):
    audience.subscriber(workspace, mailing)
    other = asking_drafts.create(workspace, mailing.id, "fr")
    # Both audiences are frozen before the first message leaves.
    planning.start(campaign)
    planning.start(other)
    worker()
    assert len(outbox.outbox) == 1
    reasons = db.session.execute(select(Message.status, Message.reason)).all()
    assert sorted(reasons) == [("sent", ""), ("skipped", "asked_lately")]


def test_an_answer_between_freezing_and_leaving_counts(
    workspace, mailing, campaign, outbox, worker
):
    person = audience.subscriber(workspace, mailing)
    planning.start(campaign)
    said(person, workspace, State.REFUSED, "clicks")
    worker()
    assert outbox.outbox == []
    assert db.session.scalars(select(Message.reason)).one() == "asked_lately"


def test_the_gate_still_has_the_first_word(workspace, mailing, campaign):
    person = audience.subscriber(workspace, mailing)
    said(person, workspace, State.REFUSED)
    audience.say(person, mailing, State.WITHDRAWN)
    assert why_not(campaign) == {Reason.WITHDRAWN: 1}


def test_who_is_left_out_is_named_with_the_reason(workspace, mailing, campaign):
    person = audience.subscriber(workspace, mailing)
    said(person, workspace, State.REFUSED)
    audience.subscriber(workspace, mailing)
    found = left_out.find(campaign, Reason.ASKED_LATELY, "", before=None, after=None)
    assert [one.id for one in found.page.rows] == [person.id]
    assert found.why == {person.id: gate.WORDS[Reason.ASKED_LATELY]}


def test_without_the_way_to_answer_it_is_not_ready(workspace, mailing, campaign):
    audience.subscriber(workspace, mailing)
    assert planning.check_ready(campaign) == []
    campaign.mjml = make.MJML
    assert "preferences_url" in str(planning.check_ready(campaign)[0])


def test_there_is_nothing_to_ask_where_nothing_is_measured(workspace, mailing):
    workspace.measures_opens = workspace.measures_clicks = False
    with pytest.raises(asking_drafts.NothingToAsk):
        asking_drafts.create(workspace, mailing.id, "fr")


def test_the_list_of_another_workspace_is_not_asked(workspace):
    with pytest.raises(NotFound):
        asking_drafts.create(workspace, 4711, "fr")
