"""A mail service posts: what is theirs is kept once, everything else is refused and counted."""

import dataclasses
import json
import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make_accounts
from tests.factories import webhooks as make
from webapp.app import create_app
from webapp.core import clock, tokens
from webapp.core.db import db
from webapp.core.limits import limiter
from webapp.incoming import reading
from webapp.incoming.models import InboundEvent, WebhookAddress, WebhookWord
from webapp.incoming.webhooks import (
    addresses,
    certificates,
    confirming,
    fetching,
    forgetting,
)

ANNA = "anna.secret@example.org"
HARD = {"event": "hard_bounce", "email": ANNA, "ts_epoch": 1794297600000}


@pytest.fixture
def internet(monkeypatch):
    certificates.forget()
    there = make.Internet(**make.amazon_files(), **make.scaleway_files())
    monkeypatch.setattr(fetching, "get", there.get)
    yield there
    certificates.forget()


@pytest.fixture
def open_address(workspace):
    """open_address("mailgun", key) gives the path a service posts to."""

    def made(kind, key=""):
        new = addresses.make(workspace, kind)
        if key:
            addresses.change(workspace, new.address, key)
        db.session.commit()
        return new.url.removeprefix("http://volontiers.test")

    return made


def kept():
    db.session.rollback()
    return db.session.scalars(select(InboundEvent).order_by(InboundEvent.id)).all()


def the_address():
    db.session.rollback()
    return db.session.scalars(select(WebhookAddress)).one()


def post(client, path, raw, headers=None):
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return client.post(
        path, data=content, headers=headers, content_type="text/plain; charset=UTF-8"
    )


def test_what_a_service_posts_is_kept_before_it_is_answered(client, open_address):
    answer = post(client, open_address("brevo"), HARD)
    assert (answer.status_code, answer.text) == (200, "taken\n")
    [event] = kept()
    assert json.loads(event.raw) == HARD
    assert event.source == "brevo"
    assert event.processed_at is None
    assert the_address().last_event_at is not None


def test_no_cookie_is_given_and_no_csrf_token_asked(app, client, open_address):
    path = open_address("brevo")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = post(client, path, HARD)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.covers("delivery-42")
def test_the_same_post_twice_is_kept_once(client, open_address):
    path = open_address("brevo")
    for _ in range(3):
        assert post(client, path, HARD).status_code == 200
    assert len(kept()) == 1


@pytest.mark.covers("delivery-42")
def test_an_event_that_comes_again_in_another_bundle_is_kept_once(client, open_address):
    path = open_address("sendgrid", make.sendgrid_key())
    one, two, three = (
        {"event": "bounce", "email": ANNA, "sg_event_id": str(number)}
        for number in range(3)
    )
    for bundle in ([one, two], [two, three], [three, one]):
        posted = make.from_sendgrid(bundle)
        assert post(client, path, posted.raw, posted.headers).status_code == 200
    assert len(kept()) == 3


def test_two_workspaces_keep_the_same_event_each(client, workspace, open_address):
    path = open_address("brevo")
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = addresses.make(other, "brevo").url.removeprefix("http://volontiers.test")
    db.session.commit()
    for one in (path, theirs):
        post(client, one, HARD)
    assert [event.workspace_id for event in kept()] == [workspace.id, other.id]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("brevo", {"event": "unique_opened", "email": ANNA}),
        ("brevo", {"event": "proxy_open", "email": ANNA}),
        ("mailjet", [{"event": "click"}, {"event": "open"}]),
        ("postmark", {"RecordType": "Click"}),
        ("postmark", {"RecordType": "SubscriptionChange", "SuppressSending": False}),
    ],
)
def test_opens_and_clicks_that_others_measured_are_not_kept(
    client, open_address, source, told
):
    assert post(client, open_address(source), told).status_code == 200
    assert kept() == []


def test_an_event_nobody_knows_is_kept(client, open_address):
    told = {"event": "invented_in_2030", "email": ANNA}
    assert post(client, open_address("brevo"), told).status_code == 200
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "told", [b"", b"x", b"3", b'"x"', b"[1]", b"\xff", b"[" * 9999]
)
def test_what_is_no_event_is_refused(client, open_address, told):
    assert post(client, open_address("postmark"), told).status_code == 400
    assert kept() == []
    assert the_address().refused == 1


@pytest.mark.parametrize("depth", [100, 500, 900, 990, 1000, 3000, 100_000])
def test_no_depth_of_an_event_is_a_fault_of_ours(client, open_address, depth):
    told = b'{"event": "spam", "x": %s%s}' % (b"[" * depth, b"]" * depth)
    assert post(client, open_address("brevo"), told).status_code in {200, 400}
    for event in kept():
        assert reading.READERS["brevo"](event.raw)


@pytest.mark.parametrize("told", [b'{"id": %s}' % (b"9" * 5000), b'{"id": 1e999}'])
def test_no_number_in_an_event_is_a_fault_of_ours(client, open_address, told):
    told = told.replace(b'{"id"', b'{"event": "spam", "ts_epoch"')
    assert post(client, open_address("brevo"), told).status_code in {200, 400}
    for event in kept():
        assert reading.READERS["brevo"](event.raw)


def test_a_key_that_cannot_be_read_any_more_proves_nothing(client, open_address):
    path = open_address("mailgun", make.MAILGUN_KEY)
    the_address().key_encrypted = "of another installation"
    db.session.commit()
    assert post(client, path, make.from_mailgun({"event": "x"})).status_code == 403
    assert the_address().refused == 1


def test_an_address_is_only_for_its_own_service(client, open_address):
    path = open_address("brevo").replace("brevo", "postmark")
    assert post(client, path, HARD).status_code == 404


@pytest.mark.parametrize("path", ["/in/brevo/nobody", "/in/nobody/x", "/in/lmtp/x"])
def test_nobody_is_heard_at_an_address_nobody_made(client, workspace, path):
    assert post(client, path, HARD).status_code == 404


def test_an_address_is_only_posted_to(client, open_address):
    assert client.get(open_address("brevo")).status_code == 405


def test_a_body_larger_than_any_service_sends_is_refused(client, open_address):
    answer = post(client, open_address("brevo"), b" " * 1_100_000)
    assert answer.status_code == 413
    assert kept() == []


def test_a_form_is_no_post_of_a_service(client, open_address):
    assert client.post(open_address("brevo"), data={"a": "b"}).status_code == 400


@pytest.mark.covers("delivery-41")
def test_a_refusal_says_the_same_whatever_is_wrong(client, open_address):
    path = open_address("mailgun", make.MAILGUN_KEY)
    event = {"event": "failed", "id": "1", "recipient": ANNA}
    old = clock.now() - timedelta(days=2)
    answers = [
        post(client, path, make.from_mailgun(event, key="another")),
        post(client, path, make.from_mailgun(event, at=old)),
        post(client, path, {"event-data": event}),
    ]
    assert {(a.status_code, a.text) for a in answers} == {(403, "refused\n")}
    assert kept() == []
    assert the_address().refused == 3
    assert the_address().last_event_at is None


@pytest.mark.covers("delivery-41")
def test_a_word_of_mailgun_is_good_for_one_event(client, open_address):
    path = open_address("mailgun", make.MAILGUN_KEY)
    event = {"event": "failed", "id": "1", "recipient": ANNA}
    first = make.from_mailgun(event)
    assert post(client, path, first).status_code == 200
    # Mailgun itself may post again what it heard no answer to.
    assert post(client, path, first).status_code == 200
    copied = make.from_mailgun({**event, "id": "2", "event": "complained"})
    assert post(client, path, copied).status_code == 403
    assert len(kept()) == 1


def test_words_are_forgotten_once_they_are_too_old_to_be_heard(client, open_address):
    path = open_address("mailgun", make.MAILGUN_KEY)
    event = {"event": "failed", "id": "1"}
    with clock.stopped(clock.now() - timedelta(hours=26)):
        assert post(client, path, make.from_mailgun(event)).status_code == 200
    post(client, path, make.from_mailgun(event, word="another"))
    forgetting.forget_words()
    assert db.session.scalar(select(func.count()).select_from(WebhookWord)) == 1


def test_the_password_that_was_chosen_is_asked_for(client, open_address):
    path = open_address("postmark", "shop:a password")
    told = {"RecordType": "Bounce", "ID": 1, "Type": "HardBounce"}
    assert post(client, path, told).status_code == 403
    known = {"Authorization": "Basic c2hvcDphIHBhc3N3b3Jk"}
    assert post(client, path, told, known).status_code == 200


def test_the_token_is_not_in_the_database(client, open_address):
    path = open_address("brevo")
    assert the_address().token_hash == tokens.fingerprint(path.rpartition("/")[2])


def test_neither_address_nor_token_nor_network_is_logged(client, open_address, caplog):
    path = open_address("mailgun", make.MAILGUN_KEY)
    with caplog.at_level(logging.DEBUG):
        post(client, path, {"event-data": {"recipient": ANNA}})
        post(client, path, make.from_mailgun({"event": "failed", "recipient": ANNA}))
    assert "refused" in caplog.text
    for secret in ("anna", path.rpartition("/")[2], "127.0.0.1", make.MAILGUN_KEY):
        assert secret not in caplog.text


@pytest.mark.covers("delivery-41")
def test_a_topic_is_heard_and_remembered(client, open_address, internet):
    path = open_address("ses")
    bounce = {"notificationType": "Bounce", "bounce": {"feedbackId": "1"}}
    assert post(client, path, make.notification(bounce)).status_code == 200
    assert the_address().topic == make.AMAZON_TOPIC
    another = make.notification(bounce, TopicArn=make.AMAZON_TOPIC + "2")
    assert post(client, path, another).status_code == 403
    assert len(kept()) == 1


def test_a_bounce_told_by_two_notices_of_ses_is_kept_once(
    client, open_address, internet
):
    path = open_address("ses")
    for number, name in enumerate(["notificationType", "eventType"]):
        bounce = {name: "Bounce", "bounce": {"feedbackId": "1"}}
        notice = make.notification(bounce, MessageId=f"m{number}")
        assert post(client, path, notice).status_code == 200
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        {"notificationType": "AmazonSnsSubscriptionSucceeded"},
        {"eventType": "Open", "open": {"ipAddress": "192.0.2.1"}},
    ],
)
def test_greetings_and_opens_of_ses_are_not_kept(
    client, open_address, internet, message
):
    path = open_address("ses")
    assert post(client, path, make.notification(message)).status_code == 200
    assert kept() == []


def test_a_topic_that_asks_is_told_yes(client, open_address, internet, worker):
    path = open_address("ses")
    url = json.loads(make.confirmation())["SubscribeURL"]
    internet.files[url] = b"<ConfirmSubscriptionResponse/>"
    assert post(client, path, make.confirmation()).status_code == 200
    assert url not in internet.asked
    worker()
    assert internet.asked[-1] == url
    assert the_address().confirm_url == ""
    assert kept() == []


def test_a_topic_of_scaleway_is_told_yes(client, open_address, internet, worker):
    url = "https://sns.mnq.fr-par.scaleway.com/?Action=ConfirmSubscription&Token=1"
    internet.files[url] = b""
    asked = make.confirmation(
        TopicArn=make.SCALEWAY_TOPIC,
        SigningCertURL=make.SCALEWAY_CERTIFICATE,
        SubscribeURL=url,
    )
    assert post(client, open_address("scaleway"), asked).status_code == 200
    worker()
    assert internet.asked[-1] == url


def test_a_topic_that_does_not_answer_is_told_yes_again_for_three_days(
    client, open_address, internet
):
    assert post(client, open_address("ses"), make.confirmation()).status_code == 200
    confirming.confirm_topics()
    assert the_address().confirm_url
    with clock.stopped(clock.now() + timedelta(days=4)):
        confirming.confirm_topics()
    assert the_address().confirm_url == ""


@pytest.mark.covers("delivery-41")
def test_an_address_altered_in_the_database_is_not_visited(
    client, open_address, internet
):
    assert post(client, open_address("ses"), make.confirmation()).status_code == 200
    the_address().confirm_url = "https://169.254.169.254/?Action=ConfirmSubscription&x"
    db.session.commit()
    del internet.asked[:]
    confirming.confirm_topics()
    assert internet.asked == []
    assert the_address().confirm_url == ""


@pytest.mark.covers("delivery-41")
def test_a_forged_topic_is_refused_and_its_host_never_asked(
    client, open_address, internet
):
    forged = make.notification(
        {"notificationType": "Complaint"},
        key=make.rsa_key("an attacker"),
        SigningCertURL="https://attacker.example/SimpleNotificationService-1.pem",
    )
    assert post(client, open_address("ses"), forged).status_code == 403
    assert (kept(), internet.asked) == ([], [])


@pytest.fixture
def limited(settings, empty_tables):
    """A service before an application that counts, as a real one does."""
    real = create_app(dataclasses.replace(settings, testing=False))
    with real.app_context():
        yield real.test_client()
    limiter.enabled = False


def test_whoever_is_refused_again_and_again_has_to_wait(limited):
    answers = [post(limited, "/in/brevo/guess", HARD) for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {404}
    assert answers[120].status_code == 429
