import dataclasses

import pytest

from tests.factories import accounts as make_accounts
from tests.fakes_smtp import FakeSmtpServer
from webapp.accounts.models import Membership
from webapp.core import mailbox
from webapp.core.db import db

PAGE = "/w/maison-tilleul/settings/sending/"


@pytest.fixture
def caught_by(app, settings):
    """caught_by(server) makes a fake server the mailbox of the installation."""

    def use(server):
        changed = dataclasses.replace(settings, mailbox_port=server.port)
        app.extensions["settings"] = changed

    yield use
    app.extensions["settings"] = settings


def test_an_owner_changes_the_sender(workspace, owner):
    owner.post(
        f"{PAGE}sender",
        data={"sender_name": "Le Tilleul", "sender_email": "le@tilleul.example"},
    )
    assert (workspace.sender_name, workspace.sender_email) == (
        "Le Tilleul",
        "le@tilleul.example",
    )


def test_a_connection_that_works_is_told(owner, caught_by):
    with FakeSmtpServer() as server:
        caught_by(server)
        page = owner.post(f"{PAGE}test-connection", follow_redirects=True)
    assert "lets us in" in page.text


def test_a_connection_that_fails_is_told_in_the_server_s_words(owner, caught_by):
    with FakeSmtpServer(
        lambda verb, what: "554 no mail from you" if verb == "CONNECT" else None
    ) as server:
        caught_by(server)
        page = owner.post(f"{PAGE}test-connection", follow_redirects=True)
    assert "554 no mail from you" in page.text


def test_a_test_mail_goes_to_the_person_who_asks(owner, caught_by):
    with FakeSmtpServer() as server:
        caught_by(server)
        page = owner.post(f"{PAGE}test-mail", follow_redirects=True)
    assert "in the mailbox of this installation" in page.text
    assert len(server.accepted) == 1


def test_a_refused_test_mail_is_told(owner, caught_by):
    with FakeSmtpServer(
        lambda verb, what: "550 5.7.1 unknown" if verb == "RCPT" else None
    ) as server:
        caught_by(server)
        page = owner.post(f"{PAGE}test-mail", follow_redirects=True)
    assert "550" in page.text


@pytest.fixture
def mailbox_dir(settings):
    settings.mailbox_dir.mkdir(parents=True, exist_ok=True)
    mailbox.empty(settings.mailbox_dir)
    return settings.mailbox_dir


def _mail(directory, subject="Bonjour", html="<script>alert(1)</script><p>Salut</p>"):
    content = f"From: a@b.example\r\nTo: c@d.example\r\nSubject: {subject}\r\nContent-Type: text/html\r\n\r\n{html}"
    return mailbox.store(directory, "a@b.example", ["c@d.example"], content.encode())


BOX = "/w/maison-tilleul/mailbox/"


def test_caught_mail_is_listed_and_found(mailbox_dir, owner):
    _mail(mailbox_dir, "Soldes")
    _mail(mailbox_dir, "Bienvenue")
    assert "Soldes" in owner.get(BOX).text
    found = owner.get(BOX, query_string={"q": "bienv"}).text
    assert ("Bienvenue" in found, "Soldes" in found) == (True, False)


def test_a_full_mailbox_has_pages(mailbox_dir, owner):
    keys = [_mail(mailbox_dir, f"Mail {number}") for number in range(51)]
    first = owner.get(BOX).text
    assert keys[0] not in first
    assert keys[0] in owner.get(BOX, query_string={"before": keys[1]}).text


def test_a_mail_is_shown_apart_so_that_its_script_never_runs(mailbox_dir, owner):
    key = _mail(mailbox_dir)
    page = owner.get(BOX + key)
    assert "<script>alert" not in page.text
    frame = owner.get(f"{BOX}{key}/html")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups; default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize("view", ["text", "source", "nonsense"])
def test_a_mail_is_shown_in_every_view(mailbox_dir, owner, view):
    key = _mail(mailbox_dir)
    assert owner.get(BOX + key, query_string={"view": view}).status_code == 200


def test_a_mail_that_is_not_there_is_no_page(mailbox_dir, owner):
    assert owner.get(BOX + "nothing").status_code == 404
    assert owner.get(f"{BOX}{'0' * 19}-{'0' * 16}").status_code == 404


def test_an_owner_empties_the_mailbox(mailbox_dir, owner, editor):
    _mail(mailbox_dir)
    assert editor.post(BOX + "empty").status_code == 403
    owner.post(BOX + "empty")
    assert mailbox.list_messages(mailbox_dir) == []


def test_with_a_real_server_there_is_no_mailbox(app, settings, owner):
    app.extensions["settings"] = dataclasses.replace(
        settings, smtp_url="smtp://mail.example.com"
    )
    try:
        assert owner.get(BOX).status_code == 404
        assert BOX not in owner.get("/w/maison-tilleul/").text
    finally:
        app.extensions["settings"] = settings


def test_the_mailbox_opens_to_no_owner_of_a_demo_shop_alone(app, mailbox_dir, sign_in):
    key = _mail(mailbox_dir, "Choose a new password")
    demo = make_accounts.workspace(slug="demo", is_demo=True)
    trainee = sign_in(make_accounts.member(demo, role="owner"))
    for path in ("", key, f"{key}/html"):
        assert trainee.get(f"/w/demo/mailbox/{path}").status_code == 404
    assert "/w/demo/mailbox/" not in trainee.get("/w/demo/").text


def test_the_mailbox_of_a_demo_shop_opens_to_the_owner_of_a_real_one(
    app, workspace, mailbox_dir, sign_in
):
    demo = make_accounts.workspace(slug="demo", is_demo=True)
    person = make_accounts.member(demo, role="owner")
    db.session.add(
        Membership(workspace_id=workspace.id, user_id=person.id, role="owner")
    )
    assert sign_in(person).get("/w/demo/mailbox/").status_code == 200
