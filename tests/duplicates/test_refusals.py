"""A no counts for the person, a yes for one address."""

import pytest

from tests.factories import audience as make
from webapp.consent import gate, ledger, projecting, purposes
from webapp.consent.gate import Reason
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.deliverability.suppression import OnlyThePersonMayLift
from webapp.duplicates import merging, undoing
from webapp.subscriptions import subscribing
from webapp.subscriptions.subscribing import Leaving

SAID = [None, *State]
OPT_OUTS = {State.REFUSED, State.WITHDRAWN}


@pytest.fixture
def letter(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def purpose(letter):
    return db.session.get(Purpose, letter.purpose_id)


def state(contact, purpose):
    found = ledger.state_of(contact, purpose)
    return found and found.state


def two(workspace, letter, mine, theirs):
    made = make.contact(workspace), make.contact(workspace)
    for contact, said in zip(made, (mine, theirs), strict=True):
        if said:
            make.say(contact, letter, said)
    return made


@pytest.mark.covers("data-18")
@pytest.mark.parametrize("theirs", SAID)
@pytest.mark.parametrize("mine", SAID)
def test_a_no_on_either_side_survives_merging_and_undoing(
    workspace, letter, purpose, mine, theirs
):
    survivor, absorbed = two(workspace, letter, mine, theirs)
    former = absorbed.id
    event = merging.merge(workspace, survivor, absorbed, None)
    if {mine, theirs} & OPT_OUTS:
        assert state(survivor, purpose) in OPT_OUTS
        assert gate.explain(survivor, purpose).reason in {
            Reason.REFUSED,
            Reason.WITHDRAWN,
        }
    else:
        assert state(survivor, purpose) == mine
    assert projecting.differences(workspace) == []
    db.session.commit()
    back = undoing.undo(event)
    assert (state(survivor, purpose), state(back, purpose)) == (mine, theirs)
    assert back.id == former
    assert projecting.differences(workspace) == []
    db.session.commit()


@pytest.mark.covers("data-18")
@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppression_on_either_side_survives_merging_and_undoing(
    workspace, letter, reason
):
    survivor, absorbed = two(workspace, letter, State.GIVEN, State.GIVEN)
    address = absorbed.email
    suppression.suppress(workspace, address, reason, absorbed)
    event = merging.merge(workspace, survivor, absorbed, None)
    assert suppression.is_suppressed(workspace, address)
    stops = reason not in suppression.DEAD_MAILBOX
    assert suppression.is_suppressed(workspace, survivor.email) is stops
    back = undoing.undo(event)
    assert suppression.find(workspace, back).reason == reason
    assert not suppression.is_suppressed(workspace, survivor.email)


def test_what_was_refused_under_the_other_address_is_lifted_by_no_colleague(
    workspace, letter
):
    survivor, absorbed = two(workspace, letter, State.GIVEN, State.GIVEN)
    suppression.suppress(
        workspace, absorbed.email, SuppressionReason.COMPLAINT, absorbed
    )
    merging.merge(workspace, survivor, absorbed, None)
    with pytest.raises(OnlyThePersonMayLift):
        suppression.lift_by_hand(workspace, survivor.email)


def test_a_later_yes_of_the_person_takes_the_place_of_the_carried_no(
    workspace, letter, purpose
):
    survivor, absorbed = two(workspace, letter, State.GIVEN, State.WITHDRAWN)
    event = merging.merge(workspace, survivor, absorbed, None)
    make.say(survivor, letter, State.GIVEN)
    assert state(survivor, purpose) == State.GIVEN
    assert projecting.differences(workspace) == []
    back = undoing.undo(event)
    assert state(survivor, purpose) == State.GIVEN
    assert state(back, purpose) == State.WITHDRAWN
    db.session.commit()


@pytest.mark.covers("data-18")
def test_what_was_refused_since_the_merge_both_refuse_once_it_is_undone(
    workspace, letter, purpose
):
    survivor, absorbed = two(workspace, letter, State.GIVEN, State.GIVEN)
    event = merging.merge(workspace, survivor, absorbed, None)
    db.session.commit()
    subscribing.leave_everything(survivor, Leaving("unsubscribe_page"))
    db.session.commit()
    back = undoing.undo(event)
    db.session.commit()
    assert state(survivor, purpose) == state(back, purpose) == State.WITHDRAWN
    for contact in (survivor, back):
        assert suppression.is_suppressed(workspace, contact.email)
    assert ledger.history(back)[0].method == "merge_undone"


def test_a_refusal_goes_on_through_a_chain_of_merges(workspace, letter, purpose):
    first, second = two(workspace, letter, None, State.REFUSED)
    third = make.subscriber(workspace, letter)
    inner = merging.merge(workspace, first, second, None)
    outer = merging.merge(workspace, third, first, None)
    assert state(third, purpose) == State.REFUSED
    db.session.commit()
    undoing.undo(outer)
    assert state(third, purpose) == State.GIVEN
    undoing.undo(inner)
    assert state(db.session.merge(first), purpose) is None
    assert projecting.differences(workspace) == []
    db.session.commit()


def test_who_refused_to_be_measured_anywhere_is_not_measured(workspace, letter):
    asked = purposes.measuring(workspace)
    survivor = make.subscriber(workspace, letter, opens=True, clicks=True)
    absorbed = make.contact(workspace)
    ledger.record(absorbed, asked.clicks, State.REFUSED, Evidence("staff"))
    merging.merge(workspace, survivor, absorbed, None)
    purpose = db.session.get(Purpose, letter.purpose_id)
    answer = gate.ask(
        survivor, workspace, purpose, gate.Measures(opens=True, clicks=True)
    )
    assert (answer.opens, answer.clicks) == (True, False)
