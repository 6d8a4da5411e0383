"""Events get their place in the chain at the end of a transaction, and no place is lost or given twice."""

import threading
from itertools import chain as all_of

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.consent.test_chaining import assert_is_one_chain, chain_of
from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import checking, ledger, projecting
from webapp.consent.models import ConsentEvent, LedgerHead, Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db, transaction


@pytest.fixture
def letter(workspace):
    made = make_list(workspace)
    db.session.commit()
    return made


@pytest.fixture
def anna(workspace):
    made = make_contact(workspace)
    db.session.commit()
    return made


def the_chain_is_held():
    """Whether this transaction has the lock that others would wait for."""
    return bool(
        db.session.connection()
        .exec_driver_sql(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND"
            " relation = 'ledger_head'::regclass AND mode = 'RowShareLock'"
            " AND pid = pg_backend_pid()"
        )
        .scalar()
    )


def test_nobody_waits_for_the_chain_while_a_request_is_still_at_work(anna, letter):
    says(anna, purpose_of(letter), State.GIVEN)
    assert ledger.state_of(anna, purpose_of(letter)).state == State.GIVEN
    assert not the_chain_is_held()


@pytest.mark.parametrize(
    "read",
    [
        ledger.history,
        lambda contact: list(db.session.scalars(select(ConsentEvent.seq))),
        lambda contact: list(db.session.execute(select(ConsentEvent.__table__))),
        lambda contact: list(db.session.execute(text("SELECT 1 FROM consent_event"))),
        lambda contact: list(db.session.scalars(select(LedgerHead.size))),
    ],
    ids=["history", "column", "table", "text", "head"],
)
def test_who_reads_the_ledger_finds_what_this_transaction_said(anna, letter, read):
    says(anna, purpose_of(letter), State.GIVEN)
    assert len(read(anna)) == 1


def test_what_is_said_after_the_ledger_was_read_goes_on_from_there(
    workspace, anna, letter
):
    says(anna, purpose_of(letter), State.PENDING)
    assert len(ledger.history(anna)) == 1
    says(anna, purpose_of(letter), State.GIVEN)
    db.session.commit()
    assert_is_one_chain(chain_of(workspace), 2)


def test_two_workspaces_in_one_transaction_have_a_chain_each(workspace, anna, letter):
    elsewhere = make_workspace(slug="ailleurs")
    bea, offers = make_contact(elsewhere), make_list(elsewhere)
    for _ in range(2):
        says(bea, purpose_of(offers), State.GIVEN)
        says(anna, purpose_of(letter), State.GIVEN)
    db.session.commit()
    for one in (workspace, elsewhere):
        assert_is_one_chain(chain_of(one), 2)


STEPS = st.lists(
    st.sampled_from(["say", "read", "savepoint", "release", "undo"]), max_size=12
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS, st.booleans())
def test_exactly_what_was_not_undone_is_in_the_chain_in_its_order(
    workspace, anna, letter, steps, keep
):
    before = [event.id for event in chain_of(workspace)]
    open_ones, told = [], [[]]
    for step in steps:
        if step == "say":
            told[-1].append(says(anna, purpose_of(letter), State.GIVEN).id)
        elif step == "read":
            found = [event.id for event in ledger.history(anna)[::-1]]
            assert found == before + list(all_of(*told))
        elif step == "savepoint":
            open_ones.append(db.session.begin_nested())
            told.append([])
        elif open_ones and step == "release":
            open_ones.pop().commit()
            last = told.pop()
            told[-1].extend(last)
        elif open_ones:
            open_ones.pop().rollback()
            told.pop()
    while open_ones:
        open_ones.pop().commit()
    if not keep:
        db.session.rollback()
        told = []
    db.session.commit()
    made = chain_of(workspace)
    assert [event.id for event in made] == before + list(all_of(*told))
    assert_is_one_chain(made, len(made))
    assert projecting.differences(workspace) == []
    assert [one.size for one in checking.verify(workspace)] == [
        each.seq for each in made
    ]


@pytest.mark.covers("consent-17", "consent-20")
def test_people_who_change_their_minds_at_once_leave_one_chain_and_its_last_word(
    app, workspace, letter
):
    people = [make_contact(workspace) for _ in range(3)]
    numbers, asked = [person.id for person in people], letter.purpose_id
    db.session.commit()

    def change(turn):
        with app.app_context(), transaction():
            contact = db.session.get_one(Contact, numbers[turn % 3])
            purpose = db.session.get_one(Purpose, asked)
            for again in range(2):
                says(contact, purpose, list(State)[(turn + again) % 4])

    threads = [threading.Thread(target=change, args=(turn,)) for turn in range(18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_is_one_chain(chain_of(workspace), 36)
    assert projecting.differences(workspace) == []


def test_the_answer_is_given_once_what_was_said_is_on_disk(anna, letter):
    # The tests' own server waits for no disk: this transaction asks it to.
    connection = db.session.connection().connection.driver_connection
    connection.execute("SET synchronous_commit = on")
    says(anna, purpose_of(letter), State.GIVEN)
    db.session.commit()
    behind = connection.execute(
        "SELECT pg_current_wal_insert_lsn() - pg_current_wal_flush_lsn()"
    ).fetchone()
    connection.execute("RESET synchronous_commit")
    connection.commit()
    assert behind[0] <= 0
