"""What goes on the wire is one message for one person, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes_smtp import FakeSmtpServer
from webapp.deliverability.transports import Envelope, Result, Stage
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_letters import Unsendable, write_letter
from webapp.deliverability.transports.smtp_replies import Extensions

ALL = Extensions(
    pipelining=True, eight_bit=True, international=True, announces_size=True
)
BODY = b"Subject: Hello\r\n\r\nGood day.\r\n"


def letter(rcpt_to="anna@example.org", mail_from="b@shop.example", body=BODY, to=ALL):
    return write_letter(Envelope(1, mail_from, rcpt_to, body), to)


BAD = [
    "",
    "anna",
    "@example.org",
    "anna@",
    "anna@example.org\r\nDATA",
    "anna@example.org\n",
    "anna@example.org\0",
    "an na@example.org",
    "<anna@example.org>",
    "anna@example.org> SIZE=1",
    "@relay.example:anna@example.org",
    "a@b@example.org",
    "anna\u2028x@example.org",
    "anna\u0085@example.org",
    "anna\ud800@example.org",
    "anna@exa\u3000mple.org",
    "anna@-\u00e9.example",
    "a" * 250 + "@example.org",
]


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_could_end_the_command_is_refused_before_any_byte(address):
    bad = [
        Envelope(1, "b@shop.example", address, BODY),
        Envelope(2, address or "x", "anna@example.org", BODY),
    ]
    good = Envelope(3, "b@shop.example", "anna@example.org", BODY)
    with FakeSmtpServer() as server:
        transport = SmtpTransport(server.address())
        outcomes = {o.key: o for o in transport.send([bad[0], good, bad[1]])}
        transport.close()
    assert {outcomes[n].result for n in (1, 2)} == {Result.REFUSED}
    assert {outcomes[n].stage for n in (1, 2)} == {Stage.LOCAL}
    assert [outcomes[n].enhanced for n in (1, 2)] == ["5.1.3", "5.1.7"]
    assert server.recipients == ["anna@example.org"]
    assert server.verbs() == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@given(st.text(max_size=40), st.text(max_size=40))
def test_each_command_is_one_line_whatever_the_addresses(mail_from, rcpt_to):
    try:
        written = letter(rcpt_to, mail_from)
    except Unsendable:
        return
    for command in (written.sender, written.recipient):
        assert command.count(b"\n") == command.count(b"\r") == 1
        assert command.endswith(b"\r\n")
        assert (command.count(b"<"), command.count(b">")) == (1, 1)


def test_a_bounce_address_may_be_empty():
    assert letter(mail_from="").sender == b"MAIL FROM:<> SIZE=29\r\n"


@given(
    st.lists(
        st.sampled_from([b".", b"..", b"\r\n", b"\n", b"\r\n.\r\n", b"text", b".x"])
    ).map(b"".join)
)
def test_nothing_in_a_body_can_end_the_message(body):
    wire = letter(body=body).body
    assert wire.endswith(b"\r\n")
    lines = wire.split(b"\n")
    assert not {b".", b".\r"} & set(lines)
    unstuffed = [line.removeprefix(b".") for line in lines]
    assert b"\n".join(unstuffed) in {body, body + b"\r\n"}


def test_a_message_larger_than_the_server_takes_is_refused_without_asking():
    server = Extensions(announces_size=True, largest_message=100)
    with pytest.raises(Unsendable) as refusal:
        letter(body=b"x" * 101, to=server)
    assert refusal.value.enhanced == "5.3.4"
    assert b"SIZE=100" in letter(body=b"x" * 100, to=server).sender


def test_a_server_without_the_extensions_hears_nothing_of_them():
    assert letter(to=Extensions()).sender == b"MAIL FROM:<b@shop.example>\r\n"


def test_a_domain_in_another_script_goes_as_ascii():
    written = letter(rcpt_to="anna@bücher.example", to=Extensions())
    assert written.recipient == b"RCPT TO:<anna@xn--bcher-kva.example>\r\n"


def test_a_local_part_in_another_script_needs_smtputf8():
    written = letter(rcpt_to="zoé@bücher.example")
    assert written.recipient == "RCPT TO:<zoé@xn--bcher-kva.example>\r\n".encode()
    assert written.sender.endswith(b" SMTPUTF8\r\n")
    with pytest.raises(Unsendable, match="SMTPUTF8") as refusal:
        letter(rcpt_to="zoé@example.org", to=Extensions(eight_bit=True))
    assert refusal.value.enhanced == "5.6.7"


def test_an_8_bit_body_is_announced_or_refused():
    body = "Subject: Hello\r\n\r\nÀ bientôt\r\n".encode()
    assert b" BODY=8BITMIME\r\n" in letter(body=body).sender
    with pytest.raises(Unsendable) as refusal:
        letter(body=body, to=Extensions())
    assert refusal.value.enhanced == "5.6.3"


def test_raw_headers_in_another_script_need_smtputf8():
    body = "Subject: Été\r\n\r\nHello\r\n".encode()
    assert letter(body=body).sender.endswith(b" BODY=8BITMIME SMTPUTF8\r\n")


def test_an_envelope_shows_neither_address_nor_message_when_printed():
    shown = repr(Envelope(7, "b@shop.example", "anna@example.org", BODY))
    assert shown == "Envelope(key=7)"
