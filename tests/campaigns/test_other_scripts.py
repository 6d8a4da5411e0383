"""Readers whose address is in another script: theirs where the server can, no harm where not."""

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import sendings as make
from tests.fakes_smtp import FakeSmtpServer
from webapp.campaigns import delivering, planning
from webapp.campaigns.models import Status
from webapp.campaigns.progress import progress
from webapp.core.db import db
from webapp.deliverability import connections
from webapp.deliverability.models import Suppression
from webapp.deliverability.transports.smtp import SmtpTransport

EVERYBODY = ["anne@example.org", "用户@bücher.example", "élodie@example.org"]


@pytest.fixture
def sent_by(workspace, monkeypatch, worker):
    """sent_by(extensions) sends a campaign to all by a server with these extensions."""

    def send(*extensions):
        mailing = audience.mailing_list(workspace)
        for address in EVERYBODY:
            audience.subscriber(workspace, mailing, email=address)
        campaign = make.campaign(workspace, mailing)
        with FakeSmtpServer(extensions=extensions) as server:
            monkeypatch.setattr(
                connections,
                "transport_to",
                lambda _server: SmtpTransport(server.address(timeout=5)),
            )
            planning.start(campaign)
            worker()
            delivering.wake()
            worker()
        return campaign, server

    return send


def test_a_server_that_speaks_smtputf8_gets_them_all(sent_by):
    campaign, server = sent_by("PIPELINING", "8BITMIME", "SMTPUTF8")
    assert sorted(server.recipients) == sorted(
        ["anne@example.org", "用户@xn--bcher-kva.example", "élodie@example.org"]
    )
    assert (campaign.status, progress(campaign).sent) == (Status.SENT, 3)


def test_an_older_server_gets_the_rest_and_nobody_is_suppressed_for_it(
    sent_by, workspace, owner
):
    campaign, server = sent_by("PIPELINING", "8BITMIME")
    counted = progress(campaign)
    assert server.recipients == ["anne@example.org"]
    assert campaign.status == Status.SENT
    assert (counted.sent, counted.bounced) == (1, 0)
    assert counted.given_up == {"other_script": 2}
    assert db.session.scalars(select(Suppression)).all() == []
    page = owner.get(f"/w/{workspace.slug}/campaigns/{campaign.id}/progress").text
    assert "SMTPUTF8" in page
