"""Settings › What comes back: by which ways, how much, and what is stuck."""

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.fakes_imap import Mailbox, imap_server
from tests.incoming.test_mail_reading import mail
from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.incoming import storing, tallies
from webapp.incoming.models import InboundEvent, ReturnMailbox

PAGE = "/w/maison-tilleul/settings/incoming/"
ENTERED = {
    "host": "127.0.0.1",
    "security": "none",
    "username": "retours",
    "password": "sesame",
    "folder": "INBOX",
}


def text(answer):
    return answer.get_data(as_text=True)


def actions():
    return [
        entry.action
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


@pytest.fixture
def imap(app):
    box = Mailbox()
    with imap_server(box) as port:
        box.port = port
        yield box


@pytest.fixture
def entered(owner, imap):
    owner.post(PAGE + "mailbox", data={**ENTERED, "port": imap.port})
    return imap


def test_an_installation_that_hears_nothing_says_so(owner):
    assert "Nothing that comes back is heard yet." in text(owner.get(PAGE))


def test_a_mailbox_is_read_as_soon_as_it_is_entered(owner, entered, worker):
    entered.put(mail("qmail_by_message_id"))
    worker()
    [mailbox] = db.session.scalars(select(ReturnMailbox))
    assert mailbox.taken == 1
    page = text(owner.get(PAGE))
    assert "Working" in page
    assert "Nothing that comes back" not in page
    assert "return_mailbox.saved" in actions()


def test_the_password_is_never_shown(owner, entered):
    assert "sesame" not in text(owner.get(PAGE + "mailbox"))


def test_trouble_is_told_in_words(owner, entered, worker):
    entered.password = "another"
    worker()
    page = text(owner.get(PAGE))
    assert "The server refuses the user or the password." in page


def test_a_mailbox_can_be_read_now(owner, entered, worker):
    worker()
    entered.put(mail("qmail_by_message_id"))
    owner.post(PAGE + "mailbox/read")
    worker()
    assert db.session.scalar(select(ReturnMailbox.taken)) == 1


def test_a_mailbox_is_removed_with_its_password(owner, entered):
    owner.post(PAGE + "mailbox/remove")
    assert list(db.session.scalars(select(ReturnMailbox))) == []
    assert "return_mailbox.removed" in actions()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host": "imap.example.org"}, "Without TLS"),
        ({"password": ""}, "Enter the password"),
        ({"port": "70000"}, ""),
        ({"host": ""}, ""),
    ],
)
def test_what_cannot_work_is_refused_in_words(owner, imap, changes, sentence):
    answer = owner.post(
        PAGE + "mailbox", data={**ENTERED, "port": imap.port, **changes}
    )
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert list(db.session.scalars(select(ReturnMailbox))) == []


def _stuck(workspace_id):
    storing.store("lmtp", b"%d" % (workspace_id or 0), b"x", workspace_id)
    event = db.session.scalars(
        select(InboundEvent).order_by(InboundEvent.id.desc())
    ).first()
    event.attempts, event.problem = 5, "UnicodeDecodeError"
    event.not_before = clock.ahead(days=1)
    db.session.commit()
    return event.id


def test_what_is_stuck_is_shown_and_read_again(owner, workspace, worker):
    number = _stuck(workspace.id)
    assert "UnicodeDecodeError" in text(owner.get(PAGE))
    owner.post(f"{PAGE}events/{number}/retry")
    worker()
    assert "All that came could be read." in text(owner.get(PAGE))
    assert "inbound_event.retried" in actions()


def test_what_is_stuck_elsewhere_is_nobody_elses_business(owner, app):
    other = accounts.workspace(slug="ailleurs")
    number = _stuck(other.id)
    assert "UnicodeDecodeError" not in text(owner.get(PAGE))
    assert owner.post(f"{PAGE}events/{number}/retry").status_code == 404


@pytest.mark.covers("delivery-39")
def test_what_was_ignored_is_told(owner):
    tallies.add(tallies.What.FORGED, 1234)
    db.session.commit()
    assert "1,234" in text(owner.get(PAGE))


@pytest.mark.parametrize("path", ["", "mailbox"])
def test_only_who_may_change_settings_sees_it(viewer, path):
    assert viewer.get(PAGE + path).status_code == 403


def test_a_mailbox_of_others_is_not_theirs_to_remove(stranger, entered):
    assert stranger.post(PAGE + "mailbox/remove").status_code == 404
    assert len(list(db.session.scalars(select(ReturnMailbox)))) == 1
