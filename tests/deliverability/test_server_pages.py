"""The pages where mail servers are chosen, entered, tried, switched off and removed."""

import dataclasses

import pytest

from tests.factories import accounts as make_accounts
from tests.fakes_http_mail import RECORDED, FakeProvider, lead_to
from tests.fakes_smtp import FakeSmtpServer
from webapp.core.db import db
from webapp.core.encryption import decrypt
from webapp.deliverability import mail_servers
from webapp.deliverability.mail_servers import Terms
from webapp.deliverability.models import ServerKind
from webapp.deliverability.transports.smtp_server import Security

PAGE = "/w/maison-tilleul/settings/sending/"
SERVERS = f"{PAGE}servers/"
SMTP = {
    "name": "Ours",
    "host": "smtp.example.com",
    "port": "587",
    "security": "starttls",
    "username": "anna",
    "weight": "100",
}
BREVO = {"name": "Brevo", "secret": "xkeysib-1", "weight": "0"}
TERMS = Terms("smtp.example.com", 587, Security.STARTTLS, "anna", "secret", name="Ours")


@pytest.fixture
def server(workspace):
    return mail_servers.add(workspace, TERMS)


@pytest.fixture
def reached_at(workspace):
    """reached_at(fake) is a server of the workspace that is the fake one."""

    def at(fake):
        terms = Terms("127.0.0.1", fake.port, Security.NONE, name="Fake")
        return mail_servers.add(workspace, terms)

    return at


def test_without_servers_the_page_says_where_mail_goes(owner, app, settings):
    assert "No e-mail leaves this machine" in owner.get(PAGE).text
    assert "There is no mail server yet" in owner.get(PAGE).text
    url = "smtp://mail.example.com"
    app.extensions["settings"] = dataclasses.replace(settings, smtp_url=url)
    try:
        assert "the server of this installation" in owner.get(PAGE).text
    finally:
        app.extensions["settings"] = settings


def test_each_kind_says_what_one_needs_and_where_to_find_it(owner):
    chosen = owner.get(f"{SERVERS}new").text
    for kind in ServerKind:
        assert f"{SERVERS}new/{kind}" in chosen
        assert owner.get(f"{SERVERS}new/{kind}").status_code == 200
    assert "app.brevo.com" in owner.get(f"{SERVERS}new/brevo").text
    assert owner.get(f"{SERVERS}new/fax").status_code == 404


def test_an_owner_adds_a_server_and_its_password_is_never_shown(workspace, owner):
    page = owner.post(
        f"{SERVERS}new/smtp",
        data={**SMTP, "secret": "very secret"},
        follow_redirects=True,
    )
    [server] = mail_servers.every(workspace)
    assert decrypt(server.secret_encrypted) == "very secret"
    for text in (page.text, owner.get(PAGE).text):
        assert "smtp.example.com" in text
        assert "very secret" not in text
        assert server.secret_encrypted not in text


def test_an_owner_adds_the_account_of_a_provider(workspace, owner):
    owner.post(f"{SERVERS}new/brevo", data=BREVO)
    [server] = mail_servers.every(workspace)
    assert (server.kind, server.name, server.weight) == ("brevo", "Brevo", 0)
    assert "xkeysib-1" not in owner.get(f"{SERVERS}{server.id}").text


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            "smtp",
            {**SMTP, "security": "none", "secret": "x"},
            "send no password without TLS",
        ),
        ("brevo", {**BREVO, "secret": ""}, "is not what the provider shows"),
        ("brevo", {**BREVO, "weight": "101"}, "between 0 and 100"),
        (
            "mailgun",
            {**BREVO, "region": "eu", "username": "a/b"},
            "is not what the provider shows",
        ),
        ("mailgun", {**BREVO, "region": "mars", "username": "a.b"}, "valid choice"),
    ],
)
def test_a_server_that_cannot_work_is_shown_again(workspace, owner, kind, data, said):
    answer = owner.post(f"{SERVERS}new/{kind}", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert mail_servers.every(workspace) == []


def test_a_server_is_changed_and_keeps_its_secret(server, owner):
    owner.post(f"{SERVERS}{server.id}", data={**SMTP, "weight": "30"})
    assert (server.weight, decrypt(server.secret_encrypted)) == (30, "secret")
    answer = owner.post(f"{SERVERS}{server.id}", data={**SMTP, "host": "no host"})
    assert (answer.status_code, server.host) == (422, "smtp.example.com")
    assert owner.post(f"{SERVERS}{server.id}", data={}).status_code == 422


def test_the_page_shows_the_shares_and_who_stands_in(workspace, owner):
    for name, weight in (("Large", 75), ("Small", 25), ("Spare", 0)):
        terms = dataclasses.replace(TERMS, name=name, weight=weight)
        mail_servers.add(workspace, terms)
    page = owner.get(PAGE).text
    assert page.index("Large") < page.index("Small") < page.index("Spare")
    assert "75.0" in page
    assert "25.0" in page
    assert "Stands in" in page
    assert "No e-mail leaves" not in page


def test_a_server_is_switched_off_and_on(server, owner):
    page = owner.post(
        f"{SERVERS}{server.id}/switch", data={"on": "no"}, follow_redirects=True
    )
    assert not server.is_active
    assert "every mail server is off" in page.text
    assert "Switch on" in owner.get(f"{SERVERS}{server.id}").text
    owner.post(f"{SERVERS}{server.id}/switch", data={"on": "yes"})
    assert server.is_active


def test_a_server_is_removed(workspace, server, owner):
    owner.post(f"{SERVERS}{server.id}/remove")
    assert mail_servers.every(workspace) == []


def test_a_lost_secret_is_told_where_it_can_be_entered_again(server, owner):
    server.secret_encrypted = "encrypted with another key"
    db.session.commit()
    assert "Secret lost" in owner.get(PAGE).text
    page = owner.post(f"{SERVERS}{server.id}/test-mail", follow_redirects=True)
    assert "stored with another key" in page.text


def test_a_test_mail_goes_by_the_server_that_is_tried(owner, reached_at):
    with FakeSmtpServer() as first, FakeSmtpServer() as second:
        reached_at(first)
        page = owner.post(
            f"{SERVERS}{reached_at(second).id}/test-mail", follow_redirects=True
        )
    assert "Look in your inbox" in page.text
    assert (len(first.accepted), len(second.accepted)) == (0, 1)


def test_a_connection_is_tried_without_sending(owner, reached_at):
    with FakeSmtpServer() as fake:
        address = f"{SERVERS}{reached_at(fake).id}/test-connection"
        page = owner.post(address, follow_redirects=True)
    assert "lets us in" in page.text
    assert fake.accepted == []


def test_a_refusal_is_told_in_the_server_s_words(owner, reached_at):
    with FakeSmtpServer(
        lambda verb, what: "554 no mail from you" if verb == "CONNECT" else None
    ) as fake:
        server = reached_at(fake)
        for what in ("test-connection", "test-mail"):
            page = owner.post(f"{SERVERS}{server.id}/{what}", follow_redirects=True)
            assert "554 no mail from you" in page.text


def test_from_a_demonstration_even_a_test_stays_here(workspace, owner, reached_at):
    with FakeSmtpServer() as fake:
        server = reached_at(fake)
        workspace.is_demo = True
        db.session.commit()
        owner.post(f"{SERVERS}{server.id}/test-mail")
        owner.post(f"{SERVERS}{server.id}/test-connection")
    assert fake.connections == 0
    assert "Not used in a demonstration" in owner.get(PAGE).text


def test_a_stranger_s_server_is_not_there(owner):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = mail_servers.add(other, TERMS)
    db.session.commit()
    assert owner.get(f"{SERVERS}{theirs.id}").status_code == 404
    for what in ("", "/switch", "/remove", "/test-mail", "/test-connection"):
        assert owner.post(f"{SERVERS}{theirs.id}{what}", data=SMTP).status_code == 404


def test_only_who_may_change_settings_sees_the_servers(editor, server):
    assert editor.get(f"{SERVERS}{server.id}").status_code == 403
    assert editor.get(f"{SERVERS}new").status_code == 403


@pytest.mark.parametrize("kind", RECORDED)
def test_a_test_mail_goes_by_the_account_of_a_provider(
    owner, workspace, monkeypatch, kind
):
    server, answers = RECORDED[kind].server, RECORDED[kind]
    data = {
        "name": "Theirs",
        "weight": "100",
        "region": server.region,
        "username": server.account,
        "channel": server.channel,
        "secret": f" {server.secret} ",
    }
    owner.post(f"{SERVERS}new/{kind}", data=data)
    [kept] = mail_servers.every(workspace)
    with FakeProvider(answers.yes, answers.bad_key) as fake:
        lead_to(monkeypatch, kind, fake.url)
        page = owner.post(f"{SERVERS}{kept.id}/test-mail", follow_redirects=True)
        assert "Look in your inbox" in page.text
        page = owner.post(f"{SERVERS}{kept.id}/test-mail", follow_redirects=True)
        assert "The server refused" in page.text
        # There is nothing to connect to without handing a message over.
        owner.post(f"{SERVERS}{kept.id}/test-connection")
    assert len(fake.heard) == 2
    assert server.secret not in page.text
