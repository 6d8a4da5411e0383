"""A campaign, and a mail server in a mood."""

import dataclasses

import pytest

from tests.factories import audience, domains
from tests.factories import sendings as make
from tests.fakes_smtp import FakeSmtpServer
from webapp.campaigns import planning
from webapp.core.db import db
from webapp.deliverability import connections, mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_server import Security

PEOPLE = 12


class Moody:
    """A server's mood: `reply` to `verb` as long as it is in it, and to whom."""

    def __init__(self, verb="", reply=None, concerns=lambda _what: True):
        self.verb, self.reply, self.concerns = verb, reply, concerns

    def __call__(self, verb, what):
        return self.reply if verb == self.verb and self.concerns(what) else None

    def calm_down(self):
        self.verb = ""


@pytest.fixture
def mood():
    return Moody()


@pytest.fixture
def other(mood):
    """A server that is not ours yet."""
    with FakeSmtpServer(mood) as fake:
        yield fake
        connections.close_all()


@pytest.fixture
def server(mood, hand_to):
    """The first mail server of the workspace."""
    with FakeSmtpServer(mood) as fake:
        hand_to(fake)
        yield fake
        connections.close_all()


@pytest.fixture
def hand_to(workspace):
    """hand_to(server, weight=50, ...) makes a mail server of the workspace of it."""

    def add(fake, **terms):
        port = getattr(fake, "port", fake)
        values = {"security": Security.NONE, "name": f"Port {port}", **terms}
        return mail_servers.add(workspace, Terms("127.0.0.1", port, **values))

    return add


@pytest.fixture
def started(workspace):
    """started(12) or started([addresses]): a campaign under way, and whom it goes to."""

    def start(whom=PEOPLE):
        domains.domain(workspace)
        if isinstance(whom, int):
            campaign, people = make.campaign_for(workspace, whom)
        else:
            mailing = audience.mailing_list(workspace)
            people = [audience.subscriber(workspace, mailing, email=e) for e in whom]
            campaign = make.campaign(workspace, mailing)
        planning.start(campaign)
        db.session.commit()
        return campaign, sorted(person.email for person in people)

    return start


@pytest.fixture
def hurried(monkeypatch):
    """Nobody waits a minute for a command."""

    def transport_to(server):
        return SmtpTransport(dataclasses.replace(server, timeout=0.5))

    monkeypatch.setattr(connections, "transport_to", transport_to)
