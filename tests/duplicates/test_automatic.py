"""What is merged without asking, and what never is."""

import datetime as dt
import itertools

import pytest

from tests.factories import audience as make_audience
from tests.factories import duplicates as make
from webapp.consent.models import State
from webapp.contacts import queries
from webapp.core import clock
from webapp.core.db import db
from webapp.core.events import publish
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.duplicates import automatic, settings, undoing
from webapp.duplicates.automatic import Done
from webapp.duplicates.events import DuplicatesFound
from webapp.duplicates.models import Decision, DupPair, MergeEvent
from webapp.duplicates.settings import Settings

SAFE = {"decision": Decision.AUTO, "score": 0.999}


@pytest.fixture
def letter(workspace):
    return make_audience.mailing_list(workspace)


@pytest.fixture
def two(workspace):
    return [make_audience.contact(workspace) for _ in range(2)]


def test_a_safe_pair_is_merged_and_said_to_be_so(workspace, two):
    make.pair(*two, **SAFE)
    assert automatic.merge_some(workspace) == Done(merged=1)
    assert queries.count(workspace) == 1
    assert db.session.query(MergeEvent).one().is_automatic


def test_a_chain_of_safe_pairs_becomes_one_contact(workspace):
    people = [make_audience.contact(workspace) for _ in range(4)]
    for one, other in itertools.pairwise(people):
        make.pair(one, other, **SAFE)
    while automatic.merge_some(workspace).merged:
        pass
    assert queries.count(workspace) == 1


def test_the_one_who_agreed_to_mail_stays(workspace, letter, two):
    make_audience.say(two[1], letter)
    make.pair(*two, **SAFE)
    automatic.merge_some(workspace)
    assert db.session.query(MergeEvent).one().contact_id == two[1].id


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(State.GIVEN, State.WITHDRAWN), (State.GIVEN, State.REFUSED)],
)
def test_nobody_loses_a_list_without_being_asked(workspace, letter, two, mine, theirs):
    for contact, said in zip(two, (mine, theirs), strict=True):
        make_audience.say(contact, letter, said)
    pair = make.pair(*two, **SAFE)
    assert automatic.merge_some(workspace) == Done(left=1)
    assert (pair.decision, pair.reasons) == (Decision.PENDING, ["consents"])


def test_two_addresses_on_different_lists_wait_for_a_person(workspace, letter, two):
    make_audience.say(two[0], letter)
    make_audience.say(two[1], make_audience.mailing_list(workspace, name="Autre"))
    make.pair(*two, **SAFE)
    assert automatic.merge_some(workspace) == Done(left=1)


def test_a_refusal_of_all_mail_stops_nobody_unseen(workspace, letter, two):
    make_audience.say(two[0], letter)
    reason = SuppressionReason.COMPLAINT
    suppression.suppress(workspace, two[1].email, reason, two[1])
    make.pair(*two, **SAFE)
    assert automatic.merge_some(workspace) == Done(left=1)


@pytest.mark.parametrize(("years", "left"), [(17, 1), (18, 0)])
def test_children_are_merged_by_people_alone(workspace, two, years, left):
    today = clock.now().date()
    two[1].birth_date = dt.date(today.year - years, today.month, 1)
    make.pair(*two, **SAFE)
    assert automatic.merge_some(workspace).left == left


def test_what_a_colleague_undid_is_not_merged_alone_again(workspace, two):
    pair = make.pair(*two, **SAFE)
    automatic.merge_some(workspace)
    undoing.undo(db.session.query(MergeEvent).one())
    assert automatic.merge_some(workspace) == Done(left=1)
    assert db.session.get(DupPair, pair.id).reasons == ["undone"]


@pytest.mark.parametrize("alone", [True, False])
def test_nothing_is_merged_alone_unless_the_workspace_wants_it(
    workspace, two, worker, alone
):
    assert not settings.of(workspace).merges_alone
    settings.change(workspace, Settings(merges_alone=alone))
    make.pair(*two, **SAFE)
    publish(DuplicatesFound(workspace.id, auto=1))
    worker()
    assert queries.count(workspace) == (1 if alone else 2)
