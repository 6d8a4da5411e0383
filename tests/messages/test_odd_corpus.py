"""Whatever people and shops are called, a message stays one message that is read as meant."""

import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes_smtp import FakeSmtpServer
from tests.messages import odd_corpus as odd
from webapp.core import addresses
from webapp.deliverability.transports import Envelope, Result
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_server import Security, SmtpServer
from webapp.messages import headers, mjml
from webapp.messages.enclosing import File
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import MailTokens
from webapp.messages.mime import (
    Blueprint,
    Content,
    Listing,
    Recipient,
    Sender,
    SimpleMail,
    Variant,
    simple_message,
)

DATED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SOURCE = (
    "<mjml><mj-body><mj-section><mj-column>"
    "<mj-text>Bonjour {{ contact.first_name }}, de {{ contact.city }}</mj-text>"
    "</mj-column></mj-section></mj-body></mjml>"
)
SHOP = {"name": "Chez Léa", "address": "1 rue d’Ici", "website": "https://lea.fr"}
FIELDS = [
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "From",
    "List-ID",
    "Feedback-ID",
    "Precedence",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
]


def blueprint(subject="Pour {{ contact.first_name }}", shop="Léa", files=()):
    return Blueprint(
        Content(subject, mjml.compile(SOURCE).html, files=files),
        Sender("lea@shop.example", shop),
        Listing(shop, "nouvelles", campaign=12, workspace=3),
        MailUrls("https://news.example", MailTokens(b"a secret for tests")),
        fixed={"workspace": SHOP},
    )


PLAIN = blueprint()
PDF = File("été « 2026 ».pdf", "application/pdf", b"%PDF-" + b"." * 900)
LOADED = blueprint(files=(PDF,))


def build(name="", *, on=PLAIN, address="anne@example.org"):
    contact = {"first_name": name, "city": name, "email": address}
    recipient = Recipient(address, 7, 3, 9, 5, name, {"contact": contact})
    return on.build(recipient, Variant(), DATED)


def parse(raw):
    return message_from_bytes(raw, policy=policy.default)


def assert_whole(raw, mail):
    """One header, two alternatives, lines as the standards want them."""
    assert [name.lower() for name in mail] == [one.lower() for one in FIELDS]
    assert mail.get_body(("plain",)).get_content()
    assert mail.get_body(("html",)).get_content().rstrip().endswith("</html>")
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert b"\0" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not [line for line in raw.split(b"\r\n") if line.startswith(b".")]


def seen(text):
    """A line as a reader gets it; Python 3.11 leaves spaces between encoded words."""
    return headers.clean(text).replace(" ", "")


@pytest.mark.covers("delivery-8")
@pytest.mark.parametrize("blueprint_of", [PLAIN, LOADED], ids=["plain", "with files"])
@pytest.mark.parametrize("name", odd.NAMES)
def test_whatever_a_reader_is_called_it_is_one_message_to_one_person(
    name, blueprint_of
):
    raw = build(name, on=blueprint_of)
    mail = parse(raw)
    assert_whole(raw, mail)
    (to,) = mail["to"].addresses
    assert to.addr_spec == "anne@example.org"
    assert seen(to.display_name) == seen(name)
    assert mail["subject"].replace(" ", "") == seen(f"Pour {name}")


@pytest.mark.covers("delivery-8")
@pytest.mark.parametrize("shop", [name for name in odd.NAMES if headers.clean(name)])
def test_whatever_a_shop_is_called_it_writes_in_its_name_alone(shop):
    raw = build("Anne", on=blueprint(shop=shop))
    mail = parse(raw)
    assert_whole(raw, mail)
    (sender,) = mail["from"].addresses
    assert sender.addr_spec == "lea@shop.example"
    assert seen(sender.display_name) == seen(shop)
    assert mail["list-id"].endswith("<nouvelles.shop.example>")


@pytest.mark.covers("delivery-8")
@pytest.mark.parametrize("subject", odd.SUBJECTS)
def test_whatever_a_subject_says_it_is_read_as_written(subject):
    written = subject.replace("{{", "{").replace("%(", "(")
    raw = build("Anne", on=blueprint(written))
    mail = parse(raw)
    assert_whole(raw, mail)
    assert mail["subject"] == headers.clean(written)


@pytest.mark.parametrize("name", odd.NAMES)
def test_a_single_mail_holds_out_as_well(name):
    mail = SimpleMail(Sender("lea@shop.example", name), "a@b.example", name, name, "1")
    raw = simple_message(mail, DATED)
    read = parse(raw)
    assert read["subject"] == headers.clean(name)
    assert read.defects == []
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize(("written", "known"), odd.DOMAINS.items())
def test_a_domain_of_any_script_is_written_as_the_dns_knows_it(written, known):
    assert headers.ascii_domain(f"anne@{written}") == f"anne@{known}"
    assert build(address=f"anne@{written}").startswith(f"To: anne@{known}\r\n".encode())


@pytest.mark.parametrize("domain", odd.NO_DOMAINS)
def test_what_is_no_domain_is_refused_before_anything_is_written(domain):
    with pytest.raises(headers.AddressCannotBeWritten):
        build(address=f"anne@{domain}")


@pytest.mark.parametrize("local", odd.LOCAL_PARTS)
def test_an_odd_address_is_written_as_it_is(local):
    mail = parse(build("Anne", address=f"{local}@example.org"))
    (to,) = mail["to"].addresses
    assert to.domain == "example.org"
    assert to.username == unquoted(local)


def unquoted(local):
    if not local.startswith('"'):
        return local
    return local[1:-1].replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.covers("delivery-8")
@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(odd.NAMES), min_size=1, max_size=4).map("".join),
    st.sampled_from(odd.LOCAL_PARTS + odd.OTHER_SCRIPTS),
    st.sampled_from(list(odd.DOMAINS)),
)
def test_any_mixture_stays_one_message(name, local, domain):
    raw = build(name, on=LOADED, address=f"{local}@{domain}")
    mail = parse(raw)
    assert_whole(raw, mail)
    assert len(mail["to"].addresses) == 1
    assert raw == build(name, on=LOADED, address=f"{local}@{domain}")


class Sink:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, _server, _session, envelope):
        self.taken.append((envelope.rcpt_tos, envelope.original_content))
        return "250 2.0.0 Ok"


@contextmanager
def sink(**options):
    """A real SMTP server, and a transport of ours to it."""
    kept = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port, **options)
    controller.start()
    transport = SmtpTransport(SmtpServer("127.0.0.1", port, security=Security.NONE))
    try:
        yield transport, kept
    finally:
        transport.close()
        controller.stop()


def envelopes(people, on=PLAIN):
    return [
        Envelope(
            number, "lea@shop.example", address, build(name, on=on, address=address)
        )
        for number, (name, address) in enumerate(people)
    ]


@pytest.mark.covers("delivery-8")
def test_a_real_server_takes_all_of_them_byte_for_byte():
    people = [(name, "anne@example.org") for name in odd.NAMES]
    unquoted = [local for local in odd.LOCAL_PARTS if not local.startswith('"')]
    people += [("Anne", f"{local}@example.org") for local in unquoted]
    people += [("Anne", f"anne@{domain}") for domain in odd.DOMAINS]
    sent = envelopes(people, on=LOADED)
    with sink() as (transport, kept):
        outcomes = list(transport.send(sent))
    assert {one.result for one in outcomes} == {Result.ACCEPTED}
    assert [content for _to, content in kept.taken] == [one.body for one in sent]
    known = [f"anne@{domain}" for domain in odd.DOMAINS.values()]
    taken = [to.lower() for (to,), _content in kept.taken]
    assert taken[-len(known) :] == known


def test_a_server_of_this_century_takes_addresses_in_every_script():
    sent = envelopes([("Anne", f"{one}@bücher.example") for one in odd.OTHER_SCRIPTS])
    with sink(enable_SMTPUTF8=True) as (transport, kept):
        outcomes = list(transport.send(sent))
    assert {one.result for one in outcomes} == {Result.ACCEPTED}
    assert [to for (to,), _content in kept.taken] == [
        f"{one}@xn--bcher-kva.example" for one in odd.OTHER_SCRIPTS
    ]


def test_an_older_server_is_not_even_asked_and_the_others_get_theirs():
    sent = envelopes([("A", "élodie@example.org"), ("B", "bob@example.org")])
    with FakeSmtpServer(extensions=("PIPELINING", "8BITMIME")) as server:
        transport = SmtpTransport(server.address())
        first, second = transport.send(sent)
        transport.close()
    assert (first.result, first.enhanced) == (Result.REFUSED, "5.6.7")
    assert "SMTPUTF8" in first.text
    assert "élodie" not in first.text
    assert second.result is Result.ACCEPTED
    assert server.recipients == ["bob@example.org"]


@pytest.mark.parametrize("local", ['"anne martin"', '"anne<home>"', '"anne,bob"'])
def test_an_address_that_only_quotes_hold_together_is_refused_at_the_door(local):
    with pytest.raises(addresses.AddressIsNotValid):
        addresses.normalise(f"{local}@example.org")


def test_such_an_address_harms_nobody_elses_message_where_it_comes_in_all_the_same():
    sent = envelopes([("A", '"anne martin"@example.org'), ("B", "bob@example.org")])
    with sink() as (transport, kept):
        first, second = transport.send(sent)
    assert (first.result, first.enhanced) == (Result.REFUSED, "5.1.3")
    assert second.result is Result.ACCEPTED
    assert [to for (to,), _content in kept.taken] == ["bob@example.org"]
