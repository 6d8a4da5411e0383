"""No mail and no password before the server is the right one, and nobody listens."""

import datetime as dt
import ipaddress
import socket
import ssl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.fakes_smtp import Act, FakeSmtpServer
from webapp.deliverability.transports import Envelope, Result, Stage
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_server import Security, SmtpServer

LETTERS = [
    Envelope(
        n, "news@shop.example", f"p{n}@example.org", b"Subject: Hi\r\n\r\n.dot\r\n"
    )
    for n in range(2)
]
TLS = ("STARTTLS", "PIPELINING")


def send_to(server):
    transport = SmtpTransport(server)
    try:
        return list(transport.send(LETTERS))
    finally:
        transport.close()


def results(outcomes):
    return {outcome.result for outcome in outcomes}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that only those who are told to will trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_starttls_with_a_trusted_certificate_carries_the_mail(server_tls, trusted):
    with FakeSmtpServer(extensions=TLS, tls=server_tls) as server:
        outcomes = send_to(server.address(security=Security.STARTTLS))
    assert results(outcomes) == {Result.ACCEPTED}
    assert server.verbs().count("EHLO") == 2
    assert len(server.accepted) == 2


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_an_untrusted_certificate_gets_no_mail(server_tls, security):
    with FakeSmtpServer(extensions=TLS, tls=server_tls) as server:
        server.tls_first = security is Security.TLS
        outcomes = send_to(server.address(security=security))
    assert results(outcomes) == {Result.UNSENT}
    assert "certificate is not trusted" in outcomes[0].text
    assert "MAIL" not in server.verbs()


def test_a_certificate_of_another_host_gets_no_mail(server_tls, trusted):
    with FakeSmtpServer(extensions=TLS, tls=server_tls) as server:
        there = server.address(security=Security.STARTTLS)
        outcomes = send_to(SmtpServer("localhost", there.port, timeout=2))
    assert results(outcomes) == {Result.UNSENT}
    assert server.accepted == []


def test_an_unchecked_certificate_is_taken_when_the_terms_say_so(server_tls):
    with FakeSmtpServer(extensions=TLS, tls=server_tls) as server:
        terms = server.address(security=Security.STARTTLS, verify=False)
        assert results(send_to(terms)) == {Result.ACCEPTED}


def test_tls_from_the_first_byte_carries_a_message_of_many_records(server_tls, trusted):
    body = b"Subject: Large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 5_000
    letters = [Envelope(n, "a@shop.example", "p@example.org", body) for n in range(3)]
    with FakeSmtpServer(extensions=TLS, tls=server_tls) as server:
        server.tls_first = True
        transport = SmtpTransport(server.address(security=Security.TLS))
        outcomes = list(transport.send(letters))
        transport.close()
    assert results(outcomes) == {Result.ACCEPTED}
    assert [kept for _, kept in server.accepted] == [body] * 3


def test_a_server_without_starttls_gets_no_mail():
    with FakeSmtpServer() as server:
        outcomes = send_to(server.address(security=Security.STARTTLS))
    assert results(outcomes) == {Result.UNSENT}
    assert outcomes[0].text == "the server does not offer STARTTLS"
    assert "MAIL" not in server.verbs()


def test_words_slipped_in_before_tls_end_the_conversation(server_tls, trusted):
    answer = lambda verb, _: (  # noqa: E731
        "220 go\r\n250 slipped in" if verb == "STARTTLS" else None
    )
    with FakeSmtpServer(answer, extensions=TLS, tls=server_tls) as server:
        outcomes = send_to(server.address(security=Security.STARTTLS))
    assert results(outcomes) == {Result.UNSENT}
    assert "before TLS" in outcomes[0].text


@pytest.mark.parametrize(
    ("banner", "result"),
    [
        ("554 5.7.1 You are on a list, x@y.example", Result.UNSENT),
        ("421 4.7.0 Too many connections", Result.THROTTLED),
        ("450 4.7.1 Later", Result.THROTTLED),
    ],
)
def test_a_server_that_does_not_want_us_is_not_the_persons_fault(banner, result):
    answer = lambda verb, _: banner if verb == "CONNECT" else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send_to(server.address())
    assert results(outcomes) == {result}
    assert {o.code for o in outcomes} == {int(banner[:3])}
    assert {o.stage for o in outcomes} == {Stage.CONNECTION}
    assert server.connections == 1
    assert "@" not in outcomes[0].text


def test_nobody_listening_leaves_everything_unsent():
    with FakeSmtpServer() as server:
        gone = server.address()
    assert results(send_to(gone)) == {Result.UNSENT}


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 70 + ".example"])
def test_a_host_that_does_not_exist_leaves_everything_unsent(host):
    assert results(send_to(SmtpServer(host, 25, Security.NONE))) == {Result.UNSENT}


def test_a_server_that_only_knows_helo_is_served_without_extensions():
    answer = lambda verb, _: "502 What?" if verb == "EHLO" else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send_to(server.address(helo_name="mail.shop.example"))
    assert results(outcomes) == {Result.ACCEPTED}
    assert server.commands[1] == "HELO mail.shop.example"


def test_without_a_name_we_greet_with_our_address():
    with FakeSmtpServer() as server:
        send_to(server.address())
    assert server.commands[0] == "EHLO [127.0.0.1]"


class Inbox:
    """Keeps what aiosmtpd received."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.rcpt_tos, envelope.original_content))
        return "250 2.0.0 kept"


def check(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (b"shop", "pâsse".encode())
    return AuthResult(success=right, handled=right)


@pytest.fixture
def aiosmtpd():
    started = []

    def start(**how):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(Inbox(), hostname="127.0.0.1", port=port, **how)
        controller.start()
        started.append(controller)
        return controller.handler, port

    yield start
    for controller in started:
        controller.stop()


@pytest.mark.parametrize("excluded", [[], ["PLAIN"]])
@pytest.mark.parametrize(
    ("password", "result"), [("pâsse", Result.ACCEPTED), ("wrong", Result.UNSENT)]
)
def test_the_password_decides(
    aiosmtpd, server_tls, trusted, excluded, password, result
):
    inbox, port = aiosmtpd(
        authenticator=check,
        auth_required=True,
        auth_exclude_mechanism=excluded,
        tls_context=server_tls,
    )
    outcomes = send_to(
        SmtpServer("127.0.0.1", port, username="shop", password=password)
    )
    assert results(outcomes) == {result}
    assert {o.code for o in outcomes} == {250 if inbox.letters else 535}
    assert len(inbox.letters) == (2 if result is Result.ACCEPTED else 0)


def test_aiosmtpd_gets_the_body_byte_for_byte(aiosmtpd):
    inbox, port = aiosmtpd()
    send_to(SmtpServer("127.0.0.1", port, Security.NONE))
    assert [content for _, content in inbox.letters] == [e.body for e in LETTERS]


def test_a_server_without_a_way_to_sign_in_gets_no_mail():
    with FakeSmtpServer() as server:
        outcomes = send_to(server.address(username="shop", password="secret"))
    assert results(outcomes) == {Result.UNSENT}
    assert "secret" not in repr(server.address(username="a", password="secret"))
    assert "MAIL" not in server.verbs()


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        ("454 4.7.0 TLS not available", Result.THROTTLED),
        ("502 5.5.1 Not implemented", Result.UNSENT),
        (Act.DROP, Result.UNSENT),
        (Act.SILENCE, Result.UNSENT),
    ],
)
def test_starttls_that_fails_is_never_followed_by_mail_in_clear(
    server_tls, reply, result
):
    answer = lambda verb, _: reply if verb == "STARTTLS" else None  # noqa: E731
    with FakeSmtpServer(answer, extensions=TLS, tls=server_tls) as server:
        terms = server.address(security=Security.STARTTLS, username="a", password="b")
        outcomes = send_to(terms)
    assert results(outcomes) == {result}
    assert outcomes[0].text
    assert {"MAIL", "AUTH"}.isdisjoint(server.verbs())
    assert server.connections == 1


@pytest.mark.parametrize("speaks", ["nothing", "plain SMTP"])
def test_a_server_that_speaks_no_tls_from_the_start_gets_no_mail(speaks):
    answer = lambda verb, _: Act.SILENCE if speaks == "nothing" else None  # noqa: E731
    with FakeSmtpServer(answer) as server:
        outcomes = send_to(server.address(security=Security.TLS))
    assert results(outcomes) == {Result.UNSENT}
    assert outcomes[0].text
    assert "EHLO" not in server.verbs()
    assert server.accepted == []


@pytest.mark.parametrize(
    ("reply", "result", "code"),
    [
        ("535 5.7.8 Bad credentials for shop@shop.example", Result.UNSENT, 535),
        ("454 4.7.0 Temporary authentication failure", Result.THROTTLED, 454),
        ("421 4.7.0 Too many attempts", Result.THROTTLED, 421),
        (Act.DROP, Result.UNSENT, 0),
        (Act.SILENCE, Result.UNSENT, 0),
    ],
)
def test_a_refused_password_is_tried_once_and_told_without_it(reply, result, code):
    answer = lambda verb, _: reply if verb == "UNKNOWN" else None  # noqa: E731
    with FakeSmtpServer(answer, extensions=("AUTH PLAIN",)) as server:
        outcomes = send_to(server.address(username="shop", password="hush"))
    assert results(outcomes) == {result}
    assert {(o.code, o.stage) for o in outcomes} == {(code, Stage.CONNECTION)}
    assert (server.connections, server.verbs().count("AUTH")) == (1, 1)
    assert "MAIL" not in server.verbs()
    assert "@" not in outcomes[0].text
    assert "hush" not in outcomes[0].text


def test_half_a_minute_of_silence_is_waited_for_and_not_for_ever():
    server = SmtpServer("mail.example", 587)
    assert 30 < server.timeout <= 300
    assert server.dot_timeout >= 600
