"""Mail servers are kept with secrets that go to nobody but whom they were entered for."""

import dataclasses

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.core.encryption import decrypt
from webapp.core.errors import NotFound
from webapp.deliverability import mail_servers
from webapp.deliverability.mail_servers import (
    AccountCannotBeUsed,
    ServerCannotBeUsed,
    Terms,
    TooManyServers,
)
from webapp.deliverability.models import ServerKind
from webapp.deliverability.transports.smtp_server import Security

TERMS = Terms("smtp.example.com", 587, Security.STARTTLS, "anna", "secret")
PROJECT = "6170692e-7363-616c-6577-61792e636f6d"
ACCOUNTS = {
    ServerKind.SES: Terms(
        kind=ServerKind.SES,
        region="eu-west-3",
        username="AKIAIOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG",
        channel="letters",
    ),
    ServerKind.BREVO: Terms(kind=ServerKind.BREVO, secret="xkeysib-1"),
    ServerKind.MAILGUN: Terms(
        kind=ServerKind.MAILGUN, region="eu", username="mg.shop.example", secret="key-1"
    ),
    ServerKind.POSTMARK: Terms(
        kind=ServerKind.POSTMARK, secret="token", channel="broadcast"
    ),
    ServerKind.SCALEWAY: Terms(
        kind=ServerKind.SCALEWAY, region="fr-par", username=PROJECT, secret="key"
    ),
}


def _actions(workspace):
    found = select(AuditEntry.action).where(AuditEntry.workspace_id == workspace.id)
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def test_a_password_is_encrypted_in_the_database(workspace):
    stored = mail_servers.add(workspace, TERMS).secret_encrypted
    assert "secret" not in stored
    assert decrypt(stored) == "secret"


def test_a_server_without_a_name_is_called_as_its_host(workspace):
    assert mail_servers.add(workspace, TERMS).name == "smtp.example.com"


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_each_kind_is_kept_and_read_again(workspace, kind):
    terms = dataclasses.replace(ACCOUNTS[kind], name="Ours", weight=30)
    server = mail_servers.add(workspace, terms)
    db.session.expire(server)
    assert mail_servers.terms_of(server) == dataclasses.replace(terms, secret="")
    assert mail_servers.settings_of(server).secret == terms.secret


@pytest.mark.parametrize("terms", [TERMS, *ACCOUNTS.values()])
def test_an_empty_secret_keeps_the_one_for_the_same_account(workspace, terms):
    server = mail_servers.add(workspace, terms)
    empty = dataclasses.replace(terms, secret="", weight=0, name="Spare")
    mail_servers.change(workspace, server, empty)
    assert decrypt(server.secret_encrypted) == terms.secret
    assert (server.weight, server.name) == (0, "Spare")


def test_another_port_of_the_same_server_keeps_the_password(workspace):
    server = mail_servers.add(workspace, TERMS)
    moved = dataclasses.replace(TERMS, secret="", port=2525)
    mail_servers.change(workspace, server, moved)
    assert (decrypt(server.secret_encrypted), server.port) == ("secret", 2525)


@pytest.mark.parametrize("changed", [{"host": "evil.example"}, {"username": "luc"}])
def test_a_stored_password_is_never_sent_to_another_server(workspace, changed):
    server = mail_servers.add(workspace, TERMS)
    terms = dataclasses.replace(TERMS, secret="", **changed)
    mail_servers.change(workspace, server, terms)
    assert server.secret_encrypted == ""


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (ServerKind.MAILGUN, {"region": "us"}),
        (ServerKind.MAILGUN, {"username": "other.example"}),
        (ServerKind.SES, {"region": "us-east-1"}),
        (ServerKind.SCALEWAY, {"username": PROJECT.upper()}),
    ],
)
def test_another_account_of_a_provider_needs_its_own_key(workspace, kind, changed):
    server = mail_servers.add(workspace, ACCOUNTS[kind])
    terms = dataclasses.replace(ACCOUNTS[kind], secret="", **changed)
    with pytest.raises(AccountCannotBeUsed) as refusal:
        mail_servers.change(workspace, server, terms)
    assert refusal.value.about == "secret"


def test_without_a_user_name_no_password_is_kept(workspace):
    server = mail_servers.add(workspace, TERMS)
    terms = dataclasses.replace(TERMS, username="", secret="")
    mail_servers.change(workspace, server, terms)
    assert server.secret_encrypted == ""


@pytest.mark.parametrize(
    "terms",
    [
        dataclasses.replace(TERMS, security=Security.NONE),
        dataclasses.replace(TERMS, host="no host"),
        dataclasses.replace(TERMS, username=""),
    ],
)
def test_terms_that_cannot_work_are_refused(workspace, terms):
    with pytest.raises(ServerCannotBeUsed):
        mail_servers.add(workspace, terms)
    assert mail_servers.every(workspace) == []


@pytest.mark.parametrize(
    ("kind", "changed", "about"),
    [
        (ServerKind.BREVO, {"secret": ""}, "secret"),
        (ServerKind.BREVO, {"secret": "two words"}, "secret"),
        (ServerKind.POSTMARK, {"secret": "token\r\nX-Other: 1"}, "secret"),
        (ServerKind.POSTMARK, {"channel": "No Stream"}, "channel"),
        (ServerKind.SES, {"region": "evil.example/"}, "region"),
        (ServerKind.SES, {"region": ""}, "region"),
        (ServerKind.SES, {"username": "short"}, "username"),
        (ServerKind.SES, {"channel": "a b"}, "channel"),
        (ServerKind.MAILGUN, {"username": "mg.example/../other"}, "username"),
        (ServerKind.MAILGUN, {"username": "a?b"}, "username"),
        (ServerKind.SCALEWAY, {"username": "my project"}, "username"),
    ],
)
def test_an_account_that_cannot_be_one_is_refused_where_it_is_wrong(
    workspace, kind, changed, about
):
    terms = dataclasses.replace(ACCOUNTS[kind], **changed)
    with pytest.raises(AccountCannotBeUsed) as refusal:
        mail_servers.add(workspace, terms)
    assert refusal.value.about == about


def test_a_refused_change_changes_nothing(workspace):
    server = mail_servers.add(workspace, TERMS)
    with pytest.raises(ServerCannotBeUsed):
        mail_servers.change(
            workspace, server, dataclasses.replace(TERMS, host="no host")
        )
    assert server.host == "smtp.example.com"


def test_a_server_of_others_is_not_there(workspace):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = mail_servers.add(other, TERMS)
    for number in (theirs.id, theirs.id + 1):
        with pytest.raises(NotFound):
            mail_servers.get(workspace, number)


def test_there_is_an_end_to_the_servers_of_a_workspace(workspace):
    for _ in range(mail_servers.MOST):
        mail_servers.add(workspace, TERMS)
    with pytest.raises(TooManyServers):
        mail_servers.add(workspace, TERMS)


def test_everything_done_to_a_server_is_in_the_audit_log(workspace):
    server = mail_servers.add(workspace, TERMS)
    mail_servers.change(workspace, server, TERMS)
    mail_servers.switch(workspace, server, on=False)
    mail_servers.switch(workspace, server, on=False)
    mail_servers.switch(workspace, server, on=True)
    mail_servers.remove(workspace, server)
    db.session.flush()
    assert _actions(workspace) == [
        "sending.server_added",
        "sending.server_changed",
        "sending.server_switched_off",
        "sending.server_switched_on",
        "sending.server_removed",
    ]
    assert mail_servers.every(workspace) == []


def test_nothing_printed_shows_a_secret(workspace):
    for terms in (TERMS, *ACCOUNTS.values()):
        server = mail_servers.add(workspace, terms)
        shown = repr(terms) + repr(mail_servers.settings_of(server))
        assert terms.secret not in shown
