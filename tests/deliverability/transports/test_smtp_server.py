"""An address of a server is safe unless it says otherwise in so many words."""

import pytest

from webapp.deliverability.transports.smtp_server import (
    BadSmtpServer,
    Security,
    SmtpServer,
)


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 587, "starttls"),
        ("smtp://mail.example:25", "mail.example", 25, "starttls"),
        ("smtp://mail.example?security=none", "mail.example", 25, "none"),
        ("smtp://mail.example:2465/?security=tls", "mail.example", 2465, "tls"),
        ("smtps://mail.example", "mail.example", 465, "tls"),
        ("smtp://localhost:1025", "localhost", 1025, "none"),
        ("smtp://127.0.0.1", "127.0.0.1", 25, "none"),
        ("smtp://[::1]:25", "::1", 25, "none"),
        ("smtp://localhost?security=starttls", "localhost", 587, "starttls"),
    ],
)
def test_the_connection_is_secret_unless_it_stays_on_this_machine(
    url, host, port, security
):
    server = SmtpServer.from_url(url)
    assert (server.host, server.port, server.security) == (host, port, security)


def test_user_and_password_may_hold_any_character():
    server = SmtpServer.from_url("smtps://a%40b.example:p%2F%3A%C3%A9@mail.example")
    assert (server.username, server.password) == ("a@b.example", "p/:é")


def test_every_term_can_be_told():
    server = SmtpServer.from_url(
        "smtp://mail.example?verify=no&helo=out.shop.example&timeout=5"
        "&dot_timeout=900&messages_per_connection=20"
    )
    assert (server.verify, server.helo_name) == (False, "out.shop.example")
    assert (server.timeout, server.dot_timeout) == (5, 900)
    assert server.messages_per_connection == 20


def test_the_reply_to_the_dot_may_take_ten_minutes():
    assert SmtpServer("mail.example", 25).dot_timeout >= 600


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("http://mail.example", "smtp:// or smtps://"),
        ("mail.example:25", "smtp:// or smtps://"),
        ("smtp://", "no host"),
        ("smtp://mail.example:x", "cannot be read"),
        ("smtp://mail.example:0", "port"),
        ("smtp://mail.example/inbox", "nothing but options"),
        ("smtp://mail exam", "host name"),
        ("smtp://mail.example?secure=1", "no option “secure”"),
        ("smtp://mail.example?security=ssl", "“security”"),
        ("smtp://mail.example?verify=perhaps", "“verify”"),
        ("smtp://mail.example?timeout=-1", "timeout"),
        ("smtp://mail.example?timeout=nan", "timeout"),
        ("smtp://mail.example?messages_per_connection=0", "no message"),
        ("smtp://mail.example?helo=a%0D%0AMAIL", "greeting name"),
        ("smtps://mail.example?security=none", "smtps://"),
        ("smtp://:hush@mail.example", "user name"),
        ("smtp://me:hush@mail.example?security=none", "without TLS"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_but_not_the_password(url, complaint):
    with pytest.raises(BadSmtpServer, match=complaint) as refusal:
        SmtpServer.from_url(url)
    assert "hush" not in str(refusal.value)


def test_the_password_is_not_shown_when_printed():
    assert "hush" not in repr(SmtpServer.from_url("smtps://me:hush@mail.example"))


def test_a_password_may_cross_this_machine_in_clear():
    server = SmtpServer.from_url("smtp://me:hush@localhost:1025")
    assert server.security is Security.NONE
