"""A search of a whole workspace: what it finds, what it leaves alone, how it is taken up again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.duplicates import french
from tests.duplicates.filling import fill
from tests.factories import accounts as make_accounts
from tests.factories import subscriptions as make
from webapp.core import clock, draining, events
from webapp.core.db import db
from webapp.duplicates import finding, searching
from webapp.duplicates.events import DuplicatesFound
from webapp.duplicates.models import (
    Decision,
    DupPair,
    MatchDue,
    MatchModel,
    MatchProfile,
    MatchRun,
    RunState,
)

ANNE = {
    "first_name": "Anne",
    "last_name": "Lemaire",
    "phone": "+33612345678",
    "street": "12 rue Victor Hugo",
    "postcode": "75011",
    "city": "Paris",
}
BORN = date(1980, 1, 31)


@pytest.fixture
def anne(workspace):
    return make.contact(workspace, "anne@exemple.fr", **ANNE, birth_date=BORN)


def again(workspace, email="lemaire@exemple.fr", **changed):
    """The same person, entered once more."""
    return make.contact(workspace, email, **{**ANNE, "birth_date": BORN, **changed})


def found():
    db.session.expire_all()
    question = select(DupPair).order_by(DupPair.a_id, DupPair.b_id)
    return list(db.session.scalars(question))


def decisions():
    return [pair.decision for pair in found()]


def touch(contact, **changes):
    """A change by some other way than a form."""
    contact.updated_at = clock.now() + timedelta(minutes=1)
    for name, value in changes.items():
        setattr(contact, name, value)
    db.session.commit()


def test_somebody_entered_twice_is_found(workspace, anne):
    twin = again(workspace)
    run = finding.find(workspace)
    (pair,) = found()
    assert (pair.a_id, pair.b_id) == (anne.id, twin.id)
    assert (pair.decision, pair.reasons) == (Decision.AUTO, [])
    assert pair.score > 0.99
    assert pair.levels["birth_date"][0] == "same"
    assert (run.state, run.figures["auto"]) == (RunState.DONE, 1)


def test_brothers_are_left_alone(workspace, anne):
    again(workspace, first_name="Xavier", birth_date=None, phone="+33799999999")
    finding.find(workspace)
    assert found() == []


def test_other_workspaces_are_other_bases(workspace, anne):
    elsewhere = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    again(elsewhere)
    finding.find(workspace)
    finding.find(elsewhere)
    assert found() == []


@pytest.mark.covers("data-19")
def test_a_rejected_pair_is_not_proposed_again_until_a_compared_field_changes(
    workspace, anne
):
    twin = again(workspace)
    finding.find(workspace)
    (pair,) = found()
    pair.decision, pair.decided_at = Decision.REJECTED, clock.now()
    db.session.commit()

    finding.find(workspace)
    touch(twin, language="en")
    finding.find(workspace)
    touch(twin, city="PARIS")
    finding.find(workspace)
    assert decisions() == [Decision.REJECTED]

    touch(twin, street="14 rue Victor Hugo")
    finding.find(workspace)
    (pair,) = found()
    assert pair.decision == Decision.PENDING
    assert pair.reasons == ["said_no"]


def test_a_pair_that_was_merged_stays_merged(workspace, anne):
    twin = again(workspace)
    finding.find(workspace)
    found()[0].decision = Decision.MERGED
    touch(twin, street="14 rue Victor Hugo")
    finding.find(workspace)
    assert decisions() == [Decision.MERGED]


def test_what_is_alike_no_more_leaves_the_queue(workspace, anne):
    twin = again(workspace)
    finding.find(workspace)
    touch(twin, first_name="Bob", last_name="Petit", birth_date=None, phone="")
    finding.find(workspace)
    assert found() == []


def test_a_chain_that_contradicts_itself_is_for_a_person_to_judge(workspace, anne):
    again(workspace, "l2@exemple.fr", first_name="A.", birth_date=None)
    again(workspace, "l3@exemple.fr", first_name="Annabelle", birth_date=None)
    finding.find(workspace)
    assert Decision.AUTO not in decisions()
    held_back = [pair for pair in found() if "contradiction" in pair.reasons]
    assert held_back


def test_a_crowd_is_for_a_person_to_judge(workspace, anne):
    for number in range(9):
        again(workspace, f"l{number}@exemple.fr")
    finding.find(workspace)
    assert len(found()) == 45
    assert {pair.decision for pair in found()} == {Decision.PENDING}
    assert found()[0].reasons == ["crowd"]


def test_marks_that_too_many_share_are_left_out_and_told(workspace):
    people = [
        french.Person(
            who=number, email=f"p{number}@exemple.fr", landline="+33123456789"
        )
        for number in range(102)
    ]
    fill(workspace, [french.replace(one, first_name="Ali") for one in people])
    run = finding.find(workspace)
    assert run.figures["crowded"] == {"landline": 1}
    assert found() == []


def test_restricted_data_is_not_compared(workspace, anne):
    twin = again(workspace)
    finding.find(workspace)
    twin.restricted_at = clock.now()
    touch(twin)
    touch(anne, street="13 rue Victor Hugo")
    finding.find(workspace)
    assert found() == []


def test_only_what_changed_is_compared_again(workspace, anne):
    again(workspace)
    finding.find(workspace)
    first = db.session.scalar(select(MatchRun).order_by(MatchRun.id.desc()))
    finding.find(workspace)
    second = db.session.scalar(select(MatchRun).order_by(MatchRun.id.desc()))
    assert (first.id != second.id, second.total) == (True, 0)
    assert db.session.scalar(select(func.count()).select_from(MatchModel)) == 1


def test_a_small_base_is_compared_by_the_shipped_weights(workspace, anne):
    finding.find(workspace)
    model = db.session.scalar(select(MatchModel))
    assert (model.version, model.is_trained, model.contacts) == (1, False, 1)


def test_a_large_base_teaches_its_own_weights_and_is_searched_as_in_plain_python(
    workspace,
):
    people = french.base(2_200)
    numbers = fill(workspace, people)
    finding.find(workspace)
    assert db.session.scalar(select(MatchModel)).is_trained
    place = {number: at for at, number in enumerate(numbers)}
    auto = {
        tuple(sorted((place[pair.a_id], place[pair.b_id])))
        for pair in found()
        if pair.decision == Decision.AUTO
    }
    truth = french.truth(people)
    assert len(auto & truth) >= 0.99 * len(auto)
    assert len(auto & truth) >= 0.78 * len(truth)


def test_a_search_goes_on_where_its_worker_ended(workspace, anne, monkeypatch):
    again(workspace)
    run = finding.ask(workspace)
    db.session.commit()
    draining.request()
    finding.carry_out(run.id)
    db.session.refresh(run)
    assert (run.state, run.alive_at) == (RunState.RUNNING, None)
    assert db.session.scalar(select(func.count()).select_from(MatchProfile)) == 2

    draining.withdraw()
    finding.carry_out(run.id)
    assert decisions() == [Decision.AUTO]


def test_a_search_that_fails_half_way_loses_nothing(workspace, anne, monkeypatch):
    again(workspace)
    run = finding.ask(workspace)
    db.session.commit()
    with monkeypatch.context() as broken:
        broken.setattr(searching, "judge", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            finding.carry_out(run.id)
    # Its worker may still be at it: another one waits for a sign of life to stay out.
    finding.carry_out(run.id)
    assert (run.state, decisions()) == (RunState.RUNNING, [Decision.PENDING])
    run.alive_at = clock.now() - finding.SILENCE - timedelta(seconds=1)
    db.session.commit()
    finding.carry_out(run.id)
    assert decisions() == [Decision.AUTO]
    assert db.session.scalar(select(func.count()).select_from(MatchDue)) == 0


def test_slices_find_what_one_would(workspace, monkeypatch):
    fill(workspace, french.base(300))
    monkeypatch.setattr(searching, "SLICE", 40)
    finding.find(workspace)
    in_slices = [(pair.a_id, pair.b_id, pair.score) for pair in found()]
    db.session.execute(DupPair.__table__.delete())
    monkeypatch.undo()
    everybody = select(MatchProfile.workspace_id, MatchProfile.contact_id)
    db.session.execute(
        MatchDue.__table__.insert().from_select(
            ["workspace_id", "contact_id"], everybody
        )
    )
    finding.find(workspace)
    assert [(pair.a_id, pair.b_id, pair.score) for pair in found()] == in_slices
    assert len(in_slices) > 50


def test_one_search_at_a_time(workspace, anne):
    assert finding.ask(workspace) is finding.ask(workspace)


def test_every_night_only_those_who_have_news_are_searched(workspace, anne):
    quiet = make_accounts.workspace(slug="calme", name="Calme")
    again(quiet)
    db.session.commit()
    finding.find(quiet)
    finding.ask_everywhere()
    assert finding.current(quiet) is None
    assert finding.current(workspace) is not None


def test_a_search_whose_wake_up_was_lost_is_woken(workspace, anne, worker):
    again(workspace)
    run = finding.ask(workspace)
    run.asked_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    finding.rescue()
    worker()
    assert run.state == RunState.DONE


def test_a_search_that_never_ends_is_given_up(workspace, anne):
    run = finding.ask(workspace)
    run.figures = {"attempts": finding.ATTEMPTS}
    run.asked_at = clock.now() - timedelta(hours=1)
    finding.rescue()
    assert run.state == RunState.FAILED
    assert finding.current(workspace) is None


def test_the_end_of_a_search_is_told(workspace, anne, monkeypatch):
    again(workspace)
    heard = []
    monkeypatch.setattr(events, "publish", heard.append)
    finding.find(workspace)
    assert heard == [DuplicatesFound(workspace.id, 1)]
