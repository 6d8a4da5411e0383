"""Hits are erased when they were kept long enough; the figures they made stay."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.analytics import remembering, retiring
from webapp.campaigns.models import Status
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Hit, JournalFile


@pytest.fixture
def mailing(workspace):
    return make.mailing_list(workspace)


def opened(workspace, mailing, *, days_ago, people=12):
    at = clock.ago(days=days_ago)
    campaign = make_campaigns.campaign(
        workspace,
        mailing_list_id=mailing.id,
        status=Status.SENT,
        started_at=at - timedelta(days=1),
    )
    for _ in range(people):
        person = make.subscriber(workspace, mailing, opens=True)
        message = make_campaigns.message(campaign, person, tracks_opens=True)
        make_campaigns.hit(message, at=at)
    return campaign


def count(campaign):
    return db.session.scalar(
        select(func.count()).select_from(Hit).where(Hit.campaign_id == campaign.id)
    )


def test_what_is_too_old_goes_and_its_figures_stay(workspace, mailing, owner):
    old = opened(workspace, mailing, days_ago=200)
    recent = opened(workspace, mailing, days_ago=20)
    workspace.keeps_hits = 6
    before = remembering.report(workspace, old, now=True)[0]
    retiring.retire(workspace.id)
    retiring.retire(workspace.id)
    assert (count(old), count(recent)) == (0, 12)
    after, counted = remembering.report(workspace, old, now=False)
    assert (after.opens, counted.at) == (before.opens, remembering.kept_since(old))
    assert remembering.kept_since(recent) is None
    db.session.commit()
    page = owner.get(f"/w/maison-tilleul/campaigns/{old.id}/report").text
    assert "their details erased" in page
    assert "12 of the 12 people measured" in page


def test_nothing_goes_before_its_time(workspace, mailing):
    campaign = opened(workspace, mailing, days_ago=700, people=1)
    retiring.retire(workspace.id)
    assert count(campaign) == 1


def test_each_workspace_decides_for_itself(workspace, mailing, worker):
    campaign = opened(workspace, mailing, days_ago=100, people=1)
    workspace.keeps_hits = 3
    from tests.factories import accounts

    other = accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = opened(other, make.mailing_list(other), days_ago=100, people=1)
    retiring.ask_all()
    worker()
    assert (count(campaign), count(theirs)) == (0, 1)


def test_what_came_in_at_the_moment_of_a_withdrawal_is_nobodys_by_morning(
    workspace, mailing
):
    campaign = opened(workspace, mailing, days_ago=1, people=2)
    first, second = db.session.scalars(select(Hit).order_by(Hit.id)).all()
    person = db.session.get_one(Contact, first.contact_id)
    make.stop_measuring(person, workspace)
    first.contact_id, first.message_id = person.id, 7
    db.session.flush()
    retiring.retire(workspace.id)
    db.session.expire_all()
    assert (first.contact_id, first.message_id) == (None, 0)
    assert second.contact_id
    assert count(campaign) == 2


def test_who_is_erased_leaves_hits_that_are_nobodys(workspace, mailing):
    campaign = opened(workspace, mailing, days_ago=1, people=1)
    hit = db.session.scalars(select(Hit)).one()
    db.session.delete(db.session.get_one(Contact, hit.contact_id))
    db.session.flush()
    db.session.expire_all()
    assert hit.contact_id is None
    db.session.delete(campaign)
    db.session.flush()
    assert db.session.query(Hit).count() == 0


def test_old_files_of_the_journal_are_forgotten(app, workspace):
    db.session.add(JournalFile(name="new", offset=1))
    db.session.add(JournalFile(name="old", offset=1, read_at=clock.ago(days=61)))
    db.session.flush()
    retiring.ask_all()
    assert [one.name for one in db.session.scalars(select(JournalFile))] == ["new"]
