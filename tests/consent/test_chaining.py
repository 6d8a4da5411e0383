"""The events of a workspace are one chain, whoever writes and by whatever way."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import chain, ledger, purposes
from webapp.consent.models import ConsentEvent, LedgerHead, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction

WRITERS = 100


@pytest.fixture
def anna(workspace):
    made = make_contact(workspace)
    db.session.commit()
    return made


@pytest.fixture
def letter(workspace):
    made = make_list(workspace)
    db.session.commit()
    return made


def chain_of(workspace):
    db.session.expire_all()
    return db.session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.workspace_id == workspace.id)
        .order_by(ConsentEvent.seq)
    ).all()


def assert_is_one_chain(events, count):
    assert [event.seq for event in events] == list(range(1, count + 1))
    before = chain.GENESIS
    for event in events:
        assert event.prev_hash == before
        assert event.hash == chain.link(before, chain.content(event))
        before = event.hash


@pytest.mark.covers("consent-17")
def test_a_hundred_writers_at_once_make_one_chain_without_a_gap(
    app, workspace, anna, letter
):
    numbers = anna.id, letter.purpose_id
    db.session.commit()
    ready = threading.Barrier(20)

    def write(turn):
        with app.app_context(), transaction():
            contact = db.session.get_one(Contact, numbers[0])
            purpose = db.session.get_one(Purpose, numbers[1])
            # As many as the pool has connections reach for the chain at the same moment.
            ready.wait(30)
            says(contact, purpose, list(State)[turn % 4])

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert_is_one_chain(chain_of(workspace), WRITERS)
    head = db.session.get_one(LedgerHead, workspace.id)
    assert (head.size, head.hash) == (WRITERS, chain_of(workspace)[-1].hash)


def test_each_workspace_has_a_chain_of_its_own(workspace, anna, letter):
    elsewhere = make_workspace(slug="ailleurs")
    bea, offers = make_contact(elsewhere), make_list(elsewhere)
    for _ in range(2):
        says(anna, purpose_of(letter), State.GIVEN)
        says(bea, purpose_of(offers), State.GIVEN)
    for one in (workspace, elsewhere):
        assert_is_one_chain(chain_of(one), 2)


def test_what_a_failed_request_said_leaves_no_gap(workspace, anna, letter):
    says(anna, purpose_of(letter), State.PENDING)
    db.session.commit()
    says(anna, purpose_of(letter), State.GIVEN)
    db.session.rollback()
    says(anna, purpose_of(letter), State.REFUSED)
    db.session.commit()
    assert_is_one_chain(chain_of(workspace), 2)


def test_many_events_at_once_go_on_from_the_last_one(workspace, anna, letter):
    says(anna, purpose_of(letter), State.PENDING)
    ledger.append_many(workspace, [event(anna, letter) for _ in range(50)])
    says(anna, purpose_of(letter), State.WITHDRAWN)
    assert_is_one_chain(chain_of(workspace), 52)


def test_an_event_holds_fast_the_words_and_the_form_that_were_shown(
    workspace, anna, letter
):
    words = ledger.shown(workspace, "purpose", "Je veux la lettre.", "fr")
    said = says(anna, purpose_of(letter), State.GIVEN, text_id=words.id)
    db.session.commit()
    shown = hashlib.sha256(words.body.encode()).hexdigest()
    assert chain.content(said)["text_hash"] == shown


def event(contact, mailing_list, **changes):
    values = {
        "workspace_id": contact.workspace_id,
        "contact_id": contact.id,
        "purpose_id": mailing_list.purpose_id,
        "state": State.GIVEN,
        "basis": "consent",
        "method": "import",
        "at": clock.now(),
        "detail": {},
        **changes,
    }
    return ConsentEvent(**values)


def forged(contact, mailing_list, seq, prev_hash):
    made = event(contact, mailing_list, seq=seq, prev_hash=prev_hash)
    values = {
        each.name: getattr(made, each.name)
        for each in ConsentEvent.__table__.columns
        if each.name not in {"id", "hash"}
    }
    return {**values, "hash": b"?" * 32}


@pytest.mark.covers("consent-13")
@pytest.mark.parametrize(
    ("seq", "prev_hash"),
    [(3, bytes(32)), (2, bytes(32)), (1, bytes(32)), (0, bytes(32))],
    ids=["gap", "other-chain", "again", "before"],
)
def test_a_row_that_does_not_go_on_from_the_last_one_is_refused(
    workspace, anna, letter, seq, prev_hash
):
    says(anna, purpose_of(letter), State.GIVEN)
    with pytest.raises((DBAPIError, IntegrityError), match=r"go on from|uq_consent"):
        db.session.execute(
            insert(ConsentEvent).values(forged(anna, letter, seq, prev_hash))
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO consent_state VALUES (:contact, :opens, 'given', 'consent', 'staff', now(), 1)",
        "UPDATE consent_state SET state = 'given'",
        "UPDATE consent_state SET basis = 'legitimate_interest'",
        "UPDATE consent_state SET since = now() - interval '1 year'",
    ],
)
@pytest.mark.covers("consent-13")
def test_nobody_stands_anywhere_without_having_said_so(
    workspace, anna, letter, statement
):
    says(anna, purpose_of(letter), State.REFUSED)
    opens = purposes.measuring(workspace).opens.id
    db.session.commit()
    db.session.execute(text(statement), {"contact": anna.id, "opens": opens})
    with pytest.raises(DBAPIError, match="no consent_event says this"):
        db.session.commit()
    db.session.rollback()
    assert ledger.state_of(anna, purpose_of(letter)).state == State.REFUSED
