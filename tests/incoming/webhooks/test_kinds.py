"""A post is heard when its service signed it: Mailgun and SendGrid with a key, others by a password."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from tests.factories import webhooks as make
from webapp.core import clock
from webapp.incoming.webhooks.kinds import MOST_EVENTS, by_password, records
from webapp.incoming.webhooks.kinds.mailgun import MAILGUN
from webapp.incoming.webhooks.kinds.sendgrid import SENDGRID, SIGNATURE, TIMESTAMP
from webapp.incoming.webhooks.posted import NotReadable, NotTheirs, Posted, Proof

BOUNCE = {"event": "failed", "severity": "permanent", "id": "abc"}
OF_THE_ACCOUNT = Proof(make.MAILGUN_KEY)


def mailgun(raw, proof=OF_THE_ACCOUNT):
    return MAILGUN.verify(Posted(raw), proof)


@pytest.mark.covers("delivery-41")
def test_mailgun_is_known_by_the_key_of_the_account():
    known = mailgun(make.from_mailgun(BOUNCE))
    assert known.once.word == "a-word-said-once"


@pytest.mark.covers("delivery-41")
@pytest.mark.parametrize("key", ["another key", ""])
def test_mailgun_with_another_key_is_refused(key):
    with pytest.raises(NotTheirs):
        mailgun(make.from_mailgun(BOUNCE, key=key))


def test_mailgun_is_refused_until_its_key_is_known():
    with pytest.raises(NotTheirs):
        mailgun(make.from_mailgun(BOUNCE, key=""), Proof())


@pytest.mark.covers("delivery-41")
@pytest.mark.parametrize("age", [timedelta(hours=26), timedelta(minutes=-10)])
def test_a_post_of_mailgun_too_old_or_of_tomorrow_is_refused(age):
    with pytest.raises(NotTheirs):
        mailgun(make.from_mailgun(BOUNCE, at=clock.now() - age))


def test_mailgun_may_post_again_for_eight_hours():
    assert mailgun(make.from_mailgun(BOUNCE, at=clock.now() - timedelta(hours=9)))


@pytest.mark.parametrize("name", ["timestamp", "token", "signature"])
@pytest.mark.parametrize("value", [None, 1, "", "é", "\ud83d", [], "x" * 5000])
def test_an_altered_signature_of_mailgun_is_refused(name, value):
    told = json.loads(make.from_mailgun(BOUNCE))
    told["signature"][name] = value
    with pytest.raises(NotTheirs):
        mailgun(json.dumps(told).encode())


def test_digits_of_a_word_of_mailgun_are_no_part_of_its_time():
    """Signed is the time with the word behind it: parted elsewhere, the word is another."""
    at = str(int(clock.now().timestamp()))
    mark = hmac.new(make.MAILGUN_KEY.encode(), f"{at}123abc".encode(), hashlib.sha256)
    signature = {"token": "abc", "signature": mark.hexdigest()}
    told = {"event-data": BOUNCE, "signature": {**signature, "timestamp": f"{at}123"}}
    with pytest.raises(NotTheirs):
        mailgun(json.dumps(told).encode())


@pytest.mark.parametrize("raw", [b"", b"[]", b"x", b"\xff", b'"text"'])
def test_what_mailgun_never_posts_is_not_readable(raw):
    with pytest.raises(NotReadable):
        mailgun(raw)


def test_a_signed_post_of_mailgun_without_an_event_is_not_readable():
    with pytest.raises(NotReadable):
        MAILGUN.events(make.from_mailgun(None))


def sendgrid(posted, key=None):
    return SENDGRID.verify(posted, Proof(key or make.sendgrid_key()))


@pytest.mark.covers("delivery-41")
def test_sendgrid_is_known_by_the_key_of_the_account():
    assert sendgrid(make.from_sendgrid([BOUNCE]))


@pytest.mark.covers("delivery-41")
def test_sendgrid_signs_every_byte():
    posted = make.from_sendgrid([BOUNCE])
    with pytest.raises(NotTheirs):
        sendgrid(Posted(posted.raw + b" ", posted.headers))


@pytest.mark.covers("delivery-41")
def test_sendgrid_signs_the_time():
    posted = make.from_sendgrid([BOUNCE])
    later = str(int(posted.headers[TIMESTAMP]) + 1)
    with pytest.raises(NotTheirs):
        sendgrid(Posted(posted.raw, {**posted.headers, TIMESTAMP: later}))


@pytest.mark.covers("delivery-41")
def test_sendgrid_with_another_key_is_refused():
    with pytest.raises(NotTheirs):
        sendgrid(make.from_sendgrid([BOUNCE], key=make.ec_key("somebody else")))


@pytest.mark.covers("delivery-41")
def test_an_old_post_of_sendgrid_is_refused():
    with pytest.raises(NotTheirs):
        sendgrid(make.from_sendgrid([], at=clock.now() - timedelta(hours=26)))


@pytest.mark.parametrize("key", ["", "not a key", "AAAA"])
def test_sendgrid_is_refused_until_its_key_is_known(key):
    with pytest.raises(NotTheirs):
        SENDGRID.verify(make.from_sendgrid([BOUNCE]), Proof(key))


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
@pytest.mark.parametrize("value", ["", "é", "%%%", "AAAA"])
def test_an_altered_signature_of_sendgrid_is_refused(name, value):
    posted = make.from_sendgrid([BOUNCE])
    with pytest.raises(NotTheirs):
        sendgrid(Posted(posted.raw, {**posted.headers, name: value}))


def test_a_key_of_sendgrid_may_be_pasted_as_a_file():
    bare = make.sendgrid_key()
    lines = f"-----BEGIN PUBLIC KEY-----\n{bare[:64]}\n{bare[64:]}\n-----END PUBLIC KEY-----\n"
    assert sendgrid(make.from_sendgrid([BOUNCE]), lines)


def basic(words):
    return {"Authorization": "Basic " + base64.b64encode(words.encode()).decode()}


def test_the_secret_address_is_enough_where_no_password_was_chosen():
    assert by_password(Posted(b"{}"), Proof())


def test_a_password_that_was_chosen_is_asked_for():
    proof = Proof("shop:a password")
    assert by_password(Posted(b"{}", basic("shop:a password")), proof)
    for headers in ({}, basic("shop:another"), {"Authorization": "Bearer é"}):
        with pytest.raises(NotTheirs):
            by_password(Posted(b"{}", headers), proof)


def test_nothing_secret_is_shown_by_mistake():
    shown = repr(Proof("a secret key")) + repr(
        Posted(b"a secret body", basic("secret"))
    )
    assert "secret" not in shown


def test_a_post_of_more_events_than_any_service_bundles_is_not_readable():
    assert len(records(b"[" + b",".join([b"{}"] * MOST_EVENTS) + b"]")) == MOST_EVENTS
    with pytest.raises(NotReadable):
        records(b"[" + b",".join([b"{}"] * (MOST_EVENTS + 1)) + b"]")
