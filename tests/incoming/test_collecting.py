"""What came back into a mailbox is taken from it; letters stay where they are, unseen."""

import pytest
from sqlalchemy import select

from tests.fakes_imap import Mailbox, imap_server
from tests.incoming.test_mail_reading import mail
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.transports.smtp_server import Security
from webapp.incoming import collecting, imap, mailboxes
from webapp.incoming.mailboxes import PasswordInClear, PasswordIsMissing, Terms
from webapp.incoming.models import InboundEvent

LETTER = b"From: paul@ailleurs.test\r\nSubject: Bonjour\r\n\r\nA demain"


@pytest.fixture
def box():
    return Mailbox()


@pytest.fixture
def mailbox(app, workspace, box):
    with imap_server(box) as port:
        yield _mailbox(workspace, port)


def _mailbox(workspace, port, **changes):
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "username": "retours",
        "password": "sesame",
        **changes,
    }
    made = mailboxes.save(workspace, Terms(**values))
    db.session.commit()
    return made


def collect(mailbox):
    number = mailbox.id
    db.session.commit()
    collecting.collect(number)
    db.session.expire_all()
    return mailbox


def stored():
    return list(db.session.scalars(select(InboundEvent)))


def test_what_came_back_is_kept_and_put_away(mailbox, box, workspace):
    number = box.put(mail("qmail_by_message_id"))
    collect(mailbox)
    [event] = stored()
    assert (event.source, event.workspace_id) == ("imap", workspace.id)
    assert bytes(event.raw) == box.folders["Volontiers"][number]
    assert box.folders["INBOX"] == {}
    assert (mailbox.taken, mailbox.trouble) == (1, "")
    assert mailbox.fetched_at is not None


def test_a_letter_stays_where_it_is_and_nobody_sees_that_it_was_read(mailbox, box):
    number = box.put(LETTER)
    collect(mailbox)
    assert box.folders["INBOX"] == {number: LETTER}
    assert box.flags == {}
    assert stored() == []


def test_the_next_visit_looks_at_what_is_new_alone(mailbox, box):
    box.put(LETTER)
    collect(mailbox)
    box.commands.clear()
    collect(mailbox)
    assert "UID FETCH" not in box.commands
    box.put(mail("qmail_by_message_id"))
    collect(mailbox)
    assert box.commands.count("UID FETCH") == 1
    assert len(stored()) == 1


def test_a_visit_goes_on_where_the_one_before_stopped(
    mailbox, box, worker, monkeypatch
):
    monkeypatch.setattr(collecting, "MOST", 2)
    for message in range(5):
        box.put(mail("qmail_by_message_id", 100 + message))
    collect(mailbox)
    assert len(stored()) == 2
    worker()
    assert len(stored()) == 5


def test_nothing_is_put_away_before_it_is_kept(mailbox, box, monkeypatch):
    box.put(mail("qmail_by_message_id"))

    def fails(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(collecting.storing, "store", fails)
    with pytest.raises(RuntimeError):
        collect(mailbox)
    assert len(box.folders["INBOX"]) == 1


def test_a_connection_that_breaks_loses_nothing(mailbox, box, stopped_clock):
    box.put(mail("qmail_by_message_id"))
    box.drops_after = "UID MOVE"
    collect(mailbox)
    assert mailbox.trouble == "broken"
    assert len(stored()) == 1
    box.drops_after = None
    collect(mailbox)
    assert (mailbox.trouble, len(stored())) == ("", 1)


def test_a_folder_made_anew_is_read_anew_and_nothing_counts_twice(mailbox, box):
    box.put(mail("qmail_by_message_id"))
    collect(mailbox)
    box.validity, box.last = 8, 0
    box.put(mail("qmail_by_message_id"))
    box.put(mail("qmail_by_message_id", 99))
    collect(mailbox)
    assert len(stored()) == 2
    assert mailbox.last_uid == 2


@pytest.mark.parametrize(
    ("capabilities", "left"), [("IMAP4rev1 UIDPLUS", 0), ("IMAP4rev1", 1)]
)
def test_servers_that_cannot_move_copy(mailbox, box, capabilities, left):
    box.capabilities = capabilities
    box.put(mail("qmail_by_message_id"))
    collect(mailbox)
    assert len(box.folders["Volontiers"]) == 1
    assert len(box.folders["INBOX"]) == left


def test_where_no_folder_can_be_made_it_is_marked_as_read(mailbox, box):
    box.may_create = False
    number = box.put(mail("qmail_by_message_id"))
    collect(mailbox)
    assert box.flags[number] == {"\\Seen"}
    assert (mailbox.trouble, len(stored())) == ("", 1)


def test_two_visits_at_once_are_one(mailbox, box):
    box.put(mail("qmail_by_message_id"))
    mailbox.fetched_until = clock.ahead(minutes=1)
    collect(mailbox)
    assert stored() == []


def test_a_password_that_imap_cannot_say_is_refused(app, workspace, box):
    with imap_server(box) as port:
        mailbox = collect(_mailbox(workspace, port, password="sésame"))
    assert mailbox.trouble == "refused"


def test_a_wrong_password_is_said(mailbox, box):
    box.password = "another"
    collect(mailbox)
    assert mailbox.trouble == "refused"
    assert mailbox.trouble_since is not None


def test_a_folder_that_is_not_there_is_said(mailbox):
    mailbox.folder = "Retours"
    collect(mailbox)
    assert mailbox.trouble == "no_folder"


def test_a_server_that_does_not_answer_is_said(workspace):
    gone = _mailbox(workspace, 1)
    assert collect(gone).trouble == "unreachable"


def test_a_server_without_tls_is_told_nothing(workspace, box):
    with imap_server(box) as port:
        waiting = _mailbox(workspace, port, security=Security.TLS)
        assert collect(waiting).trouble in {"not_secure", "unreachable"}
    assert "LOGIN" not in box.commands


def test_a_password_that_cannot_be_read_any_more_is_said(mailbox):
    mailbox.password_encrypted = "with another key"
    assert collect(mailbox).trouble == "key"


def test_every_trouble_has_its_words():
    assert set(mailboxes.TROUBLES) == set(imap.Trouble)


def test_a_password_does_not_travel_in_clear(workspace):
    with pytest.raises(PasswordInClear):
        _mailbox(workspace, 143, host="imap.example.org")


def test_a_password_goes_to_no_other_server(mailbox, workspace):
    with pytest.raises(PasswordIsMissing):
        _mailbox(workspace, mailbox.port, host="localhost", password="")


def test_the_folder_can_change_without_the_password(mailbox, box, workspace):
    box.folders["Retours"] = {}
    box.put(mail("qmail_by_message_id"), "Retours")
    changed = _mailbox(workspace, mailbox.port, folder="Retours", password="")
    assert collect(changed).taken == 1


def test_the_password_is_encrypted(mailbox):
    assert "sesame" not in mailbox.password_encrypted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("Renvoyés", '"Renvoy&AOk-s"'),
        ("A & B", '"A &- B"'),
        ('Mes "retours"', '"Mes \\"retours\\""'),
    ],
)
def test_folders_are_named_as_imap_writes_them(name, written):
    assert imap._quoted(name) == written


def test_a_mail_that_breaks_the_reader_stops_no_other(mailbox, box, monkeypatch):
    broken = box.put(LETTER)
    box.put(mail("qmail_by_message_id"))
    concerns = collecting.mail_reading.concerns_us

    def stumbling(raw):
        if raw == LETTER:
            raise RecursionError
        return concerns(raw)

    monkeypatch.setattr(collecting.mail_reading, "concerns_us", stumbling)
    collect(mailbox)
    assert list(box.folders["INBOX"]) == [broken]
    assert len(stored()) == 1
