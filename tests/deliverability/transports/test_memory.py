"""The outbox of the tests answers what it is told."""

from webapp.deliverability.transports import Envelope, Result, Transport
from webapp.deliverability.transports.memory import MemoryTransport


def envelope(key, rcpt_to):
    return Envelope(key, "news@shop.example", rcpt_to, b"Subject: Hi\r\n\r\nHi\r\n")


def test_it_keeps_what_the_server_of_a_test_accepts():
    transport: Transport = MemoryTransport()
    letters = [envelope(1, "a@example.org"), envelope(2, "b@example.org")]
    outcomes = list(transport.send(letters))
    assert [(o.key, o.result) for o in outcomes] == [
        (1, Result.ACCEPTED),
        (2, Result.ACCEPTED),
    ]
    assert transport.outbox == letters


def test_it_answers_as_told_and_keeps_what_may_have_arrived():
    transport = MemoryTransport()
    transport.answer("a@example.org", Result.REFUSED, enhanced="5.1.1", text="No")
    transport.answer("b@example.org", Result.UNCERTAIN)
    transport.answer("c@example.org", Result.THROTTLED)
    letters = [envelope(n, f"{name}@example.org") for n, name in enumerate("abcd")]
    outcomes = list(transport.send(letters))
    assert [o.result for o in outcomes] == [
        Result.REFUSED,
        Result.UNCERTAIN,
        Result.THROTTLED,
        Result.ACCEPTED,
    ]
    assert (outcomes[0].code, outcomes[0].enhanced) == (550, "5.1.1")
    assert outcomes[2].code == 421
    assert transport.outbox == [letters[1], letters[3]]


def test_it_describes_itself_without_limits():
    transport = MemoryTransport()
    transport.close()
    assert transport.describe().largest_message is None
