"""A person moves to another address: confirmed there, told to the old one, undone from there."""

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, subscriber
from webapp.accounts.models import AuditEntry
from webapp.consent import evidence, gate, ledger
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import State
from webapp.contacts.models import AddressChange, Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.messages.models import Message
from webapp.subscriptions import (
    address_changes,
    blocks,
    confirming,
    jobs,
    moving,
    queries,
    subscribing,
)
from webapp.subscriptions.address_changes import Standing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.confirming import Standing as SignUp
from webapp.subscriptions.moving import AddressIsTheSame, MovingIsFrozen

OLD, NEW = "anna@example.org", "anna.neuve@example.com"
NOTHING = Measures(opens=False, clicks=False)


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def anna(workspace, letter):
    made = subscriber(workspace, letter, OLD, clicks=True)
    db.session.commit()
    return made


def mailed(template):
    """The mails of this template, oldest first."""
    mails = db.session.scalars(select(Message).order_by(Message.id)).all()
    return [mail for mail in mails if mail.content.get("template") == template]


def token(template):
    return mailed(template)[-1].content["values"]["url"].rpartition("/")[2]


def move(workspace, contact, address=NEW):
    moving.ask(workspace, contact, address)
    return moving.confirm(token("new_address"))


def test_nothing_changes_until_it_is_confirmed_in_the_new_mailbox(workspace, anna):
    moving.ask(workspace, anna, NEW)
    assert anna.email == OLD
    assert [mail.recipient for mail in mailed("new_address")] == [NEW]
    assert mailed("old_address") == []
    assert moving.confirm(token("new_address")) is Standing.OPEN
    assert anna.email == NEW


@pytest.mark.covers("consent-9")
def test_the_links_are_kept_as_hashes_and_wiped_once_sent(
    workspace, anna, worker, outbox
):
    moving.ask(workspace, anna, NEW)
    secret = token("new_address")
    moving.confirm(secret)
    undo = token("old_address")
    worker()
    assert {one.rcpt_to for one in outbox.outbox} == {OLD, NEW}
    for table in (AddressChange, Message):
        rows = db.session.execute(select(*table.__table__.c)).all()
        assert secret not in str(rows)
        assert undo not in str(rows)


def test_the_mails_repeat_nothing_of_the_person(workspace, anna, worker, outbox):
    anna.first_name = "Annabelle"
    move(workspace, anna)
    worker()
    for mail in outbox.outbox:
        assert b"Annabelle" not in mail.body
    bodies = {mail.rcpt_to: mail.body for mail in outbox.outbox}
    assert OLD.encode() not in bodies[NEW]
    assert NEW.encode() not in bodies[OLD]


def test_what_the_person_agreed_to_goes_with_them_and_the_proof_says_so(
    workspace, anna, letter
):
    move(workspace, anna)
    assert gate.ask(anna, workspace, purpose_of(letter), NOTHING).allowed
    about_list = [
        event for event in ledger.history(anna) if event.purpose_id == letter.purpose_id
    ]
    latest, first = about_list
    assert (latest.state, latest.method) == (State.GIVEN, "new_address")
    assert latest.text_id == first.text_id
    db.session.flush()
    known = evidence.read(latest)
    assert (known["address"], known["former_address"]) == (NEW, OLD)
    assert OLD not in str(latest.detail)


def test_what_was_refused_is_not_agreed_to_by_moving(workspace, anna, letter):
    offers = make_list(workspace, name="Offres")
    subscribing.leave(anna, letter, subscribing.Leaving("preferences"))
    move(workspace, anna)
    answer = gate.ask(anna, workspace, purpose_of(letter), NOTHING)
    assert answer.reason is Reason.WITHDRAWN
    assert ledger.state_of(anna, purpose_of(offers)) is None


def test_whoever_moves_neither_comes_to_a_list_nor_leaves_it(workspace, anna, letter):
    before = queries.growth(workspace, [letter])
    move(workspace, anna)
    db.session.flush()
    assert queries.growth(workspace, [letter]) == before


def test_the_move_is_in_the_history_of_the_contact_without_addresses(workspace, anna):
    move(workspace, anna)
    moving.undo(token("old_address"))
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.target_kind == "contact")
        .order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == [
        "contact.address_changed",
        "contact.address_restored",
    ]
    assert "@" not in str([(entry.detail, entry.target_name) for entry in entries])


@pytest.mark.parametrize(
    "reason",
    [
        SuppressionReason.UNSUBSCRIBED_FROM_ALL,
        SuppressionReason.COMPLAINT,
        SuppressionReason.STAFF,
        SuppressionReason.ERASED,
    ],
)
def test_never_again_goes_with_the_person(workspace, anna, reason):
    suppression.suppress(workspace, OLD, reason)
    move(workspace, anna)
    for address in (OLD, NEW):
        assert suppression.reason_for(workspace, address) is reason
    assert suppression.find(workspace, anna)


def test_a_dead_mailbox_stays_behind_and_is_not_written_to(workspace, anna, letter):
    suppression.suppress(workspace, OLD, SuppressionReason.HARD_BOUNCE)
    move(workspace, anna)
    assert suppression.is_suppressed(workspace, OLD)
    assert gate.ask(anna, workspace, purpose_of(letter), NOTHING).allowed
    assert mailed("old_address") == []


def test_a_new_address_whose_owner_wants_nothing_stays_suppressed(
    workspace, anna, letter
):
    suppression.suppress(workspace, NEW, SuppressionReason.UNSUBSCRIBED_FROM_ALL)
    move(workspace, anna)
    answer = gate.ask(anna, workspace, purpose_of(letter), NOTHING)
    assert answer.reason is Reason.SUPPRESSED


def test_a_new_address_that_was_dead_is_not_since_our_mail_came_through(
    workspace, anna, letter
):
    suppression.suppress(workspace, NEW, SuppressionReason.HARD_BOUNCE)
    move(workspace, anna)
    assert gate.ask(anna, workspace, purpose_of(letter), NOTHING).allowed


def test_a_sign_up_that_waits_in_the_old_mailbox_confirms_nothing_more(workspace, anna):
    offers = make_list(workspace, name="Offres")
    subscribing.ask(offers, anna, asked=Asked())
    waiting = token("confirmation")
    move(workspace, anna)
    assert confirming.confirm(waiting) is SignUp.EXPIRED


@pytest.mark.covers("consent-11")
def test_an_address_of_somebody_else_gets_the_same_mail_and_nobody_is_merged(
    workspace, anna
):
    berta = make_contact(workspace, "Berta@example.com")
    moving.ask(workspace, anna, "berta@example.com")
    [mail] = mailed("new_address")
    assert mail.recipient == "berta@example.com"
    assert moving.confirm(token("new_address")) is Standing.TAKEN
    assert (anna.email, berta.email) == (OLD, "Berta@example.com")
    assert db.session.scalar(select(AddressChange.confirmed_at)) is None


def test_a_link_is_good_for_a_day_and_once(workspace, anna):
    moving.ask(workspace, anna, NEW)
    late = token("new_address")
    with clock.stopped(clock.ahead(days=1, seconds=1)):
        assert moving.confirm(late) is Standing.EXPIRED
    assert anna.email == OLD
    assert move(workspace, anna) is Standing.OPEN
    assert moving.confirm(token("new_address")) is Standing.DONE


def test_only_the_last_address_asked_for_can_be_confirmed(workspace, anna):
    moving.ask(workspace, anna, NEW)
    first = token("new_address")
    moving.ask(workspace, anna, "other@example.com")
    assert moving.confirm(first) is Standing.EXPIRED
    assert moving.confirm(token("new_address")) is Standing.OPEN
    assert anna.email == "other@example.com"


def test_a_link_nobody_mailed_moves_nobody(workspace, anna):
    moving.ask(workspace, anna, NEW)
    assert moving.confirm("x" * 22) is None
    assert moving.undo("x" * 22) is None
    assert anna.email == OLD


@pytest.mark.parametrize("same", [OLD, "Anna@Example.org"])
def test_the_same_address_is_no_move(workspace, anna, same):
    with pytest.raises(AddressIsTheSame):
        moving.ask(workspace, anna, same)


@pytest.mark.covers("delivery-52")
def test_an_address_gets_few_mails_whoever_asks_and_for_whatever_reason(
    workspace, anna, letter
):
    for number in range(2):
        moving.ask(workspace, make_contact(workspace, f"a{number}@example.org"), NEW)
    subscribing.ask(letter, make_contact(workspace, NEW), asked=Asked())
    assert len(mailed("new_address")) + len(mailed("confirmation")) == 3
    moving.ask(workspace, anna, NEW)
    offers = make_list(workspace, name="Offres")
    subscribing.ask(offers, make_contact(workspace, NEW), asked=Asked())
    assert len(mailed("new_address")) + len(mailed("confirmation")) == 3


def test_one_person_has_few_addresses_written_to(workspace, anna):
    for number in range(9):
        moving.ask(workspace, anna, f"nouvelle{number}@example.com")
    assert len(mailed("new_address")) == moving.MOST_A_DAY


def test_an_address_whose_owner_blocked_such_mails_gets_none(workspace, anna):
    blocks.block(workspace.id, NEW)
    moving.ask(workspace, anna, NEW)
    assert mailed("new_address") == []


def test_the_old_mailbox_takes_the_person_back_for_thirty_days(workspace, anna, letter):
    move(workspace, anna)
    with clock.stopped(clock.ahead(days=29)):
        assert moving.undo(token("old_address")) is Standing.OPEN
    assert anna.email == OLD
    assert gate.ask(anna, workspace, purpose_of(letter), NOTHING).allowed
    db.session.flush()
    assert evidence.read(ledger.history(anna)[0])["address"] == OLD


def test_after_thirty_days_it_is_too_late(workspace, anna):
    move(workspace, anna)
    with clock.stopped(clock.ahead(days=30, seconds=1)):
        assert moving.undo(token("old_address")) is Standing.EXPIRED
    assert anna.email == NEW


def test_once_undone_nobody_moves_the_person_away_for_thirty_days(workspace, anna):
    move(workspace, anna)
    moving.ask(workspace, anna, "third@example.com")
    waiting = token("new_address")
    moving.undo(token("old_address"))
    assert moving.confirm(waiting) is Standing.EXPIRED
    with pytest.raises(MovingIsFrozen):
        moving.ask(workspace, anna, "third@example.com")
    with clock.stopped(clock.ahead(days=30, seconds=1)):
        assert move(workspace, anna, "third@example.com") is Standing.OPEN


def test_the_first_mailbox_takes_back_whoever_was_moved_on_from_the_second(
    workspace, anna
):
    move(workspace, anna)
    true_undo = token("old_address")
    move(workspace, anna, "third@example.com")
    wrong_undo = token("old_address")
    assert moving.undo(true_undo) is Standing.OPEN
    assert anna.email == OLD
    assert moving.undo(wrong_undo) is Standing.DONE
    assert anna.email == OLD


def test_an_old_address_that_is_somebody_elses_now_takes_nobody_back(workspace, anna):
    move(workspace, anna)
    other = make_contact(workspace, OLD)
    assert moving.undo(token("old_address")) is Standing.TAKEN
    assert (anna.email, other.email) == (NEW, OLD)


def test_what_stood_against_the_wrong_address_stays_with_it(workspace, anna, letter):
    suppression.suppress(workspace, NEW, SuppressionReason.UNSUBSCRIBED_FROM_ALL)
    move(workspace, anna)
    moving.undo(token("old_address"))
    assert suppression.is_suppressed(workspace, NEW)
    assert gate.ask(anna, workspace, purpose_of(letter), NOTHING).allowed


def test_moves_are_forgotten_when_they_can_be_neither_confirmed_nor_undone(
    workspace, anna
):
    moving.ask(workspace, anna, "never@example.com")
    move(workspace, anna)
    undone = make_contact(workspace, "berta@example.org")
    move(workspace, undone, "berta@example.com")
    moving.undo(token("old_address"))
    db.session.commit()

    def left():
        address_changes.purge()
        return set(db.session.scalars(select(AddressChange.new_address)))

    assert left() == {"never@example.com", NEW, "berta@example.com"}
    with clock.stopped(clock.ahead(days=9)):
        assert left() == {NEW, "berta@example.com"}
    with clock.stopped(clock.ahead(days=31)):
        assert left() == set()


def test_the_daily_work_forgets_them(workspace, anna, worker):
    moving.ask(workspace, anna, NEW)
    db.session.commit()
    with clock.stopped(clock.ahead(days=9)):
        jobs.purge_unconfirmed.enqueue()
        worker()
    assert db.session.scalars(select(AddressChange)).all() == []


def test_the_move_of_an_erased_person_is_forgotten_with_them(workspace, anna):
    moving.ask(workspace, anna, NEW)
    secret = token("new_address")
    db.session.commit()
    db.session.delete(db.session.get_one(Contact, anna.id))
    db.session.commit()
    assert moving.confirm(secret) is None
