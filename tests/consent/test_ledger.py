"""What was said stays as it was said."""

import threading

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from tests.factories.widgets import widget as make_widget
from webapp.consent import checkpoints, ledger
from webapp.consent.models import (
    ConsentEvent,
    ConsentState,
    LedgerCheckpoint,
    Purpose,
    ShownText,
    State,
)
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.widgets.models import WidgetVersion

REBUILT = text(
    """
    SELECT DISTINCT ON (contact_id, purpose_id)
           contact_id, purpose_id, state, basis, method, at, id
      FROM consent_event ORDER BY contact_id, purpose_id, id DESC
    """
)


@pytest.fixture
def said(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    says(anna, purpose_of(letter), State.GIVEN)
    db.session.commit()
    return anna, letter


@pytest.mark.covers("consent-16")
@pytest.mark.parametrize(
    "statement",
    [
        update(ConsentEvent).values(state=State.WITHDRAWN),
        delete(ConsentEvent),
        text("TRUNCATE consent_event"),
        text("TRUNCATE consent_event CASCADE"),
        update(ShownText).values(body="autre chose"),
        delete(ShownText),
    ],
    ids=["update", "delete", "truncate", "cascade", "text-update", "text-delete"],
)
def test_what_was_said_cannot_be_changed_even_by_the_owner_of_the_table(
    said, statement
):
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(statement)


@pytest.mark.covers("consent-14")
@pytest.mark.covers("consent-16")
def test_a_form_and_a_checkpoint_stay_as_they_were(workspace, said):
    make_widget(workspace)
    checkpoints.take(workspace)
    for statement in (
        update(WidgetVersion).values(html="<p>Autre chose</p>"),
        update(LedgerCheckpoint).values(size=1000),
        delete(LedgerCheckpoint),
    ):
        db.session.flush()
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(statement)


@pytest.mark.covers("consent-15")
def test_time_method_wording_and_state_are_the_servers_whatever_is_sent(
    workspace, client, stopped_clock
):
    form = make_widget(workspace)
    db.session.commit()
    client.post(
        f"/f/{form.public_id}",
        data={
            "email": "anna@example.org",
            "at": "2020-01-01T00:00:00Z",
            "method": "confirmation",
            "state": "given",
            "basis": "legitimate_interest",
            "text_id": "999",
            "seq": "7",
        },
    )
    event = db.session.scalars(select(ConsentEvent)).one()
    assert (event.at, event.method, event.state, event.basis, event.seq) == (
        clock.now(),
        "widget",
        State.PENDING,
        "consent",
        1,
    )
    words = db.session.get_one(ShownText, event.text_id)
    assert words.body == "Je souhaite recevoir les nouveautés par e-mail."


def test_the_proof_outlives_the_contact(said):
    anna, _ = said
    db.session.delete(anna)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(ConsentEvent)) == 1
    assert db.session.scalar(select(func.count()).select_from(ConsentState)) == 0


@pytest.mark.covers("consent-20")
def test_todays_state_rebuilt_from_the_events_equals_the_table(workspace):
    lists = [make_list(workspace, name=name) for name in ("Un", "Deux")]
    for turn in range(12):
        person = make_contact(workspace, f"p{turn % 3}@example.org")
        says(person, purpose_of(lists[turn % 2]), list(State)[turn % 4])
    db.session.flush()
    table = ConsentState.__table__.c
    live = db.session.execute(
        select(
            table.contact_id,
            table.purpose_id,
            table.state,
            table.basis,
            table.method,
            table.since,
            table.event_id,
        ).order_by(table.contact_id, table.purpose_id)
    ).all()
    assert [tuple(row) for row in live] == [
        tuple(row) for row in db.session.execute(REBUILT)
    ]
    assert len(live) == 6


@pytest.mark.covers("consent-7")
def test_the_same_words_are_kept_once_and_other_words_apart(workspace):
    one = ledger.shown(workspace, "purpose", "Je veux la lettre.", "fr")
    assert ledger.shown(workspace, "purpose", "Je veux la lettre.", "fr").id == one.id
    others = [
        ledger.shown(workspace, "purpose", "Je veux la lettre. ", "fr"),
        ledger.shown(workspace, "purpose", "Je veux la lettre.", "en"),
        ledger.shown(workspace, "notice", "Je veux la lettre.", "fr"),
        ledger.shown(
            make_workspace(slug="ailleurs"), "purpose", "Je veux la lettre.", "fr"
        ),
    ]
    assert len({one.id, *(other.id for other in others)}) == 5


@pytest.mark.covers("consent-14")
def test_the_words_come_back_byte_for_byte(workspace):
    words = "Je veux « tout » –\n\tet même ça : ﬁ, é (e\u0301), 🙂 "
    kept = ledger.shown(workspace, "purpose", words, "fr")
    db.session.commit()
    db.session.expire_all()
    assert db.session.get_one(ShownText, kept.id).body == words


def test_two_answers_at_the_same_moment_leave_the_later_one_standing(app, said):
    anna, letter = said
    ids = anna.id, letter.purpose_id
    db.session.commit()
    together = threading.Barrier(4)

    def answer(state):
        with app.app_context(), transaction():
            mine = db.session.get_one(Contact, ids[0])
            purpose = db.session.get_one(Purpose, ids[1])
            together.wait()
            says(mine, purpose, state)

    threads = [
        threading.Thread(target=answer, args=(state,))
        for state in (State.GIVEN, State.WITHDRAWN, State.GIVEN, State.WITHDRAWN)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    last = db.session.scalars(
        select(ConsentEvent).order_by(ConsentEvent.id.desc())
    ).first()
    today = db.session.scalars(select(ConsentState)).one()
    assert (today.event_id, today.state) == (last.id, last.state)
