"""What is known of a message when the conversation breaks, at any byte of it."""

import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes_smtp import Act, FakeSmtpServer, Fault, Last
from webapp.deliverability.transports import Envelope, Result, Stage
from webapp.deliverability.transports.smtp import SmtpTransport

PLAIN = ("SIZE 1000000", "8BITMIME")
PIPELINED = ("PIPELINING", *PLAIN)
BODY = b"Subject: Hello\r\n\r\nGood day.\r\n.hidden\r\n"


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
    return lambda said, what: reply if (said, what) == (verb, recipient) else None


both_ways = pytest.mark.parametrize(
    "extensions", [PIPELINED, PLAIN], ids=["pipelined", "step by step"]
)


@pytest.mark.covers("delivery-23")
@both_ways
@pytest.mark.parametrize("act", list(Act))
def test_no_reply_to_the_dot_leaves_one_message_uncertain(extensions, act):
    answer = when("BODY", "p1@example.org", act)
    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(4))
    uncertain, unsent = Result.UNCERTAIN, Result.UNSENT
    assert results(outcomes) == [Result.ACCEPTED, uncertain, unsent, unsent]
    assert (outcomes[1].stage, outcomes[1].code) == (Stage.BODY, 0)
    assert server.recipients == ["p0@example.org", "p1@example.org"]


@both_ways
@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("act", list(Act))
def test_a_break_before_the_body_leaves_everything_unsent(extensions, verb, act):
    answer = lambda said, _what: act if said == verb else None  # noqa: E731
    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.UNSENT] * 2
    assert server.accepted == []


@pytest.mark.parametrize("hard", [True, False], ids=["reset", "closed"])
def test_a_break_in_the_middle_of_a_large_body_is_unsent(hard):
    large = b"Subject: Large\r\n\r\n" + b"x" * 70 + b"\r\n"
    large += (b"y" * 76 + b"\r\n") * 200_000
    fault = Fault(read=200_000)
    with FakeSmtpServer(extensions=("PIPELINING",), fault=fault, hard=hard) as server:
        outcomes = send(server, envelopes(2, large))
    assert results(outcomes) == [Result.UNSENT] * 2
    assert server.accepted == []


def test_a_server_that_stops_reading_a_large_body_is_unsent():
    large = b"Subject: Large\r\n\r\n" + (b"y" * 76 + b"\r\n") * 200_000
    answer = when("DATA", "p0@example.org", "354 Go on")
    with FakeSmtpServer(answer, extensions=("PIPELINING",)) as server:
        server.stops_reading_bodies = True
        outcomes = send(server, envelopes(2, large))
    assert results(outcomes) == [Result.UNSENT] * 2


def test_a_body_refused_before_its_end_is_never_taken_as_accepted():
    large = b"Subject: Large\r\n\r\n" + (b"y" * 76 + b"\r\n") * 200_000
    answer = when("DATA", "p0@example.org", Last("354 Go on\r\n250 2.0.0 Thanks"))
    with FakeSmtpServer(answer, extensions=("PIPELINING",)) as server:
        outcomes = send(server, envelopes(1, large))
    assert outcomes[0].result in {Result.UNCERTAIN, Result.UNSENT}


@pytest.mark.parametrize("reply", ["999 What", "hello", "354 More?", "25 Ok"])
def test_nonsense_after_the_dot_is_uncertain(reply):
    answer = when("BODY", "p0@example.org", reply)
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.UNCERTAIN, Result.UNSENT]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["199 What", "nonsense", "600 No"])
def test_nonsense_before_the_body_is_unsent(verb, reply):
    answer = lambda said, _what: reply if said == verb else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.UNSENT] * 2
    assert server.accepted == []


@pytest.mark.parametrize(("verb", "reply"), [("MAIL", "354 Go"), ("DATA", "250 Ok")])
def test_a_yes_to_another_question_is_unsent(verb, reply):
    answer = lambda said, _what: reply if said == verb else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.UNSENT] * 2
    assert server.accepted == []


@both_ways
def test_a_server_that_refuses_to_start_again_is_left(extensions):
    def answer(verb, what):
        if (verb, what) == ("RCPT", "p0@example.org"):
            return "550 5.1.1 No such user"
        return "502 5.5.1 Not here" if verb == "RSET" else None

    with FakeSmtpServer(answer, extensions=extensions) as server:
        outcomes = send(server, envelopes(2))
    assert results(outcomes) == [Result.REFUSED, Result.UNSENT]


@both_ways
@pytest.mark.parametrize("how", ["one_byte_at_a_time", "all_at_once"])
def test_replies_count_however_they_are_cut_into_packets(extensions, how):
    answer = when("RCPT", "p1@example.org", "550-5.1.1 No\r\n550 5.1.1 such user")
    with FakeSmtpServer(answer, extensions=extensions, **{how: True}) as server:
        outcomes = send(server, envelopes(3), timeout=5, dot_timeout=5)
    assert results(outcomes) == [Result.ACCEPTED, Result.REFUSED, Result.ACCEPTED]
    assert outcomes[1].text == "No such user"


def test_a_server_that_dribbles_for_ever_is_given_up_in_time():
    answer = when("BODY", "p0@example.org", "250-Wait\r\n" * 5_000 + "250 Ok")
    with FakeSmtpServer(answer, one_byte_at_a_time=True) as server:
        outcomes = send(server, envelopes(1))
    assert results(outcomes) == [Result.UNCERTAIN]


def test_a_reply_without_end_is_not_kept_in_memory():
    answer = when("MAIL", "news@shop.example", "250-\r\n" * 20_000 + "250 Ok")
    with FakeSmtpServer(answer) as server:
        [outcome] = send(server, envelopes(1), timeout=10)
    assert (outcome.result, outcome.text) == (Result.UNSENT, "a reply without end")


REPLIES = {
    "MAIL": ["451 4.3.0 Later", "550 5.7.1 No"],
    "RCPT": ["450 4.2.1 Later", "550 5.1.1 No", "421 4.7.0 Go away"],
    "DATA": ["451 4.3.0 Later", "554 5.5.1 No", "354 Go on"],
    "BODY": ["452 4.3.1 Full", "552 5.3.4 No", Last("421 4.3.2 Bye"), *Act],
}
answers = st.dictionaries(
    st.tuples(st.sampled_from(sorted(REPLIES)), st.integers(min_value=0, max_value=5)),
    st.integers(min_value=0, max_value=4),
    max_size=4,
)
byte = st.integers(min_value=0, max_value=1500)
faults = st.one_of(
    st.just((None, None)), st.tuples(byte, st.none()), st.tuples(st.none(), byte)
)


@pytest.mark.covers("delivery-23")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answers=answers,
    fault=faults,
    pipelined=st.booleans(),
    hard=st.booleans(),
    limit=st.integers(min_value=1, max_value=7),
)
def test_outcomes_never_contradict_what_the_server_has(
    answers, fault, pipelined, hard, limit
):
    def answer(verb, what):
        if not what or not what.startswith("p"):
            return None
        chosen = answers.get((verb, int(what[1])))
        return None if chosen is None else REPLIES[verb][chosen % len(REPLIES[verb])]

    server = FakeSmtpServer(
        answer,
        extensions=PIPELINED if pipelined else PLAIN,
        fault=Fault(*fault),
        hard=hard,
    )
    with server:
        outcomes = send(
            server,
            envelopes(6),
            timeout=0.3,
            dot_timeout=0.3,
            messages_per_connection=limit,
        )
    assert_consistent(server, outcomes)


def assert_consistent(server, outcomes):
    has = server.recipients
    told = {
        result: {f"p{o.key}@example.org" for o in outcomes if o.result is result}
        for result in Result
    }
    assert sorted(outcome.key for outcome in outcomes) == list(range(6))
    assert len(has) == len(set(has))
    assert told[Result.ACCEPTED] <= set(has)
    assert set(has) <= told[Result.ACCEPTED] | told[Result.UNCERTAIN]
    assert len(told[Result.UNCERTAIN]) <= 1
    assert all(body == BODY for _, body in server.accepted)


class LeakySocket(socket.socket):
    """Takes so many bytes in all, in small pieces, and then fails."""

    left = 0

    def send(self, data, *flags):
        if self.left <= 0:
            raise BrokenPipeError(32, "Broken pipe")
        sent = super().send(data[: min(self.left, 7)], *flags)
        self.left -= sent
        return sent


@pytest.mark.covers("delivery-23")
@settings(max_examples=100, deadline=None)
@given(
    kept=st.integers(min_value=0, max_value=900),
    silent=st.integers(min_value=0, max_value=6),
    pipelined=st.booleans(),
)
def test_outcomes_are_right_wherever_the_kernel_stops_taking_bytes(
    kept, silent, pipelined
):
    def leaky(*args, **kwargs):
        opened = LeakySocket(fileno=real(*args, **kwargs).detach())
        opened.left = kept
        return opened

    real = socket.create_connection
    extensions = PIPELINED if pipelined else PLAIN
    answer = when("BODY", f"p{silent}@example.org", Act.DROP)
    with (
        FakeSmtpServer(answer, extensions=extensions) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(socket, "create_connection", leaky)
        outcomes = send(server, envelopes(6))
    assert_consistent(server, outcomes)
