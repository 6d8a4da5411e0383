"""The deliverability page."""

import pytest
from sqlalchemy import select

from tests.factories import mailings
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.reputation import counting

PAGE = "/w/maison-tilleul/deliverability/"


def said(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def mailed(workspace):
    campaign = mailings.campaign(workspace)
    ids = mailings.messages(campaign, 900, provider="orange")
    mailings.bounced(campaign, 60, provider="google")
    mailings.bounced(campaign, 40, "policy", smtp_reply="5.7.26 no DKIM signature")
    mailings.complained(campaign, ids[:5])
    db.session.commit()
    counting.count(campaign)
    db.session.commit()


def test_a_newcomer_is_told_what_will_stand_here(owner):
    page = said(owner.get(PAGE))
    assert "Nothing was sent yet" in page
    assert "<table" not in page


def test_figures_stand_by_provider_and_by_domain_with_what_to_do(owner, mailed):
    page = said(owner.get(PAGE))
    for words in (
        "Orange, Wanadoo",
        "maison-tilleul.example",
        "Clean the list: 6 %",
        "5.7.26 no DKIM signature",
        "to act on",
    ):
        assert words in page


@pytest.mark.parametrize("days", ["7", "30", "90", "13", "x", ""])
def test_any_period_is_answered(owner, mailed, days):
    assert owner.get(f"{PAGE}?days={days}").status_code == 200


def test_the_figures_can_be_taken_away_and_that_is_logged(owner, mailed):
    file = said(owner.post(f"{PAGE}figures.csv", data={"days": "7"}))
    assert 'Provider,"Orange, Wanadoo",940,900' in file
    assert "Sender domain,maison-tilleul.example,1000,900" in file
    entries = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "reputation.exported")
    )
    assert len(entries.all()) == 1


def test_whoever_may_only_look_sees_the_figures_and_takes_none(viewer, mailed):
    assert viewer.get(PAGE).status_code == 200
    assert viewer.post(f"{PAGE}figures.csv").status_code == 403


def test_a_stranger_sees_nothing(stranger):
    assert stranger.get(PAGE).status_code == 404
