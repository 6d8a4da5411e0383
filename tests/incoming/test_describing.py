"""What came back stands on the page of the person, in plain words."""

import pytest

from tests.factories import audience, sendings
from webapp.analytics import queries
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.deliverability.classifying import Category
from webapp.incoming import acting, describing
from webapp.incoming.reports import Kind, Report
from webapp.messages.models import Message, Status


@pytest.fixture
def message(workspace):
    mailing = audience.mailing_list(workspace)
    anna = audience.subscriber(workspace, mailing)
    made = Message(
        workspace_id=workspace.id,
        kind="campaign",
        campaign_id=sendings.campaign(workspace, mailing).id,
        contact_id=anna.id,
        status=Status.SENT,
    )
    db.session.add(made)
    db.session.commit()
    return made


def hear(message, kind, **said):
    acting.act(Report(kind, message.id, **said), None)
    db.session.commit()


def test_every_category_has_its_words():
    assert set(describing.CATEGORIES) == set(Category)


def test_bounces_and_complaints_stand_on_the_page_of_the_contact(owner, message):
    contact = message.contact_id
    page = f"/w/maison-tilleul/contacts/{contact}"
    assert "What came back" not in owner.get(page).get_data(as_text=True)
    hear(message, Kind.BOUNCE, code=552, enhanced="5.2.2", text="Mailbox full")
    hear(message, Kind.COMPLAINT)
    shown, messages, consents = (
        owner.get(f"{page}{tab}").get_data(as_text=True)
        for tab in ("", "/messages", "/consent")
    )
    assert "The inbox is full" in shown
    assert "“Mailbox full”" in messages
    assert "Reported a message as spam" in messages
    assert "by reporting a message as spam to their mail provider" in consents


def test_complaints_are_counted_in_the_report_of_the_campaign(workspace, message):

    hear(message, Kind.COMPLAINT)
    campaign = db.session.get(Campaign, message.campaign_id)
    report = queries.report(workspace, campaign)
    assert (report.complained, report.unsubscribed) == (1, 1)
