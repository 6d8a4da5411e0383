import dataclasses

import pytest

from webapp.core.encryption import decrypt
from webapp.deliverability import choosing, mail_servers
from webapp.deliverability.choosing import NoMailServer
from webapp.deliverability.mail_servers import ServerCannotBeUsed, Terms
from webapp.deliverability.transports.smtp_server import Security

TERMS = Terms("smtp.example.com", 587, Security.STARTTLS, "anna", "secret")


@pytest.fixture
def with_server(app, settings):
    """The installation names an SMTP server, so that it has no mailbox."""
    url = "smtps://mail.example.com"
    app.extensions["settings"] = dataclasses.replace(settings, smtp_url=url)
    yield
    app.extensions["settings"] = settings


def test_without_any_server_mail_goes_to_the_mailbox(workspace, settings):
    server = choosing.server_for(workspace)
    assert (server.host, server.port) == ("127.0.0.1", settings.mailbox_port)
    assert choosing.goes_to_mailbox(workspace)


def test_the_installation_s_server_is_used_where_a_workspace_has_none(
    workspace, with_server
):
    assert choosing.server_for(workspace).host == "mail.example.com"
    assert not choosing.goes_to_mailbox(workspace)
    assert not choosing.has_mailbox(workspace)


def test_a_workspace_s_own_server_comes_first(workspace, with_server):
    mail_servers.keep(workspace, TERMS)
    server = choosing.server_for(workspace)
    assert (server.host, server.username, server.password) == (
        "smtp.example.com",
        "anna",
        "secret",
    )
    assert not choosing.goes_to_mailbox(workspace)


def test_the_mail_of_a_demonstration_never_leaves_the_machine(workspace):
    mail_servers.keep(workspace, TERMS)
    workspace.is_demo = True
    assert choosing.server_for(workspace).host == "127.0.0.1"


def test_a_demonstration_without_a_mailbox_sends_nothing(workspace, with_server):
    workspace.is_demo = True
    with pytest.raises(NoMailServer):
        choosing.server_for(workspace)


def test_a_password_is_encrypted_in_the_database(workspace):
    stored = mail_servers.keep(workspace, TERMS).secret_encrypted
    assert "secret" not in stored
    assert decrypt(stored) == "secret"


def test_an_empty_password_keeps_the_one_for_the_same_server(workspace):
    mail_servers.keep(workspace, TERMS)
    account = mail_servers.keep(
        workspace, dataclasses.replace(TERMS, password="", port=2525)
    )
    assert (decrypt(account.secret_encrypted), account.port) == ("secret", 2525)


@pytest.mark.parametrize("changed", [{"host": "evil.example"}, {"username": "luc"}])
def test_a_stored_password_is_never_sent_to_another_server(workspace, changed):
    mail_servers.keep(workspace, TERMS)
    account = mail_servers.keep(
        workspace, dataclasses.replace(TERMS, password="", **changed)
    )
    assert account.secret_encrypted == ""


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
        mail_servers.keep(workspace, terms)
    assert mail_servers.find(workspace) is None
