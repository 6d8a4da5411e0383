"""The pages about duplicates, as a shopkeeper uses them, without any JavaScript."""

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make_audience
from tests.factories import duplicates as make
from webapp.accounts.models import AuditEntry
from webapp.consent.models import State
from webapp.contacts import editing, queries
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.duplicates import merging, queue, settings
from webapp.duplicates.models import Decision, DupPair, MatchRun, MergeEvent
from webapp.duplicates.queue import Asked

QUEUE = "/w/maison-tilleul/duplicates/"


@pytest.fixture
def people(workspace):
    return [
        make_audience.contact(
            workspace, email=f"p{n}@example.org", last_name=name, phone=phone
        )
        for n, (name, phone) in enumerate(
            [
                ("Martin", "+33612345678"),
                ("Martin", "+33687654321"),
                ("Durand", ""),
                ("Durant", ""),
            ]
        )
    ]


@pytest.fixture
def pairs(people):
    """The surest first."""
    made = [
        make.pair(*people[:2], score=0.99),
        make.pair(*people[2:], score=0.91, reasons=["unsure"]),
    ]
    db.session.commit()
    return made


def test_the_surest_pair_is_shown_first_with_its_reasons(editor, pairs):
    page = editor.get(QUEUE).text
    assert "p0@example.org" in page
    assert "2 pairs wait" in page
    assert "+9.1" in page
    assert page.index("p0@example.org") < page.index("Durand")


def test_merging_goes_on_to_the_next_pair_and_can_be_undone(
    editor, workspace, pairs, people
):
    answer = editor.post(
        f"{QUEUE}pairs/{pairs[0].id}/merge",
        data={"survivor": people[1].id, "keep:phone": "absorbed"},
    )
    event = db.session.query(MergeEvent).one()
    assert answer.location.endswith(f"?pair={pairs[1].id}&merge={event.id}")
    db.session.expire_all()
    assert (people[1].phone, event.choices) == ("+33612345678", {"phone": "absorbed"})
    assert "Undo" in editor.get(answer.location).text
    editor.post(f"{QUEUE}merges/{event.id}/undo", data={"back": "queue"})
    db.session.expire_all()
    assert people[1].phone == "+33687654321"
    assert queries.count(workspace) == 4


def test_a_rejected_pair_stays_rejected_until_it_is_taken_back(
    editor, workspace, pairs
):
    answer = editor.post(f"{QUEUE}pairs/{pairs[0].id}/reject")
    page = editor.get(answer.location).text
    assert "p0@example.org" not in page
    assert "1 pair waits" in page
    editor.post(f"{QUEUE}pairs/{pairs[0].id}/reopen")
    assert "2 pairs wait" in editor.get(QUEUE).text
    actions = [row.action for row in db.session.query(AuditEntry).order_by("id")]
    assert actions[-2:] == ["duplicates.rejected", "duplicates.reopened"]


def test_what_is_put_off_is_shown_to_whoever_asks_for_it(editor, pairs):
    editor.post(f"{QUEUE}pairs/{pairs[0].id}/later")
    assert "1 pair waits" in editor.get(QUEUE).text
    assert "2 pairs wait" in editor.get(f"{QUEUE}?later=yes").text


@pytest.mark.parametrize(
    ("query", "waiting"),
    [("at_least=0.95", 1), ("q=Duran", 1), ("q=nobody", 0), ("at_least=7", 2)],
)
def test_the_queue_is_narrowed(editor, workspace, pairs, query, waiting):
    page = editor.get(f"{QUEUE}?{query}").text
    assert ("1 pair waits" if waiting == 1 else f"{waiting} pairs wait") in page


def test_the_page_says_what_merging_will_do(editor, workspace, people, pairs):
    letter = make_audience.mailing_list(workspace)
    offers = make_audience.mailing_list(workspace, name="Offres")
    make_audience.say(people[0], letter)
    make_audience.say(people[0], offers, State.WITHDRAWN)
    make_audience.say(people[1], offers)
    make_audience.say(people[1], letter, State.WITHDRAWN)
    db.session.commit()
    page = editor.get(f"{QUEUE}?survivor={people[1].id}").text
    assert (
        "Ends, because it was agreed to for the other address alone: La lettre" in page
    )
    assert "Stops, because it was refused under the other address: Offres" in page


def test_nobody_is_shown_whose_data_is_restricted(editor, workspace, people, pairs):
    editing.restrict(workspace, people[0])
    db.session.commit()
    assert "p0@example.org" not in editor.get(QUEUE).text
    assert queue.figures(workspace, Asked()).shown == 1


def test_a_contact_that_is_erased_meanwhile_takes_its_pair_along(editor, people, pairs):
    address = f"{QUEUE}pairs/{pairs[0].id}/merge"
    db.session.delete(people[0])
    db.session.commit()
    answer = editor.post(address, follow_redirects=True)
    assert answer.status_code == 200
    assert "no longer in the queue" in answer.text


def test_two_contacts_that_nobody_proposed_are_merged_by_hand(
    editor, workspace, people
):
    db.session.commit()
    first, third = people[0], people[2]
    assert "Durand" in editor.get(f"{QUEUE}with/{first.id}?q=Durand").text
    assert "p2@example.org" in editor.get(f"{QUEUE}with/{first.id}/{third.id}").text
    editor.post(f"{QUEUE}with/{first.id}/{third.id}", data={"survivor": third.id})
    assert queries.count(workspace) == 3
    page = editor.get(f"/w/maison-tilleul/contacts/{third.id}").text
    assert "p0@example.org" in page
    assert "by hand" in editor.get(f"{QUEUE}merges").text


def test_past_merges_say_which_one_is_to_be_undone_first(editor, workspace, people):
    merging.merge(workspace, people[0], people[1], None)
    merging.merge(workspace, people[0], people[2], None, alone=True)
    db.session.commit()
    page = editor.get(f"{QUEUE}merges").text
    assert "Undo the later merge first" in page
    alone = editor.get(f"{QUEUE}merges?kind=alone").text
    assert ("p2@example.org" in alone, "p1@example.org" in alone) == (True, False)


def test_all_that_is_safe_is_merged_at_once(editor, workspace, people, worker):
    make.pair(*people[:2], decision=Decision.AUTO)
    db.session.commit()
    assert "Merge 1 safe pair" in editor.get(QUEUE).text
    editor.post(f"{QUEUE}safe")
    worker()
    event = db.session.query(MergeEvent).one()
    assert event.is_automatic
    assert event.user_id is not None


def test_settings_are_kept_and_looked_for_by(editor, workspace):
    assert editor.get(f"{QUEUE}settings").status_code == 200
    editor.post(
        f"{QUEUE}settings",
        data={"review_at": "0.5", "reference_key": "", "merges_alone": "y"},
    )
    db.session.expire_all()
    found = settings.of(workspace)
    assert (found.thresholds.review_at, found.merges_alone) == (0.5, True)
    assert db.session.query(MatchRun).count() == 1


def test_an_empty_queue_says_what_to_do(editor):
    page = editor.get(QUEUE).text
    assert "No duplicates were looked for yet" in page
    editor.post(f"{QUEUE}find")
    assert "being looked for" in editor.get(QUEUE).text


def test_pairs_and_merges_of_others_do_not_exist(editor, workspace):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    theirs = [make_audience.contact(other) for _ in range(3)]
    pair = make.pair(*theirs[:2])
    event = merging.merge(other, theirs[1], theirs[2], None)
    db.session.commit()
    for act in ("merge", "reject", "later"):
        editor.post(f"{QUEUE}pairs/{pair.id}/{act}")
    assert editor.post(f"{QUEUE}merges/{event.id}/undo").status_code == 404
    assert editor.get(f"{QUEUE}with/{theirs[0].id}").status_code == 404
    db.session.expire_all()
    assert db.session.get(DupPair, pair.id).decision == Decision.PENDING
    assert db.session.query(Contact).filter_by(workspace_id=other.id).count() == 2
