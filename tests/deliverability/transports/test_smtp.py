"""Exactly one outcome per envelope, whatever the server does between two messages."""

import pytest

from tests.fakes_smtp import Act, FakeSmtpServer, Last
from webapp.deliverability.transports import Envelope, Result, Stage
from webapp.deliverability.transports.smtp import SmtpTransport

PLAIN = ("SIZE 1000000", "8BITMIME")
BODY = b"Subject: Hello\r\n\r\nGood day.\r\n"


def envelopes(count, body=BODY):
    return [
        Envelope(number, "news@shop.example", f"p{number}@example.org", body)
        for number in range(count)
    ]


def send(server, letters, **terms):
    transport = SmtpTransport(server.address(**terms))
    try:
        return list(transport.send(letters))
    finally:
        transport.close()


def results(outcomes):
    return [outcome.result for outcome in outcomes]


def when(verb, recipient, reply):
    """A server that is friendly but for one command about one recipient."""
    return lambda said, what: reply if (said, what) == (verb, recipient) else None


both_ways = pytest.mark.parametrize(
    "extensions", [("PIPELINING", *PLAIN), PLAIN], ids=["pipelined", "step by step"]
)


@both_ways
def test_every_message_arrives_once_in_order_and_unchanged(extensions):
    with FakeSmtpServer(extensions=extensions) as server:
        outcomes = send(server, envelopes(5))
    assert results(outcomes) == [Result.ACCEPTED] * 5
    assert [outcome.key for outcome in outcomes] == [0, 1, 2, 3, 4]
    assert server.accepted == [(f"p{n}@example.org", BODY) for n in range(5)]
    assert server.connections == 1


def test_an_accepted_message_keeps_what_the_server_said():
    with FakeSmtpServer() as server:
        [outcome] = send(server, envelopes(1))
    assert (outcome.code, outcome.enhanced) == (250, "2.0.0")
    assert outcome.text == "Ok: queued as 4F2A"
    assert outcome.stage is Stage.BODY


@both_ways
@pytest.mark.parametrize(
    ("verb", "stage"),
    [
        ("RCPT", Stage.RECIPIENT),
        ("DATA", Stage.DATA),
        ("BODY", Stage.BODY),
    ],
)
@pytest.mark.parametrize(
    ("reply", "result", "enhanced"),
    [
        ("550 5.1.1 No such user", Result.REFUSED, "5.1.1"),
        ("451 4.7.1 Greylisted, come back later", Result.DEFERRED, "4.7.1"),
    ],
)
def test_one_refused_person_leaves_the_neighbours_delivered(
    extensions, verb, stage, reply, result, enhanced
):
    answer = when(verb, "p1@example.org", reply)
    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(4))
    accepted = Result.ACCEPTED
    assert results(outcomes) == [accepted, result, accepted, accepted]
    assert outcomes[1].code == int(reply[:3])
    assert (outcomes[1].enhanced, outcomes[1].stage) == (enhanced, stage)
    assert server.recipients == ["p0@example.org", "p2@example.org", "p3@example.org"]
    assert server.connections == 1


@both_ways
def test_a_refused_sender_is_told_as_such_for_each_message(extensions):
    answer = when("MAIL", "news@shop.example", "553 5.7.1 Not your address")
    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(3))
    assert results(outcomes) == [Result.REFUSED] * 3
    assert {(o.code, o.stage) for o in outcomes} == {(553, Stage.SENDER)}
    assert server.accepted == []


def test_a_server_that_asks_for_a_message_without_recipient_gets_an_empty_one():
    def answer(verb, what):
        if (verb, what) == ("RCPT", "p1@example.org"):
            return "550 5.1.1 No such user"
        return "354 Go on" if verb == "DATA" else None

    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(3))
    assert results(outcomes) == [Result.ACCEPTED, Result.REFUSED, Result.ACCEPTED]
    assert server.recipients == ["p0@example.org", "p2@example.org"]
    assert server.connections == 1


def test_no_empty_message_goes_to_an_accepted_recipient_of_a_refused_sender():
    def answer(verb, _what):
        yes = {"MAIL": "550 5.7.1 No", "RCPT": "250 Ok", "DATA": "354 Go on"}
        return yes.get(verb)

    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.UNSENT] * 2
    assert server.accepted == []


def test_after_421_the_rest_is_throttled_and_the_server_is_left_alone():
    answer = when("RCPT", "p2@example.org", Last("421 4.7.28 Too much from you"))
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(5))
    assert results(outcomes) == [Result.ACCEPTED] * 2 + [Result.THROTTLED] * 3
    assert {(o.code, o.enhanced) for o in outcomes[2:]} == {(421, "4.7.28")}
    assert server.connections == 1


def test_421_instead_of_the_reply_to_the_dot_is_a_definite_no():
    answer = when("BODY", "p1@example.org", Last("421 4.3.2 Shutting down"))
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(3))
    assert results(outcomes) == [Result.ACCEPTED] + [Result.THROTTLED] * 2
    assert server.recipients == ["p0@example.org"]


@both_ways
def test_a_server_that_leaves_between_two_messages_is_called_again(extensions):
    answer = when("BODY", "p1@example.org", Last("250 2.0.0 Ok"))
    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(4))
    assert results(outcomes) == [Result.ACCEPTED] * 4
    assert server.recipients == [f"p{n}@example.org" for n in range(4)]
    assert server.connections == 2


def test_a_server_that_always_leaves_before_data_is_not_called_for_ever():
    answer = lambda verb, _what: Act.DROP if verb == "DATA" else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(3))
    assert results(outcomes) == [Result.UNSENT] * 3
    assert (server.accepted, server.connections) == ([], 1)


@pytest.mark.covers("delivery-27")
@both_ways
def test_a_connection_carries_no_more_messages_than_the_limit(extensions):
    with FakeSmtpServer(extensions=extensions) as server:
        outcomes = send(server, envelopes(5), messages_per_connection=2)
    assert results(outcomes) == [Result.ACCEPTED] * 5
    spoken = " ".join(server.verbs())
    sizes = [part.count("MAIL") for part in spoken.split("QUIT")]
    assert sizes == [2, 2, 1, 0]


def test_the_connection_is_kept_between_calls():
    with FakeSmtpServer() as server:
        transport = SmtpTransport(server.address())
        list(transport.send(envelopes(2)))
        list(transport.send(envelopes(2)))
        transport.close()
    assert len(server.accepted) == 4
    assert server.connections == 1
    assert server.verbs()[-1] == "QUIT"


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again():
    answer = when("BODY", "p0@example.org", Last("250 2.0.0 Ok"))
    with FakeSmtpServer(answer) as server:
        transport = SmtpTransport(server.address())
        first = list(transport.send(envelopes(1)))
        second = list(transport.send(envelopes(2)[1:]))
        transport.close()
    assert results(first + second) == [Result.ACCEPTED] * 2


@both_ways
def test_what_was_not_told_when_the_caller_stops_has_not_been_sent(extensions):
    with FakeSmtpServer(extensions=extensions) as server:
        transport = SmtpTransport(server.address())
        sending = transport.send(envelopes(5))
        told = [next(sending), next(sending)]
        sending.close()
        again = list(transport.send(envelopes(5)[2:]))
        transport.close()
    assert results(told + again) == [Result.ACCEPTED] * 5
    assert server.recipients == [f"p{n}@example.org" for n in range(5)]


def test_nothing_to_send_needs_no_connection():
    with FakeSmtpServer() as server:
        assert send(server, []) == []
    assert server.connections == 0


def test_it_describes_its_limits_once_it_has_met_the_server():
    with FakeSmtpServer() as server:
        transport = SmtpTransport(server.address(messages_per_connection=7))
        before = transport.describe()
        list(transport.send(envelopes(1)))
        after = transport.describe()
        transport.close()
    assert (before.messages_per_connection, before.largest_message) == (7, None)
    assert (after.largest_message, after.pipelining) == (1_000_000, True)
    assert not after.encrypted
