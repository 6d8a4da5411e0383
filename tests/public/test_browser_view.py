"""A message in the browser."""

import pytest

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.campaigns.models import Status
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind


@pytest.fixture
def message(workspace):
    mailing = make.mailing_list(workspace)
    campaign = make_campaigns.campaign(
        workspace, mailing_list_id=mailing.id, status=Status.SENT
    )
    person = make.subscriber(
        workspace, mailing, opens=True, clicks=True, first_name="Chloé"
    )
    made = make_campaigns.message(
        campaign, person, tracks_opens=True, tracks_clicks=True
    )
    db.session.commit()
    return made


def path(message, kind=Kind.VIEW):
    return f"/v/{addressing.tokens().sign(kind, message.id)}"


def test_the_message_is_shown_as_it_was_sent_and_nothing_is_measured(client, message):
    page = client.get(path(message))
    assert page.status_code == 200
    assert "Bonjour Chloé" in page.text
    assert 'href="https://example.org/boutique"' in page.text
    assert "/o/" not in page.text
    assert "/c/" not in page.text


def test_a_forwarded_link_opens_nobody_s_preferences(client, message):
    tokens = addressing.tokens()
    ids = (message.workspace_id, message.contact_id)
    page = client.get(path(message)).text
    assert tokens.sign(Kind.PREFERENCES, *ids) not in page
    assert "personne" not in page


def test_an_editor_s_html_runs_nothing_on_our_host(client, message):
    policy = client.get(path(message)).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_a_token_of_another_kind_or_of_nothing_opens_nothing(client, message):
    assert client.get(path(message, Kind.OPEN)).status_code == 404
    assert client.get("/v/abc").status_code == 404
    db.session.delete(message)
    db.session.commit()
    assert client.get(path(message)).status_code == 404
