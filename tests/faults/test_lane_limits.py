"""However many work at once, a provider sees no more connections and messages than its lane has."""

import dataclasses
import threading
import time
from collections import Counter, defaultdict

import pytest
from sqlalchemy import select

from tests.factories import audience, domains
from tests.factories import sendings as make
from tests.fakes_smtp import FakeSmtpServer
from webapp.campaigns import delivering, planning
from webapp.campaigns.models import Campaign, Status
from webapp.core import draining
from webapp.core.db import db
from webapp.deliverability import mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.transports.smtp_server import Security
from webapp.lanes import recommended

PROVIDERS = {"orange": "orange.fr", "apple": "icloud.com", "yahoo": "yahoo.fr"}
PEOPLE_OF_EACH = 60
DELIVERERS = 8
PATIENCE = 120


class Gate:
    """Counts what each provider sees: each connection is served in a thread of its own."""

    def __init__(self):
        self.lock = threading.Lock()
        self.serving, self.carried = {}, Counter()
        self.connections, self.messages = Counter(), Counter()
        self.mixed = defaultdict(set)

    def __call__(self, verb, what):
        with self.lock:
            getattr(self, verb.lower(), lambda _who, _what: None)(
                threading.get_ident(), what
            )
        if verb == "BODY":
            # Slow enough for the others to come.
            time.sleep(0.002)

    def connect(self, who, _what):
        self.carried[who] = 0
        self.mixed.pop(who, None)

    def rcpt(self, who, what):
        provider = what.partition("@")[2]
        self.serving[who] = provider
        self.mixed[who].add(provider)
        assert len(self.mixed[who]) == 1, "a connection serves two providers"
        self.carried[who] += 1
        self.messages[provider] = max(self.messages[provider], self.carried[who])
        at_once = Counter(self.serving.values())[provider]
        self.connections[provider] = max(self.connections[provider], at_once)

    def quit(self, who, _what):
        self.serving.pop(who, None)


@pytest.fixture
def gate(workspace):
    counting = Gate()
    with FakeSmtpServer(counting) as fake:
        terms = Terms("127.0.0.1", fake.port, Security.NONE, name="Ours")
        mail_servers.add(workspace, terms)
        counting.server = fake
        yield counting


def _start(workspace, number):
    mailing = audience.mailing_list(workspace, f"La lettre {number}")
    for place in range(PEOPLE_OF_EACH):
        for domain in PROVIDERS.values():
            audience.subscriber(workspace, mailing, email=f"{number}-{place}@{domain}")
    planning.start(make.campaign(workspace, mailing))
    db.session.commit()


def _work(app, until):
    while time.monotonic() < until:
        with app.app_context():
            delivering.deliver()
            left = db.session.scalars(
                select(Campaign.id).where(Campaign.status == Status.SENDING)
            ).all()
            db.session.remove()
        if not left:
            return


@pytest.mark.covers("delivery-27")
def test_no_provider_sees_more_than_its_lane_has(app, workspace, gate, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"], worker_processes=DELIVERERS
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    domains.domain(workspace)
    for number in (1, 2):
        _start(workspace, number)
    # A worker that ended before, in another test, says so for the whole process.
    draining.withdraw()
    until = time.monotonic() + PATIENCE
    workers = [
        threading.Thread(target=_work, args=(app, until)) for _ in range(DELIVERERS)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    got = Counter(gate.server.recipients)
    assert len(got) == 2 * PEOPLE_OF_EACH * len(PROVIDERS)
    assert set(got.values()) == {1}
    for provider, domain in PROVIDERS.items():
        terms = recommended.BY_PROVIDER[provider]
        assert 1 <= gate.connections[domain] <= terms.connections
        assert 1 <= gate.messages[domain] <= terms.messages_per_connection
    # The smallest of the limits are reached: they are what held the others back.
    assert (
        gate.messages["icloud.com"]
        == recommended.BY_PROVIDER["apple"].messages_per_connection
    )
