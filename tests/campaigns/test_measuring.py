"""Nobody is measured who did not say yes: looked for in the very bytes that leave."""

import email
import re
from email import policy
from urllib.parse import urlsplit

import pytest

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import planning
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import ingesting, journal
from webapp.messages.models import Hit, Message

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


def _parts(envelope):
    mail = email.message_from_bytes(envelope.body, policy=policy.default)
    return {kind: mail.get_body((kind,)).get_content() for kind in ("html", "plain")}


@pytest.fixture
def letters(outbox, worker, workspace):
    """letters(**agreed) is the HTML and the text that left to somebody who agreed to that."""

    def send(**agreed):
        mailing = audience.mailing_list(workspace)
        audience.subscriber(workspace, mailing, **agreed)
        planning.start(make.campaign(workspace, mailing))
        worker()
        return _parts(outbox.outbox[-1])

    return send


@pytest.mark.covers("consent-30")
def test_who_never_answered_gets_neither_picture_nor_link_of_ours_to_follow(letters):
    parts = letters()
    images = re.findall(r"<img[^>]+>", parts["html"])
    assert [image for image in images if 'width="1"' in image] == []
    for part in parts.values():
        followed = [urlsplit(found).path[:3] for found in ADDRESS.findall(part)]
        assert not {"/o/", "/c/"} & set(followed)
        assert "https://maison-tilleul.example/miel" in part


@pytest.mark.covers("consent-30")
@pytest.mark.parametrize(("asked", "other"), [("opens", "/c/"), ("clicks", "/o/")])
def test_a_yes_to_one_measure_brings_nothing_of_the_other(letters, asked, other):
    parts = letters(**{asked: True})
    assert all(other not in part for part in parts.values())
    assert any({"/o/": "/c/", "/c/": "/o/"}[other] in part for part in parts.values())


@pytest.mark.covers("consent-34")
def test_every_page_of_ours_that_an_unmeasured_letter_names_opens(letters, client, app):
    parts = letters()
    base = app.extensions["settings"].base_url
    ours = {
        found.removeprefix(base)
        for part in parts.values()
        for found in ADDRESS.findall(part)
        if found.startswith(base)
    }
    assert {path[:3] for path in ours} >= {"/u/", "/p/"}
    for path in ours:
        page = client.get(path)
        assert page.status_code == 200
        assert "leads nowhere" not in page.text


@pytest.mark.covers("consent-40")
def test_an_open_is_no_sign_of_life(letters, app):
    letters(opens=True, clicks=True)
    message = db.session.query(Message).one()
    message.finished_at = clock.ago(days=1)
    before = message.contact_id, _last_contact(message)
    writer = journal.Writer(app.extensions["settings"].journal_dir)
    writer.write(message.id, 0, "h")
    ingesting.ingest()
    assert db.session.query(Hit).count() == 1
    assert (message.contact_id, _last_contact(message)) == before


def _last_contact(message):
    db.session.flush()
    db.session.expire_all()
    return db.session.get_one(Contact, message.contact_id).last_contact_at
