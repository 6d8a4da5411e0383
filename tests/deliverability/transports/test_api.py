"""Whatever a provider does, each message has one outcome, and it is the true one."""

import dataclasses
import select
import socket
import ssl

import pytest

from tests.fakes_http_mail import RECORDED, Act, FakeProvider, Reply, lead_to
from webapp.deliverability.transports import Envelope, Result, Stage, kinds
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import Http

BODY = (
    b"From: Le Tilleul <news@shop.example>\r\nTo: ana@example.org\r\n"
    b"Subject: Bonjour tout le monde\r\nMessage-ID: <tok-1@shop.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n"
)
ANA = Envelope(7, "news@shop.example", "ana@example.org", BODY)
THREE = [ANA._replace(key=key) for key in (1, 2, 3)]
KINDS = pytest.mark.parametrize("kind", RECORDED)


@pytest.fixture
def sent(monkeypatch):
    """sent(kind, fake, envelopes) tells the outcomes."""
    opened = []

    def send(kind, fake, envelopes=(ANA,), **terms):
        lead_to(monkeypatch, kind, fake if isinstance(fake, str) else fake.url)
        transport = kinds.transport(dataclasses.replace(RECORDED[kind].server, **terms))
        opened.append(transport)
        return list(transport.send(envelopes))

    yield send
    for transport in opened:
        transport.close()


def results(outcomes):
    return [outcome.result for outcome in outcomes]


@KINDS
def test_what_the_provider_took_is_accepted_over_one_connection(kind, sent):
    with FakeProvider(RECORDED[kind].yes) as fake:
        outcomes = sent(kind, fake, THREE)
    assert results(outcomes) == [Result.ACCEPTED] * 3
    assert [(one.key, one.code) for one in outcomes] == [(1, 250), (2, 250), (3, 250)]
    assert (len(fake.heard), fake.connections) == (3, 1)
    assert outcomes[0].text != "…"


@KINDS
def test_an_address_that_is_none_is_refused_and_the_others_go_on(kind, sent):
    with FakeProvider(RECORDED[kind].unknown_person, RECORDED[kind].yes) as fake:
        outcomes = sent(kind, fake, THREE)
    assert results(outcomes) == [Result.REFUSED, Result.ACCEPTED, Result.ACCEPTED]
    assert outcomes[0].stage is Stage.RECIPIENT
    assert (outcomes[0].code, outcomes[0].enhanced) == (550, "5.1.3")


@KINDS
def test_a_provider_that_wants_less_is_left_alone_and_it_is_nobody_s_fault(kind, sent):
    with FakeProvider(RECORDED[kind].too_fast) as fake:
        outcomes = sent(kind, fake, THREE)
    assert results(outcomes) == [Result.THROTTLED] * 3
    assert len(fake.heard) == 1
    assert outcomes[0].text


@KINDS
def test_a_wrong_key_leaves_everything_unsent_and_is_told(kind, sent):
    with FakeProvider(RECORDED[kind].bad_key) as fake:
        outcomes = sent(kind, fake, THREE)
    assert results(outcomes) == [Result.UNSENT] * 3
    assert (outcomes[0].stage, outcomes[0].code) == (Stage.CONNECTION, 535)
    assert outcomes[0].text
    assert len(fake.heard) == 1


@KINDS
def test_a_refused_sender_is_never_the_person_s_fault(kind, sent):
    with FakeProvider(RECORDED[kind].bad_sender) as fake:
        [outcome] = sent(kind, fake)
    assert (outcome.result, outcome.stage) == (Result.REFUSED, Stage.SENDER)


@KINDS
@pytest.mark.parametrize("act", Act)
def test_no_answer_to_a_whole_request_leaves_one_message_in_doubt(kind, act, sent):
    with FakeProvider(act) as fake:
        is_silent = act in {Act.SILENCE, Act.STALL}
        patience = {"timeout": 0.3} if is_silent else {}
        outcomes = sent(kind, fake, THREE, **patience)
    assert results(outcomes) == [Result.UNCERTAIN, Result.UNSENT, Result.UNSENT]
    assert outcomes[0].stage is Stage.BODY
    assert len(fake.heard) <= 1


@KINDS
@pytest.mark.parametrize("body", ['{"half', "", "[]", "null", "<html>Hi</html>", "7"])
def test_a_yes_that_cannot_be_read_is_in_doubt(kind, body, sent):
    with FakeProvider(Reply(200, body)) as fake:
        [outcome] = sent(kind, fake)
    assert outcome.result is Result.UNCERTAIN


@KINDS
@pytest.mark.parametrize(
    ("status", "result"),
    [
        (500, Result.UNSENT),
        (503, Result.THROTTLED),
        (429, Result.THROTTLED),
        (502, Result.UNCERTAIN),
        (504, Result.UNCERTAIN),
        (403, Result.UNSENT),
        (404, Result.UNSENT),
        (413, Result.REFUSED),
        (301, Result.REFUSED),
        (418, Result.REFUSED),
    ],
)
def test_a_status_alone_says_enough(kind, status, result, sent):
    headers = {"Location": "http://127.0.0.1:1/"}
    with FakeProvider(Reply(status, "<html>no JSON</html>", headers)) as fake:
        [outcome] = sent(kind, fake)
    assert outcome.result is result
    assert str(status) in outcome.text
    if result is Result.REFUSED:
        assert outcome.stage is Stage.SENDER


@KINDS
def test_nobody_listening_leaves_everything_unsent(kind, sent):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    outcomes = sent(kind, f"http://127.0.0.1:{port}", THREE)
    assert results(outcomes) == [Result.UNSENT] * 3
    assert {(one.stage, one.code) for one in outcomes} == {(Stage.CONNECTION, 0)}


def test_a_host_that_does_not_exist_leaves_everything_unsent(sent):
    assert results(sent("brevo", "https://nowhere.invalid")) == [Result.UNSENT]


def test_a_provider_whose_certificate_is_not_trusted_hears_no_key(sent):
    """TLS against a port that speaks plain HTTP fails before a byte of the request."""
    with FakeProvider(RECORDED["brevo"].yes) as fake:
        [outcome] = sent("brevo", fake.url.replace("http:", "https:"))
    assert outcome.result is Result.UNSENT
    assert fake.heard == []


def test_a_key_never_goes_without_tls_beyond_this_machine():
    with pytest.raises(ValueError, match="without TLS"):
        Http("http://api.example.com", seconds=1, requests=1)
    for provider in kinds.PROVIDERS.values():
        assert all(base.startswith("https://") for base in provider.addresses.values())


def test_certificates_are_checked():
    connection = Http("https://api.example.com", seconds=1, requests=1)._connection
    assert connection._context.verify_mode is ssl.CERT_REQUIRED
    assert connection._context.check_hostname


@KINDS
def test_a_connection_the_provider_closed_meanwhile_is_opened_again(kind, monkeypatch):
    with FakeProvider(RECORDED[kind].yes) as fake:
        fake.leaves_after_each = True
        lead_to(monkeypatch, kind, fake.url)
        transport = kinds.transport(RECORDED[kind].server)
        for outcome in transport.send(THREE):
            assert outcome.result is Result.ACCEPTED
            waiting = select.poll()
            waiting.register(transport._http._connection.sock, select.POLLIN)
            assert waiting.poll(30_000)
        transport.close()
    assert (len(fake.heard), fake.connections) == (3, 3)


def test_a_connection_carries_no_more_messages_than_the_limit(sent):
    with FakeProvider(RECORDED["postmark"].yes) as fake:
        sent("postmark", fake, THREE, messages_per_connection=2)
    assert fake.connections == 2


def test_what_was_not_told_when_the_caller_stops_has_not_been_sent(monkeypatch):
    with FakeProvider(RECORDED["brevo"].yes) as fake:
        lead_to(monkeypatch, "brevo", fake.url)
        transport = kinds.transport(RECORDED["brevo"].server)
        outcomes = transport.send(THREE)
        next(outcomes)
        outcomes.close()
        assert len(fake.heard) == 1
        assert results(transport.send([ANA])) == [Result.ACCEPTED]
        transport.close()
    assert fake.connections == 1


@pytest.mark.parametrize(
    ("changes", "enhanced"),
    [
        ({"rcpt_to": "no address"}, "5.1.3"),
        ({"rcpt_to": "ana\r\nBcc: x@example.org"}, "5.1.3"),
        ({"rcpt_to": "añá@example.org"}, "5.6.7"),
        ({"body": b"From: \xc3\xa9@shop.example\r\n\r\nHi\r\n"}, "5.1.7"),
        ({"body": BODY + b"x" * 40_000_000}, "5.3.4"),
    ],
)
@KINDS
def test_what_no_request_can_hold_is_refused_before_it_is_made(
    kind, changes, enhanced, sent
):
    with FakeProvider(RECORDED[kind].yes) as fake:
        [outcome] = sent(kind, fake, [ANA._replace(**changes)])
    assert (outcome.result, outcome.stage) == (Result.REFUSED, Stage.LOCAL)
    assert outcome.enhanced == enhanced
    assert fake.heard == []


@KINDS
def test_a_domain_in_another_script_goes_as_ascii(kind, sent):
    envelope = ANA._replace(rcpt_to="ana@bücher.example")
    with FakeProvider(RECORDED[kind].yes) as fake:
        assert results(sent(kind, fake, [envelope])) == [Result.ACCEPTED]
    assert b"ana@xn--bcher-kva.example" in fake.heard[0].body


@KINDS
def test_neither_an_address_nor_the_key_stays_in_what_is_stored(kind, sent):
    secret = RECORDED[kind].server.secret
    said = f"ana@example.org from news@shop.example with {secret} is refused"
    body = {"message": said, "Message": said, "type": "x", "code": "x"}
    for status in (400, 401, 422, 429, 500):
        with FakeProvider(Reply(status, body)) as fake:
            [outcome] = sent(kind, fake)
        assert "is refused" in outcome.text
        for hidden in ("ana@", "news@", "@example.org", secret):
            assert hidden not in outcome.text


@KINDS
def test_it_describes_itself_without_the_network(kind):
    described = kinds.transport(RECORDED[kind].server).describe()
    assert described.encrypted
    assert described.largest_message > 1_000_000
    assert not described.international


def test_a_kind_or_region_that_does_not_exist_is_none():
    with pytest.raises(BadApiServer, match="kind"):
        kinds.transport(ApiServer("fax", "key"))
    with pytest.raises(BadApiServer, match="region"):
        kinds.transport(dataclasses.replace(RECORDED["ses"].server, region="moon"))
    with pytest.raises(BadApiServer):
        dataclasses.replace(RECORDED["ses"].server, messages_per_connection=0)


def test_each_describes_the_host_of_the_provider():
    names = {
        kind: kinds.transport(one.server).describe().name
        for kind, one in RECORDED.items()
    }
    assert names == {
        "ses": "email.eu-west-3.amazonaws.com",
        "brevo": "api.brevo.com",
        "mailgun": "api.eu.mailgun.net",
        "postmark": "api.postmarkapp.com",
        "scaleway": "api.scaleway.com",
    }


AMAZON = {"x-amzn-ErrorType": "SendingPausedException"}


@pytest.mark.parametrize(
    ("kind", "answer", "result", "stage"),
    [
        (
            "postmark",
            Reply(422, {"ErrorCode": 406, "Message": "marked as inactive"}),
            Result.REFUSED,
            Stage.RECIPIENT,
        ),
        (
            "postmark",
            Reply(503, {"ErrorCode": 100, "Message": "Maintenance"}),
            Result.UNSENT,
            Stage.CONNECTION,
        ),
        (
            "postmark",
            Reply(422, {"ErrorCode": 300, "Message": "Invalid 'From' address"}),
            Result.REFUSED,
            Stage.SENDER,
        ),
        (
            "postmark",
            Reply(200, {"ErrorCode": 300, "Message": "Odd"}),
            Result.UNCERTAIN,
            Stage.BODY,
        ),
        (
            "brevo",
            Reply(402, {"code": "not_enough_credits", "message": "no credit left"}),
            Result.THROTTLED,
            Stage.CONNECTION,
        ),
        (
            "brevo",
            Reply(400, {"code": "duplicate_parameter", "message": "idempotencyKey"}),
            Result.UNCERTAIN,
            Stage.BODY,
        ),
        (
            "ses",
            Reply(400, {"message": "sending is paused"}, AMAZON),
            Result.UNSENT,
            Stage.CONNECTION,
        ),
        (
            "mailgun",
            Reply(200, "Mailgun Magnificent API"),
            Result.UNSENT,
            Stage.CONNECTION,
        ),
        (
            "mailgun",
            Reply(403, {"message": "Domain is not allowed to send"}),
            Result.UNSENT,
            Stage.CONNECTION,
        ),
        (
            "scaleway",
            Reply(429, {"type": "too_many_requests", "message": "too many"}),
            Result.THROTTLED,
            Stage.CONNECTION,
        ),
        (
            "scaleway",
            Reply(400, {"type": "invalid_arguments", "details": ["odd", 7]}),
            Result.REFUSED,
            Stage.SENDER,
        ),
        ("scaleway", Reply(200, {"emails": ["odd"]}), Result.UNCERTAIN, Stage.BODY),
    ],
)
def test_what_a_provider_says_in_its_own_way_is_understood(
    kind, answer, result, stage, sent
):
    with FakeProvider(answer) as fake:
        [outcome] = sent(kind, fake)
    assert (outcome.result, outcome.stage) == (result, stage)


def test_how_long_to_wait_is_told_with_the_words(sent):
    with FakeProvider(RECORDED["brevo"].too_fast) as fake:
        [outcome] = sent("brevo", fake)
    assert outcome.text == (
        "too_many_requests: Rate limit exceeded (HTTP 429), retry after 17 seconds"
    )
