"""The settings page about measuring."""

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import audience
from webapp.accounts import actions
from webapp.accounts.models import AuditEntry
from webapp.campaigns import asking_drafts, measured_people
from webapp.campaigns.models import Campaign, Status
from webapp.consent import ledger, purposes
from webapp.consent.models import State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import jobs, tagging
from webapp.messages.models import Message

HOME = "/w/maison-tilleul/settings/measuring/"
ON = {"measures_opens": "y", "measures_clicks": "y"}


@pytest.fixture
def mailing(workspace):
    made = audience.mailing_list(workspace)
    db.session.commit()
    return made


def entries():
    db.session.expire_all()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_each_switch_is_turned_and_logged(workspace, owner):
    answer = owner.post(HOME, data={"measures_clicks": "y", "keeps_last_open": "y"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert not workspace.measures_opens
    assert workspace.measures_clicks
    assert workspace.keeps_last_open
    (entry,) = entries()
    assert entry.action == "measuring.changed"
    assert entry.action in actions.ACTIONS
    assert sorted(entry.detail["fields"]) == ["keeps_last_open", "measures_opens"]


def test_saving_without_a_change_records_nothing(workspace, owner):
    owner.post(HOME, data=ON)
    assert entries() == []


@pytest.mark.covers("consent-36")
def test_switching_the_last_days_off_erases_them(workspace, owner, mailing, worker):
    person = audience.subscriber(workspace, mailing)
    person.last_open_on = clock.now().date()
    workspace.keeps_last_open = True
    db.session.commit()
    owner.post(HOME, data=ON)
    worker()
    assert person.last_open_on is None


def test_other_switches_erase_nothing(workspace, owner, monkeypatch):
    monkeypatch.setattr(type(jobs.forget_last_opens), "enqueue", _never)
    assert owner.post(HOME, data={}).status_code == 303


def _never(*_args, **_more):
    raise AssertionError


@pytest.mark.covers("consent-37")
def test_the_people_of_a_list_are_asked_by_a_draft_that_nobody_sent_yet(
    workspace, owner, mailing
):
    audience.subscriber(workspace, mailing)
    db.session.commit()
    answer = owner.post(
        HOME + "ask", data={"mailing_list_id": mailing.id, "language": "en"}
    )
    made = db.session.scalars(select(Campaign)).one()
    assert answer.location.endswith(f"/campaigns/{made.id}/edit")
    assert (made.asks_measuring, made.status, made.locale) == (True, "draft", "en")
    assert db.session.scalars(select(Message)).all() == []
    assert [one.action for one in entries()] == ["campaign.created"]
    page = owner.get(f"/w/maison-tilleul/campaigns/{made.id}/audience?lang=en").text
    assert "measures nothing itself" in page
    assert 'name="measures_opens"' not in page


def test_the_list_of_another_workspace_is_refused(app, owner, mailing):
    other = make_accounts.workspace(slug="ailleurs")
    theirs = audience.mailing_list(other)
    db.session.commit()
    data = {"mailing_list_id": theirs.id, "language": "fr"}
    assert owner.post(HOME + "ask", data=data).status_code == 422
    assert db.session.scalars(select(Campaign)).all() == []


def test_who_measures_nothing_is_told_that_there_is_nothing_to_ask(
    workspace, owner, mailing
):
    workspace.measures_opens = workspace.measures_clicks = False
    db.session.commit()
    assert "nothing to ask" in owner.get(HOME + "?lang=en").text
    data = {"mailing_list_id": mailing.id, "language": "fr"}
    assert owner.post(HOME + "ask", data=data).status_code == 422


def test_who_may_do_what(workspace, mailing, editor, viewer, stranger, sign_in):
    officer = sign_in(make_accounts.member(workspace, role="privacy_officer"))
    ask = {"mailing_list_id": mailing.id, "language": "fr"}
    assert officer.get(HOME).status_code == 200
    assert officer.post(HOME, data=ON).status_code == 403
    assert officer.post(HOME + "ask", data=ask).status_code == 403
    assert viewer.get(HOME).status_code == editor.get(HOME).status_code == 403
    assert viewer.post(HOME + "ask", data=ask).status_code == 403
    assert editor.post(HOME + "ask", data=ask).status_code == 303
    assert stranger.get(HOME).status_code == 404
    assert stranger.post(HOME, data=ON).status_code == 404


def test_each_person_who_may_be_written_to_counts_once_with_their_answer(
    workspace, mailing
):
    second = audience.mailing_list(workspace, "Une autre")
    asked = purposes.measuring(workspace)
    both = audience.subscriber(workspace, mailing, opens=True)
    audience.say(both, second)
    refused = audience.subscriber(workspace, mailing)
    ledger.record(refused, asked.opens, State.REFUSED, audience.STAFF)
    silent = audience.subscriber(workspace, mailing)
    campaign = asking_drafts.create(workspace, mailing.id, "fr")
    db.session.add(
        Message(
            workspace_id=workspace.id,
            campaign_id=campaign.id,
            contact_id=silent.id,
            kind="campaign",
            status="sent",
            dated_at=clock.ago(days=1),
        )
    )
    audience.subscriber(workspace, mailing)
    gone = audience.subscriber(workspace, mailing, opens=True)
    audience.say(gone, mailing, State.WITHDRAWN)
    audience.contact(workspace)
    db.session.flush()
    figures = measured_people.figures(workspace, now=False).figures
    assert figures["people"] == 4
    assert figures["opens"] == {"yes": 1, "no": 1, "silent": 1, "never": 1}
    assert figures["clicks"] == {"yes": 0, "no": 0, "silent": 1, "never": 3}
    assert figures["idle"] == {}


def test_the_page_shows_the_figures_and_hides_few(workspace, owner, mailing):
    audience.subscriber(workspace, mailing)
    workspace.keeps_last_open = True
    db.session.commit()
    page = owner.get(HOME + "?lang=en").text
    assert "Never asked" in page
    assert page.count("fewer than 10") == 3


def test_a_question_already_sent_is_not_changed(workspace, owner, mailing):
    campaign = asking_drafts.create(workspace, mailing.id, "fr")
    campaign.status = Status.SENT
    db.session.commit()
    page = owner.get(f"/w/maison-tilleul/campaigns/{campaign.id}/audience")
    assert page.status_code == 200


TAGS = {
    "is_on": "y",
    "source": "lettre",
    "medium": "email",
    "campaign": "{{ campaign.name }}",
    "content": "",
    "where": "mine",
    "sites": "https://www.tilleul.example/\nthe.example",
}


def test_campaign_tags_are_added_changed_and_stopped(workspace, owner):
    assert owner.post(HOME + "tags", data=TAGS).status_code == 303
    rules = tagging.of(workspace)
    assert (rules.source, rules.sites) == ("lettre", ["tilleul.example", "the.example"])
    page = owner.get(HOME).text
    assert "https://tilleul.example/tea?utm_source=lettre" in page
    owner.post(HOME + "tags", data={**TAGS, "where": "all"})
    db.session.expire_all()
    assert tagging.of(workspace).sites == []
    owner.post(HOME + "tags", data={"where": "mine"})
    db.session.expire_all()
    assert tagging.of(workspace) is None
    assert {entry.action for entry in entries()} == {"tagging.changed"}


@pytest.mark.parametrize(
    "wrong",
    [{"campaign": "{{ contact.email }}"}, {"sites": "not a site"}, {"sites": ""}],
)
def test_tags_that_cannot_be_are_refused(workspace, owner, wrong):
    assert owner.post(HOME + "tags", data={**TAGS, **wrong}).status_code == 422
    assert tagging.of(workspace) is None


def test_how_long_hits_are_kept_and_the_trap_are_settings(workspace, owner):
    owner.post(HOME, data={**ON, "keeps_hits": "6", "sets_traps": "y"})
    db.session.expire_all()
    assert (workspace.keeps_hits, workspace.sets_traps) == (6, True)
    assert owner.post(HOME, data={**ON, "keeps_hits": "7"}).status_code == 422
