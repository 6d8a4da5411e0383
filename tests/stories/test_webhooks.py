"""A newsletter bounces, its reader complains: the mail service says so over HTTP, and nobody writes to them again."""

import email
import itertools
import json
import random
import threading
import urllib.error
import urllib.request

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from tests.factories import accounts, audience, sendings
from tests.factories import webhooks as make
from webapp.campaigns import planning
from webapp.consent import ledger
from webapp.consent.models import Purpose, State
from webapp.contacts import queries as contacts
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.incoming import acting, reading
from webapp.incoming.models import InboundEvent, MessageReport
from webapp.incoming.webhooks import addresses
from webapp.messages import addressing, mail_tokens
from webapp.messages.models import Message, Status

ANNA, BERTA, CARLA = (f"{name}@example.org" for name in ("anna", "berta", "carla"))


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def served(app):
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    running.join()
    server.server_close()


def post(url, raw, headers=None):
    request = urllib.request.Request(url, raw, headers or {})
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def says(workspace, mailing, address):
    contact = contacts.find_by_email(workspace, address)
    purpose = db.session.get_one(Purpose, mailing.purpose_id)
    return ledger.state_of(contact, purpose).state


@pytest.mark.covers("delivery-42")
def test_from_a_newsletter_to_a_suppressed_address(
    workspace, mailing, outbox, worker, served
):
    for address in (ANNA, BERTA, CARLA):
        audience.subscriber(workspace, mailing, email=address)
    campaign = sendings.campaign(workspace, mailing)
    planning.start(campaign)
    made = addresses.make(workspace, "sendgrid")
    addresses.change(workspace, made.address, make.sendgrid_key())
    url = made.url.replace("http://volontiers.test", served)
    worker()
    assert len(outbox.outbox) == 3
    ids = {
        mail.rcpt_to: email.message_from_bytes(mail.body)["Message-ID"]
        for mail in outbox.outbox
    }

    def event(name, address, **more):
        return {
            "event": name,
            "email": address,
            "smtp-id": ids[address],
            "sg_event_id": f"{name} {address}",
            "timestamp": int(clock.now().timestamp()),
            **more,
        }

    gone = {"type": "bounce", "status": "5.1.1", "reason": f"550 5.1.1 {ANNA}"}
    bundle = make.from_sendgrid(
        [
            event("bounce", ANNA, **gone),
            event("spamreport", BERTA),
            event("delivered", CARLA),
            # Too late: she complained meanwhile.
            event("delivered", BERTA),
        ]
    )
    assert post(url, bundle.raw + b" ", bundle.headers) == 403
    assert post(url, bundle.raw, bundle.headers) == 200
    assert post(url, bundle.raw, bundle.headers) == 200
    worker()

    reasons = {
        address: suppression.reason_for(workspace, address)
        for address in (ANNA, BERTA, CARLA)
    }
    assert reasons == {ANNA: "hard_bounce", BERTA: "complaint", CARLA: None}
    assert says(workspace, mailing, BERTA) == State.WITHDRAWN
    assert says(workspace, mailing, CARLA) == State.GIVEN
    assert len(db.session.scalars(select(InboundEvent)).all()) == 4
    planning.start(sendings.campaign(workspace, mailing))
    worker()
    assert [mail.rcpt_to for mail in outbox.outbox[3:]] == [CARLA]


EVENTS = [
    {"event": "delivered"},
    {"event": "soft_bounce", "reason": "452 4.2.2 mailbox full"},
    {"event": "hard_bounce", "reason": "550 5.1.1 no such user"},
    {"event": "spam"},
    {"event": "deferred", "reason": "450 4.7.1 later"},
]


@pytest.fixture
def sent(workspace, mailing):
    """sent() is a message to somebody new that left, and her address."""
    letter = sendings.campaign(workspace, mailing)

    def send():
        person = audience.subscriber(workspace, mailing)
        message = Message(
            workspace_id=workspace.id,
            kind="campaign",
            campaign_id=letter.id,
            contact_id=person.id,
            status=Status.SENT,
            dated_at=clock.now(),
            finished_at=clock.now(),
        )
        db.session.add(message)
        db.session.flush()
        return message, person

    return send


def hear(workspace, message, event):
    token = addressing.tokens().sign(mail_tokens.Kind.MESSAGE, message.id)
    told = {**event, "message-id": f"<{token}@example.org>", "ts_epoch": 1}
    for report in reading.READERS["brevo"](json.dumps(told).encode()):
        acting.act(report, workspace)


def left(workspace, mailing, message, person):
    """All that stands at the end."""
    db.session.flush()
    db.session.expire_all()
    reports = db.session.scalars(
        select(MessageReport).where(MessageReport.message_id == message.id)
    )
    return (
        suppression.reason_for(workspace, person.email),
        says(workspace, mailing, person.email),
        message.status,
        sorted((one.kind, one.category) for one in reports),
    )


@pytest.mark.covers("delivery-42")
def test_the_order_of_events_and_their_copies_make_no_difference(
    workspace, mailing, sent
):
    ends = set()
    every = list(itertools.permutations(EVENTS))
    for order in random.Random(42).sample(every, 24):
        message, person = sent()
        # Each twice, the second time after the next one.
        for event, before in zip((*order, order[0]), (None, *order), strict=True):
            hear(workspace, message, event)
            if before:
                hear(workspace, message, before)
        ends.add(str(left(workspace, mailing, message, person)))
    assert len(ends) == 1
    assert "complaint" in ends.pop()


@pytest.mark.covers("delivery-42")
@pytest.mark.parametrize("late", ["delivered", "deferred"])
def test_a_late_delivery_lifts_no_complaint(workspace, mailing, sent, late):
    message, person = sent()
    for event in ({"event": "spam"}, {"event": late}, {"event": late}):
        hear(workspace, message, event)
    assert suppression.reason_for(workspace, person.email) == "complaint"
    assert says(workspace, mailing, person.email) == State.WITHDRAWN


def test_a_service_speaks_of_the_messages_of_its_own_workspace_alone(
    workspace, mailing, sent
):
    message, person = sent()
    stranger = accounts.workspace(slug="ailleurs", name="Ailleurs")
    hear(stranger, message, {"event": "spam"})
    assert suppression.reason_for(workspace, person.email) is None
