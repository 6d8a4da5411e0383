"""The pages that decide: audience, departure, progress."""

from datetime import UTC, datetime

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.accounts.models import AuditEntry
from webapp.campaigns.models import Campaign, Status
from webapp.consent.models import State
from webapp.contacts import counting
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus
from webapp.segments.models import Segment

BASE = "/w/maison-tilleul/campaigns"


@pytest.fixture
def mailing(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def draft(workspace, mailing):
    made = make_campaigns.campaign(workspace, mailing_list_id=mailing.id)
    make.subscriber(workspace, mailing, opens=True)
    make.subscriber(workspace, mailing, city="Paris")
    left = make.contact(workspace)
    make.say(left, mailing, State.WITHDRAWN)
    db.session.commit()
    return made


def url(campaign, path=""):
    return f"{BASE}/{campaign.id}{path}"


def fresh(campaign):
    db.session.expire_all()
    return db.session.get(Campaign, campaign.id)


def test_the_audience_page_says_how_many_and_why_not_the_others(editor, draft):
    page = editor.get(url(draft, "/audience")).text
    assert "unsubscribed" in page
    assert '<p class="vo-stat-value">2' in page


def test_a_segment_narrows_the_audience(editor, workspace, draft):
    rules = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "city", "operator": "equals", "value": "Paris"}],
        },
    }
    segment = Segment(workspace_id=workspace.id, name="Paris", rules=rules)
    db.session.add(segment)
    db.session.commit()
    editor.post(
        url(draft, "/audience"),
        data={"mailing_list_id": draft.mailing_list_id, "included": segment.id},
    )
    page = editor.get(url(draft, "/audience")).text
    assert '<p class="vo-stat-value">1' in page
    assert "City is" in page


def test_the_list_of_another_workspace_cannot_be_chosen(editor, draft):
    theirs = make.mailing_list(
        make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    )
    db.session.commit()
    assert (
        editor.post(
            url(draft, "/audience"), data={"mailing_list_id": theirs.id}
        ).status_code
        == 422
    )


def test_without_a_list_the_form_says_so(editor, draft):
    answer = editor.post(url(draft, "/audience"), data={"mailing_list_id": ""})
    assert answer.status_code == 422
    assert "Choose a list." in answer.text


def test_what_is_missing_is_listed_before_sending(editor, draft):
    draft.subject = ""
    db.session.commit()
    page = editor.get(url(draft, "/send")).text
    assert "The subject is missing." in page
    assert "Send now" not in page


def test_the_confirmation_says_to_how_many(editor, draft):
    assert "Send to 2 people?" in editor.get(url(draft, "/send")).text


def test_sending_freezes_the_audience_once(editor, draft):
    assert editor.post(url(draft, "/send")).status_code == 303
    assert editor.post(url(draft, "/send")).status_code == 303
    assert fresh(draft).status == Status.SENDING
    assert db.session.query(Message).count() == 2


@pytest.mark.parametrize("status", [Status.SENT, Status.PAUSED, Status.CANCELLED])
def test_sending_again_reaches_nobody(editor, draft, status):
    draft.status = status
    db.session.commit()
    assert editor.post(url(draft, "/send")).status_code == 303
    assert fresh(draft).status == status
    assert db.session.query(Message).count() == 0


@pytest.mark.usefixtures("stopped_clock")
def test_a_campaign_is_scheduled_at_the_hour_of_its_readers(editor, draft):
    data = {"day": "2026-11-12", "time": "09:30", "in_readers_zone": "y"}
    editor.post(url(draft, "/schedule"), data=data)
    assert fresh(draft).in_readers_zone
    page = editor.get(url(draft, "/send")).text
    assert page.count("alert-info") == 1
    assert "Europe/Paris" in page


@pytest.mark.usefixtures("stopped_clock")
def test_a_campaign_is_scheduled_in_the_workspace_s_zone(editor, draft):
    editor.post(url(draft, "/schedule"), data={"day": "2026-11-12", "time": "09:30"})
    assert fresh(draft).status == Status.SCHEDULED
    assert fresh(draft).scheduled_at == datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    editor.post(url(draft, "/unschedule"))
    assert fresh(draft).status == Status.DRAFT


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    "data",
    [
        {"day": "2026-11-10", "time": "08:59"},
        {"day": "", "time": "09:00"},
        {"day": "2026-02-30", "time": "25:00"},
    ],
)
def test_a_past_or_impossible_time_is_refused_beside_the_field(editor, draft, data):
    answer = editor.post(url(draft, "/schedule"), data=data)
    assert answer.status_code == 422
    assert 'class="invalid-feedback' in answer.text
    assert fresh(draft).status == Status.DRAFT


@pytest.mark.usefixtures("stopped_clock")
def test_what_is_not_ready_is_not_scheduled(editor, draft):
    draft.subject = ""
    db.session.commit()
    editor.post(url(draft, "/schedule"), data={"day": "2026-11-12", "time": "09:30"})
    assert (fresh(draft).status, fresh(draft).scheduled_at) == (Status.DRAFT, None)


def test_the_progress_page_follows_while_it_is_being_sent(editor, draft):
    editor.post(url(draft, "/send"))
    page = editor.get(url(draft, "/progress")).text
    assert 'hx-trigger="every 2s"' in page
    editor.post(url(draft, "/pause"))
    live = editor.get(url(draft, "/progress/live")).text
    assert "every 2s" not in live
    assert "2 people have not got it yet" in live
    editor.post(url(draft, "/resume"))
    assert fresh(draft).status == Status.SENDING


def test_a_paused_campaign_can_be_cancelled(editor, draft):
    editor.post(url(draft, "/send"))
    editor.post(url(draft, "/pause"))
    editor.post(url(draft, "/cancel"))
    assert fresh(draft).status == Status.CANCELLED
    assert (
        "the campaign was cancelled first" in editor.get(url(draft, "/progress")).text
    )
    said = set(db.session.scalars(db.select(AuditEntry.action)))
    assert {"campaign.paused", "campaign.cancelled"} <= said


def test_a_move_that_came_too_late_is_harmless(editor, draft):
    draft.status = Status.SENT
    db.session.commit()
    for act in ("pause", "resume", "cancel"):
        assert editor.post(url(draft, f"/{act}")).status_code == 303
    assert fresh(draft).status == Status.SENT


def test_uncertain_messages_go_again_only_when_asked(editor, workspace, draft):
    draft.status = Status.SENT
    message = make_campaigns.message(
        draft, make.contact(workspace), status=MessageStatus.UNCERTAIN
    )
    db.session.commit()
    assert "Send them again" in editor.get(url(draft, "/progress")).text
    editor.post(url(draft, "/resend-uncertain"))
    db.session.expire_all()
    assert db.session.get(Message, message.id).status == MessageStatus.PENDING


@pytest.fixture
def crowded(monkeypatch):
    """Two people are many."""
    monkeypatch.setattr(counting, "MANY", 1)


@pytest.mark.parametrize("page", ["/audience", "/send"])
def test_among_many_people_a_page_comes_before_its_count(editor, draft, crowded, page):
    first = editor.get(url(draft, page)).text
    assert "Counting." in first
    assert f"{url(draft, page)}?count=now" in first
    counted = editor.get(url(draft, f"{page}?count=now")).text
    assert "Counting." not in counted
    again = editor.get(url(draft, page)).text
    assert ("Counting." in again, "Count again" in again) == (False, True)


def test_nobody_sends_to_many_people_before_knowing_to_how_many(editor, draft, crowded):
    assert "Send now" not in editor.get(url(draft, "/send")).text
    assert "Send to 2 people?" in editor.get(url(draft, "/send?count=now")).text
    assert "Send to 2 people?" in editor.get(url(draft, "/send")).text


def test_another_audience_is_counted_anew(editor, workspace, draft, crowded):
    editor.get(url(draft, "/audience?count=now"))
    other = make.mailing_list(workspace, name="Une autre")
    db.session.commit()
    editor.post(url(draft, "/audience"), data={"mailing_list_id": other.id})
    assert "Counting." in editor.get(url(draft, "/audience")).text
