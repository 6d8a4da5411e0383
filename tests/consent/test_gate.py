"""May we write, and may we measure: every combination, in one truth table."""

import itertools

import pytest

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import gate, purposes
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason

ANSWERS = {
    None: Reason.NEVER_ASKED,
    State.PENDING: Reason.PENDING,
    State.GIVEN: None,
    State.REFUSED: Reason.REFUSED,
    State.WITHDRAWN: Reason.WITHDRAWN,
}
YES_NO = (False, True)
NOTHING = Measures(opens=False, clicks=False)
EVERYTHING = Measures(opens=True, clicks=True)


@pytest.mark.parametrize("suppressed", YES_NO)
@pytest.mark.parametrize("restricted", YES_NO)
@pytest.mark.parametrize("state", ANSWERS)
def test_restriction_wins_then_suppression_then_what_the_person_said(
    workspace, state, restricted, suppressed
):
    letter, anna = make_list(workspace), make_contact(workspace)
    if state:
        says(anna, purpose_of(letter), state)
    if suppressed:
        suppression.suppress(workspace, anna.email, SuppressionReason.STAFF)
    if restricted:
        editing.restrict(workspace, anna)
    answer = gate.ask(anna, workspace, purpose_of(letter), NOTHING)
    expected = ANSWERS[state]
    if suppressed:
        expected = Reason.SUPPRESSED
    if restricted:
        expected = Reason.RESTRICTED
    assert (answer.reason, answer.allowed) == (expected, expected is None)


@pytest.mark.parametrize("allowed", YES_NO)
def test_asked_about_everybody_at_once_the_gate_says_the_same(workspace, allowed):
    workspace.measures_opens = workspace.measures_clicks = allowed
    letter, asked = make_list(workspace), purposes.measuring(workspace)
    for state, restricted, suppressed in itertools.product(ANSWERS, YES_NO, YES_NO):
        anna = make_contact(workspace)
        for purpose in (purpose_of(letter), asked.opens, asked.clicks):
            if state:
                says(anna, purpose, state)
        if suppressed:
            suppression.suppress(workspace, anna.email, SuppressionReason.STAFF)
        if restricted:
            editing.restrict(workspace, anna)
    rows = [
        set(db.session.execute(ask(workspace, purpose_of(letter), EVERYTHING)).all())
        for ask in (gate.verdicts, gate.verdicts_on_all)
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) == len(ANSWERS) * 4


def test_every_reason_has_its_words():
    assert set(gate.WORDS) == set(Reason)


def test_a_person_on_one_list_is_not_on_another(workspace):
    letter, offers = make_list(workspace), make_list(workspace, name="Offres")
    anna = make_contact(workspace)
    says(anna, purpose_of(letter), State.GIVEN)
    answer = gate.ask(anna, workspace, purpose_of(offers), NOTHING)
    assert answer.reason is Reason.NEVER_ASKED


def measured(workspace, anna, letter, campaign):
    answer = gate.ask(anna, workspace, purpose_of(letter), campaign)
    return answer.opens, answer.clicks


@pytest.mark.covers("consent-31")
@pytest.mark.covers("consent-32")
def test_the_strictest_of_workspace_campaign_and_person_decides_opens_and_clicks_apart(
    workspace,
):
    """All 4 × 4 combinations of workspace and campaign, for each of 5 × 5 answers of a person."""
    letter = make_list(workspace)
    measuring = purposes.measuring(workspace)
    people = {}
    for opens, clicks in itertools.product(ANSWERS, repeat=2):
        anna = make_contact(workspace)
        says(anna, purpose_of(letter), State.GIVEN)
        for purpose, state in ((measuring.opens, opens), (measuring.clicks, clicks)):
            if state:
                says(anna, purpose, state)
        people[anna.id] = (opens is State.GIVEN, clicks is State.GIVEN)
    for shop_opens, shop_clicks, opens, clicks in itertools.product(YES_NO, repeat=4):
        workspace.measures_opens, workspace.measures_clicks = shop_opens, shop_clicks
        rows = db.session.execute(
            gate.verdicts(
                workspace, purpose_of(letter), Measures(opens=opens, clicks=clicks)
            )
        ).all()
        assert {row.contact_id: (row.opens, row.clicks) for row in rows} == {
            number: (
                said[0] and shop_opens and opens,
                said[1] and shop_clicks and clicks,
            )
            for number, said in people.items()
        }


@pytest.mark.covers("consent-31")
def test_who_refuses_to_be_measured_is_still_written_to(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    says(anna, purpose_of(letter), State.GIVEN)
    says(anna, purposes.measuring(workspace).opens, State.REFUSED)
    answer = gate.ask(anna, workspace, purpose_of(letter), EVERYTHING)
    assert (answer.allowed, answer.opens, answer.clicks) == (True, False, False)


@pytest.mark.covers("consent-33")
def test_a_withdrawal_counts_for_mails_already_sent(workspace):
    anna, opens = make_contact(workspace), purposes.measuring(workspace).opens
    says(anna, opens, State.GIVEN)
    assert db.session.scalars(gate.agreeing(opens)).all() == [anna.id]
    says(anna, opens, State.WITHDRAWN)
    assert db.session.scalars(gate.agreeing(opens)).all() == []
