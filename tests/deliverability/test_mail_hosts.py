import dataclasses

import pytest

from webapp.deliverability import choosing, mail_hosts
from webapp.deliverability.choosing import Way
from webapp.deliverability.transports.api_server import ApiServer
from webapp.deliverability.transports.smtp_server import Security, SmtpServer


def smtp(host):
    return SmtpServer(host, 587, Security.NONE if host[0] == "1" else Security.STARTTLS)


@pytest.fixture
def named(app, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"], base_url="https://lettres.volontiers.example"
    )
    monkeypatch.setitem(app.extensions, "settings", settings)


def terms(monkeypatch, *servers):
    ways = [Way(number, server) for number, server in enumerate(servers)]
    monkeypatch.setattr(choosing, "ways", lambda workspace: ways)
    return [
        (one.term, one.needed) for one in mail_hosts.mechanisms(mail_hosts.of(None))
    ]


@pytest.mark.parametrize(
    ("server", "term", "needed"),
    [
        (smtp("ssl0.ovh.net"), "include:mx.ovh.com", True),
        (smtp("smtp-relay.gmail.com"), "include:_spf.google.com", True),
        (smtp("smtp-relay.brevo.com"), "include:spf.brevo.com", False),
        (smtp("email-smtp.eu-west-3.amazonaws.com"), "include:amazonses.com", False),
        (smtp("relay.shop.fr"), "a:relay.shop.fr", True),
        (smtp("185.203.113.9"), "ip4:185.203.113.9", True),
        (smtp("127.0.0.1"), "a:lettres.volontiers.example", False),
        (ApiServer("postmark", "x" * 20), "include:spf.mtasv.net", False),
    ],
)
@pytest.mark.usefixtures("named")
def test_each_server_has_its_place_in_spf(monkeypatch, server, term, needed):
    assert terms(monkeypatch, server) == [(term, needed)]


@pytest.mark.usefixtures("named")
def test_two_servers_of_one_provider_are_named_once(monkeypatch):
    servers = [smtp("ssl0.ovh.net"), smtp("smtp.mail.ovh.net")]
    assert terms(monkeypatch, *servers) == [("include:mx.ovh.com", True)]


def test_a_relay_here_without_a_public_name_has_no_place(app, monkeypatch):
    settings = dataclasses.replace(
        app.extensions["settings"], base_url="http://localhost:8000"
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert terms(monkeypatch, smtp("127.0.0.1")) == []


def test_without_a_server_there_is_nothing_to_allow(app, monkeypatch):
    def none(workspace):
        raise choosing.NoMailServer

    monkeypatch.setattr(choosing, "ways", none)
    assert mail_hosts.of(None) == []
