"""Every ledger is verified each night, and a fault is told to those who answer for the shop."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, text

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.accounts.models import AuditEntry
from webapp.consent import checkpoints, exporting, jobs, signing, verifications
from webapp.consent.models import LedgerVerification, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.operation import metrics

PAGE = "/w/maison-tilleul/settings/ledger/"


@pytest.fixture
def shop(workspace):
    letter = make_list(workspace)
    for turn in range(5):
        says(make_contact(workspace), purpose_of(letter), list(State)[turn % 4])
    checkpoints.take(workspace)
    db.session.commit()
    return workspace


@pytest.fixture
def night(worker):
    """night() is what the timetable does: a checkpoint, then the verification."""

    def pass_by():
        jobs.take_checkpoints.enqueue()
        worker()
        jobs.verify_ledgers.enqueue()
        worker()

    return pass_by


def say_more(shop, count=3):
    letter = make_list(shop, name="Une autre")
    for _ in range(count):
        says(make_contact(shop), purpose_of(letter), State.GIVEN)
    db.session.commit()


def tamper(statement):
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    db.session.execute(text(statement))
    db.session.commit()


def last(shop):
    return verifications.finished(shop)[0]


def alarms():
    mails = db.session.scalars(select(Message)).all()
    return [
        mail.recipient
        for mail in mails
        if mail.content and mail.content.get("template") == "ledger_alarm"
    ]


def test_the_first_night_looks_at_everything_and_the_next_at_what_is_new(shop, night):
    night()
    assert (last(shop).first, last(shop).size, last(shop).fault) == (0, 5, "")
    say_more(shop)
    night()
    assert (last(shop).first, last(shop).size, last(shop).fault) == (5, 8, "")


def test_once_a_week_everything_is_looked_at_again(shop, night):
    night()
    tamper("UPDATE consent_event SET state = 'withdrawn' WHERE seq = 2")
    night()
    assert (last(shop).first, last(shop).fault) == (5, "")
    with clock.stopped(clock.now() + timedelta(days=7)):
        night()
    assert (last(shop).first, last(shop).fault_seq) == (0, 2)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE consent_event SET state = 'withdrawn' WHERE seq = 7", 7),
        ("DELETE FROM consent_event WHERE seq = 6", 6),
        ("DELETE FROM consent_event WHERE seq > 7", 8),
        ("DELETE FROM consent_event WHERE seq > 4", 5),
        (
            (
                "WITH gone AS (DELETE FROM consent_event WHERE seq > 3 RETURNING 1)"
                " UPDATE ledger_head SET size = 3, hash ="
                " (SELECT hash FROM consent_event WHERE seq = 3)"
            ),
            5,
        ),
    ],
    ids=["changed", "removed", "end", "behind-the-checkpoint", "cut-back"],
)
def test_a_fault_since_the_last_checkpoint_is_found_the_next_night(
    shop, night, statement, seq
):
    night()
    say_more(shop)
    tamper(statement)
    night()
    assert last(shop).fault_seq == seq
    assert verifications.broken(shop) == last(shop)


def test_a_checkpoint_of_somebody_else_is_no_place_to_begin(shop, night):
    night()
    tamper(
        "UPDATE ledger_checkpoint SET document = jsonb_set(document, '{size}', '5')"
        " || jsonb_build_object('head', repeat('00', 32))"
    )
    night()
    assert "signature" in last(shop).fault


def test_owners_get_a_mail_about_a_new_fault_and_no_second_one(shop, night):
    owner = make_accounts.member(shop, role="owner")
    make_accounts.member(shop, role="viewer")
    tamper("UPDATE consent_event SET state = 'withdrawn' WHERE seq = 2")
    night()
    assert alarms() == [owner.email]
    night()
    assert alarms() == [owner.email]
    assert last(shop).first == 0


def test_the_mail_names_the_event(shop, night, worker, outbox):
    owner = make_accounts.member(shop, role="owner", locale="en")
    tamper("UPDATE consent_event SET state = 'withdrawn' WHERE seq = 2")
    night()
    worker()
    (mail,) = [one for one in outbox.outbox if one.rcpt_to == owner.email]
    written = message_from_bytes(mail.body, policy=policy.default)
    words = written.get_body(["plain"]).get_content()
    assert "does not hold" in written["Subject"]
    assert "Event 2: does not say what it said" in words
    assert "/w/maison-tilleul/settings/ledger/" in words


def test_the_home_page_and_the_figures_sound_the_alarm_until_it_holds_again(
    app, shop, night, owner
):
    night()
    assert "does not hold" not in owner.get("/w/maison-tilleul/").text
    with clock.stopped(clock.now() + timedelta(days=8)):
        tamper("UPDATE consent_event SET method = 'x' || method WHERE seq = 2")
        night()
        home = owner.get("/w/maison-tilleul/").text
        assert "The consent ledger does not hold" in home
        assert PAGE in home
        assert b"volontiers_ledgers_broken 1.0" in metrics.exposition(app_journal(app))
        tamper("UPDATE consent_event SET method = substr(method, 2) WHERE seq = 2")
        night()
    assert "does not hold" not in owner.get("/w/maison-tilleul/").text
    assert b"volontiers_ledgers_broken 0.0" in metrics.exposition(app_journal(app))


def app_journal(app):
    return app.extensions["settings"].journal_dir


def test_a_long_verification_goes_on_from_job_to_job(shop, worker, monkeypatch):
    monkeypatch.setattr(verifications, "SIGN", 0.0)
    monkeypatch.setattr(verifications, "SLICE", -1.0)
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    made = verifications.ask(shop)
    worker()
    assert (last(shop).id, last(shop).size, last(shop).fault) == (made.id, 5, "")


def test_what_was_cut_off_is_asked_for_again_where_it_was(shop, worker):
    made = verifications.ask(shop)
    made.size, made.hash = 3, reached_at(shop, 3)
    db.session.commit()
    db.session.info["jobs"] = []
    app_broker_flush()
    verifications.rescue()
    assert verifications.under_way(shop) is not None
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        verifications.rescue()
        worker()
    assert (last(shop).id, last(shop).size) == (made.id, 5)


def reached_at(shop, size):
    return next(exporting.pages(shop.id))[size - 1].hash


def app_broker_flush():
    from flask import current_app

    current_app.extensions["broker"].flush_all()


def test_two_who_ask_at_once_wait_for_one_verification(shop):
    assert verifications.ask(shop, whole=True).id == verifications.ask(shop).id


def test_the_page_shows_the_ledger_and_follows_a_verification(shop, owner, worker):
    page = owner.get(PAGE)
    assert page.status_code == 200
    assert signing.public_key() in page.text
    assert owner.post(PAGE + "verify").status_code == 303
    assert "hx-get" in owner.get(PAGE + "verification").text
    worker()
    follow = owner.get(PAGE + "verification").text
    assert "The ledger holds" in follow
    assert "hx-get" not in follow
    assert "5" in owner.get(PAGE).text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "ledger.verified")
    ).one()
    asked = db.session.scalars(select(LedgerVerification)).one()
    assert asked.user_id == entry.user_id


def test_what_one_takes_away_of_the_ledger_verifies(shop, owner, tmp_path):
    from webapp.consent import verifying_files

    say_more(shop)
    for name, answer, words in (
        ("l.jsonl", owner.post(PAGE + "export"), "8 events, 2 checkpoints"),
        ("c.json", owner.get(PAGE + "checkpoint.json"), "the chain had 8 events"),
    ):
        assert "attachment" in answer.headers["Content-Disposition"]
        (tmp_path / name).write_bytes(answer.data)
        told = verifying_files.check_file(tmp_path / name, signing.public_key())
        assert words in told
    assert "def check_file" in owner.get(PAGE + "verifying.py").text
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert "ledger.exported" in actions


def test_a_checkpoint_is_taken_when_asked_and_there_is_none_before_anybody_spoke(
    workspace, owner
):
    assert owner.get(PAGE + "checkpoint.json").status_code == 404
    assert owner.get(PAGE).status_code == 200
    say_more(workspace)
    assert owner.post(PAGE + "checkpoint").status_code == 303
    assert checkpoints.latest(workspace).size == 3


def test_who_may_not_read_the_audit_log_does_not_see_the_ledger(shop, editor, viewer):
    for browser in (editor, viewer):
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE + "verify").status_code == 403
    assert viewer.post(PAGE + "export").status_code == 403
