"""Settings: an address for a mail service is made, shown once, given a key and removed."""

import re

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import webhooks as make
from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.incoming.models import WebhookAddress
from webapp.incoming.webhooks import addresses
from webapp.incoming.webhooks.services import SERVICES

PAGE = "/w/maison-tilleul/settings/incoming/services/"


def the_address():
    db.session.rollback()
    return db.session.scalars(select(WebhookAddress)).one()


def made(browser, service):
    answer = browser.post(PAGE, data={"service": service})
    assert answer.status_code == 201
    return re.search(r'value="(http[^"]+/in/[^"]+)"', answer.text)[1]


@pytest.mark.parametrize("service", SERVICES)
def test_an_address_is_shown_once_with_what_to_do_there(owner, client, service):
    url = made(owner, service)
    again = owner.get(f"{PAGE}{the_address().id}")
    assert url.rpartition("/")[2] not in again.text
    assert SERVICES[service].name in again.text
    assert again.text.count("<li class") >= 3
    # And it works: what is no event is refused there, and elsewhere nobody listens.
    path = url.removeprefix("http://volontiers.test")
    assert client.post(path, data=b"x").status_code in {400, 403}


def test_the_list_says_how_each_address_stands(owner, workspace):
    for kind in ("brevo", "mailgun", "postmark", "mailjet", "ses"):
        addresses.make(workspace, kind)
    brevo, _mailgun, postmark, _mailjet, ses = addresses.of(workspace)
    ses.confirm_url = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription"
    brevo.last_event_at = clock.ago(minutes=3)
    postmark.refused, postmark.last_refused_at = 4, clock.now()
    db.session.commit()
    page = owner.get(PAGE).text
    rows = re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)
    states = ["Working", "Key missing", "Refused", "Nothing yet"]
    states.append("Being confirmed")
    assert all(state in row for state, row in zip(states, rows, strict=True))


def test_a_workspace_without_an_address_is_told_what_they_are_for(owner):
    assert "No address yet" in owner.get(PAGE).text


def test_a_server_nobody_reports_on_gets_its_address_with_one_press(owner, workspace):
    server = MailServer(workspace_id=workspace.id, name="Ours", kind="postmark")
    db.session.add(server)
    db.session.commit()
    page = owner.get(PAGE).text
    assert "Nothing tells us what becomes of the mail of Ours." in page
    owner.post(PAGE, data={"service": "postmark", "server": server.id})
    assert the_address().mail_server_id == server.id
    assert "Nothing tells us" not in owner.get(PAGE).text


def test_an_address_is_never_made_for_a_server_of_others(owner, app):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = MailServer(workspace_id=other.id, name="Theirs", kind="postmark")
    db.session.add(theirs)
    db.session.commit()
    for told in (theirs.id, "x", "9" * 40, ""):
        owner.post(PAGE, data={"service": "postmark", "server": told})
    db.session.rollback()
    found = db.session.scalars(select(WebhookAddress.mail_server_id)).all()
    assert found == [None] * 4


@pytest.mark.parametrize("service", ["lmtp", "nobody", ""])
def test_no_address_is_made_for_a_service_we_do_not_know(owner, service):
    assert owner.post(PAGE, data={"service": service}).status_code == 422


def test_nobody_needs_more_than_twenty_addresses(owner, workspace):
    for _ in range(addresses.MOST):
        addresses.make(workspace, "brevo")
    db.session.commit()
    answer = owner.post(PAGE, data={"service": "brevo"})
    assert answer.status_code == 409
    assert "too many addresses" in answer.text


KEYS = [
    ("mailgun", make.MAILGUN_KEY),
    ("sendgrid", make.sendgrid_key()),
    ("postmark", "shop:a password"),
]


@pytest.mark.parametrize(("service", "key"), KEYS)
def test_a_key_is_kept_encrypted_and_never_shown(owner, service, key):
    made(owner, service)
    number = the_address().id
    answer = owner.post(f"{PAGE}{number}", data={"told": key}, follow_redirects=True)
    assert answer.status_code == 200
    assert key not in answer.text
    assert key not in the_address().key_encrypted
    assert addresses.proof(the_address()).key == key


def test_a_topic_is_entered_and_shown(owner):
    made(owner, "ses")
    number = the_address().id
    data = {"told": make.AMAZON_TOPIC}
    answer = owner.post(f"{PAGE}{number}", data=data, follow_redirects=True)
    assert make.AMAZON_TOPIC in answer.text
    assert the_address().topic == make.AMAZON_TOPIC


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("sendgrid", "not a key"),
        ("sendgrid", "AAAA"),
        ("mailgun", "clé"),
        ("postmark", "a password without a name"),
        ("ses", "https://example.org"),
        ("ses", "arn:" + "x" * 400),
        ("mailgun", "x" * 2000),
    ],
)
def test_what_cannot_be_a_key_is_not_kept(owner, service, told):
    made(owner, service)
    number = the_address().id
    assert owner.post(f"{PAGE}{number}", data={"told": told}).status_code == 422
    assert (the_address().key_encrypted, the_address().topic) == ("", "")


def test_a_key_can_be_taken_away(owner, workspace):
    new = addresses.make(workspace, "postmark")
    addresses.change(workspace, new.address, "shop:a password")
    db.session.commit()
    owner.post(f"{PAGE}{the_address().id}", data={"told": ""})
    assert the_address().key_encrypted == ""


def test_a_removed_address_hears_nothing(owner, client):
    path = made(owner, "brevo").removeprefix("http://volontiers.test")
    owner.post(f"{PAGE}{the_address().id}/remove")
    answer = client.post(path, data=b'{"event": "spam"}', content_type="text/plain")
    assert answer.status_code == 404


def test_what_is_done_with_an_address_stands_in_the_audit_log(owner, workspace):
    made(owner, "mailgun")
    number = the_address().id
    owner.post(f"{PAGE}{number}", data={"told": make.MAILGUN_KEY})
    owner.post(f"{PAGE}{number}/remove")
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    done = [entry.action for entry in entries if entry.action.startswith("webhook.")]
    assert done == ["webhook.created", "webhook.changed", "webhook.removed"]
    assert make.MAILGUN_KEY not in str([entry.detail for entry in entries])


def test_an_address_of_others_is_not_there(owner, app):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = addresses.make(other, "brevo").address
    db.session.commit()
    assert owner.get(f"{PAGE}{theirs.id}").status_code == 404
    for path in ("", "/remove"):
        answer = owner.post(f"{PAGE}{theirs.id}{path}", data={"told": "a:b"})
        assert answer.status_code == 404


def test_an_editor_changes_no_address(editor):
    assert editor.get(PAGE).status_code == 403
    assert editor.post(PAGE, data={"service": "brevo"}).status_code == 403
