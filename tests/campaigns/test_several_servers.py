"""A campaign leaves by several servers: each its share, and all of it when one of them cannot."""

import dataclasses

import pytest
from sqlalchemy import select

from tests.factories import sendings as make
from tests.fakes_http_mail import RECORDED, FakeProvider, lead_to
from tests.fakes_smtp import FakeSmtpServer
from webapp.campaigns import delivering, planning
from webapp.campaigns.models import Status
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import (
    choosing,
    connections,
    domain_editing,
    mail_servers,
)
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.models import ServerKind
from webapp.deliverability.transports.smtp_server import Security
from webapp.messages.models import Message

POSTMARK = Terms(kind=ServerKind.POSTMARK, name="Postmark", secret="token-1")


@pytest.fixture
def smtp(workspace):
    """A server of the workspace that stands in, and what it got."""
    with FakeSmtpServer() as fake:
        terms = Terms("127.0.0.1", fake.port, Security.NONE, name="Spare", weight=0)
        mail_servers.add(workspace, terms)
        yield fake
        connections.close_all()


@pytest.fixture
def started(workspace):
    def start(count):
        sender = domain_editing.add(workspace, "maison-tilleul.example")
        domain_editing.override(sender, "No DNS here.", user_id=None)
        campaign, people = make.campaign_for(workspace, count)
        planning.start(campaign)
        db.session.commit()
        return campaign, sorted(person.email for person in people)

    return start


def _until_sent(campaign, worker):
    worker()
    for minute in range(1, 60):
        if campaign.status == Status.SENT:
            return
        with clock.stopped(clock.ahead(minutes=minute)):
            delivering.wake()
            worker()
        db.session.expire_all()


def _left_by(campaign):
    db.session.expire_all()
    found = select(Message.mail_server_id).where(Message.campaign_id == campaign.id)
    return set(db.session.scalars(found))


def _named(workspace):
    return {server.name: server.id for server in mail_servers.every(workspace)}


def test_the_server_with_the_share_gets_it_and_the_spare_one_nothing(
    workspace, worker, smtp, started, monkeypatch
):
    mail_servers.add(workspace, POSTMARK)
    with FakeProvider(RECORDED["postmark"].yes) as fake:
        lead_to(monkeypatch, "postmark", fake.url)
        campaign, people = started(5)
        _until_sent(campaign, worker)
        connections.close_all()
    got = [heard.json["To"].split("<")[-1].strip(">") for heard in fake.heard]
    assert sorted(got) == people
    assert smtp.recipients == []
    assert _left_by(campaign) == {_named(workspace)["Postmark"]}


def test_when_a_server_knows_us_not_the_spare_one_takes_all(
    workspace, worker, smtp, started, monkeypatch
):
    mail_servers.add(workspace, POSTMARK)
    with FakeProvider(RECORDED["postmark"].bad_key) as fake:
        lead_to(monkeypatch, "postmark", fake.url)
        campaign, people = started(5)
        _until_sent(campaign, worker)
        connections.close_all()
    assert fake.heard
    assert sorted(smtp.recipients) == people
    assert campaign.status == Status.SENT
    assert _left_by(campaign) == {_named(workspace)["Spare"]}


def test_the_campaign_of_a_demonstration_goes_by_none_of_them(
    app, workspace, worker, smtp, started, monkeypatch
):
    workspace.is_demo = True
    with FakeSmtpServer() as mailbox:
        port = mailbox.port
        changed = dataclasses.replace(app.extensions["settings"], mailbox_port=port)
        monkeypatch.setitem(app.extensions, "settings", changed)
        campaign, people = started(3)
        _until_sent(campaign, worker)
        connections.close_all()
    assert sorted(mailbox.recipients) == people
    assert smtp.connections == 0
    assert _left_by(campaign) == {None}


def test_a_campaign_with_pictures_inside_waits_for_a_server_that_takes_them(
    workspace, worker, started
):
    terms = Terms(kind=ServerKind.BREVO, name="Brevo", secret="xkeysib-1")
    mail_servers.add(workspace, terms)
    campaign, _people = started(1)
    picture = f"cid:{'0' * 32}@pictures"
    campaign.mjml = campaign.mjml.replace(
        "<mj-text", f'<mj-image src="{picture}" alt="" /><mj-text', 1
    )
    db.session.commit()
    assert choosing.NoWayForPictures.message in planning.check_ready(campaign)
    worker()
    db.session.expire_all()
    assert campaign.status == Status.SENDING
    assert "images dans un message" in campaign.trouble
