"""A report that takes seconds is remembered, with its time, and is the same report."""

from datetime import UTC, datetime

import pytest

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.analytics import queries
from webapp.analytics.reports import FollowedLink, Measured, Report, Span
from webapp.campaigns.models import Status
from webapp.contacts import counting
from webapp.core.db import db


def test_a_report_that_was_remembered_is_the_same():
    report = Report(
        delivered=100,
        bounced=3,
        uncertain=1,
        unsubscribed=2,
        opens=Measured(60, 100, did=30, machines=12),
        clicks=Measured(40, 100, did=11, machines=0),
        links=[FollowedLink(7, "https://example.org/", 11)],
        spans=[Span(datetime(2026, 11, 10, 8, tzinfo=UTC), 30, 11)],
        signals={"burst": 12},
    )
    assert Report.remembered(report.told()) == report


@pytest.fixture
def sent(workspace):
    mailing = make.mailing_list(workspace)
    campaign = make_campaigns.campaign(
        workspace, mailing_list_id=mailing.id, status=Status.SENT
    )
    for _ in range(3):
        make_campaigns.message(campaign, make.subscriber(workspace, mailing))
    db.session.commit()
    return campaign


def test_among_many_people_the_report_comes_after_its_page(owner, sent, monkeypatch):
    address = f"/w/maison-tilleul/campaigns/{sent.id}/report"
    monkeypatch.setattr(counting, "MANY", 1)
    asked = []
    real = queries.report
    monkeypatch.setattr(
        queries, "report", lambda *about: asked.append(about) or real(*about)
    )
    first = owner.get(address).text
    assert ("Counting." in first, "Messages sent" in first, asked) == (True, False, [])
    assert f"{address}?count=now" in first
    assert "Messages sent" in owner.get(f"{address}?count=now").text
    again = owner.get(address).text
    assert ("Messages sent" in again, "Count again" in again) == (True, True)
    assert len(asked) == 1
