"""Who does not get a campaign, by name and with a sentence, and the same as a file."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from tests.factories.subscriptions import purpose_of
from webapp.accounts.models import AuditEntry
from webapp.campaigns import asking, left_out, planning, targeting
from webapp.consent import ledger
from webapp.consent.gate import Reason
from webapp.consent.ledger import Evidence
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.contacts.models import Frequency
from webapp.core import clock, pages
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.segments.models import Segment

BASE = "/w/maison-tilleul/campaigns"
# A campaign that asks about measuring knows two reasons more.
REASONS = [one for one in Reason if one not in asking.REASONS]


@pytest.fixture
def mailing(workspace, stopped_clock):
    return make.mailing_list(workspace)


@pytest.fixture
def draft(workspace, mailing):
    return make_campaigns.campaign(workspace, mailing_list_id=mailing.id)


@pytest.fixture
def people(workspace, mailing, draft):
    """One person for each reason, by the reason."""
    found = {reason: make.contact(workspace) for reason in REASONS}
    for reason in (Reason.BASIS, Reason.PAUSED, Reason.OFTEN_ENOUGH):
        make.say(found[reason], mailing)
    editing.restrict(workspace, found[Reason.RESTRICTED])
    suppression.suppress(
        workspace, found[Reason.SUPPRESSED].email, SuppressionReason.HARD_BOUNCE
    )
    with clock.stopped(datetime(2026, 3, 3, 12, tzinfo=UTC)):
        said = {State.PENDING: "widget", State.REFUSED: "preferences"}
        for state, method in {**said, State.WITHDRAWN: "one_click"}.items():
            ledger.record(
                found[Reason(state.value)], purpose_of(mailing), state, Evidence(method)
            )
    db.session.flush()
    _stand_otherwise(found[Reason.BASIS])
    found[Reason.PAUSED].paused_until = date(2026, 12, 24)
    often = found[Reason.OFTEN_ENOUGH]
    often.frequency, often.last_campaign_at = Frequency.WEEKLY, clock.ago(days=1)
    make.subscriber(workspace, mailing)
    db.session.commit()
    return found


def _stand_otherwise(person):
    """As if the list had accepted customers once."""
    db.session.execute(db.text("SET session_replication_role = replica"))
    db.session.execute(
        db.text(
            "UPDATE consent_state SET basis = 'existing_customer' WHERE contact_id = :id"
        ),
        {"id": person.id},
    )
    db.session.execute(db.text("SET session_replication_role = origin"))
    db.session.expire_all()


SENTENCES = {
    Reason.RESTRICTED: "asked us on 10 November 2026 to restrict the use of their data",
    Reason.SUPPRESSED: "on the suppression list since 10 November 2026: the address does not exist",
    Reason.NEVER_ASKED: "never agreed to this list",
    Reason.PENDING: "asked on 3 March 2026, with a form, and did not confirm yet",
    Reason.REFUSED: "refused on 3 March 2026, on their preferences page",
    Reason.WITHDRAWN: "unsubscribed on 3 March 2026, with the unsubscribe button of their mail program",
    Reason.BASIS: "a customer, entered on 10 November 2026: this list does not accept that",
    Reason.PAUSED: "paused until 24 December 2026",
    Reason.OFTEN_ENOUGH: "wants one message a week, and had one on 9 November 2026",
}


def test_every_reason_has_a_sentence_here():
    assert set(SENTENCES) == set(REASONS)


def test_the_audience_page_leads_to_the_names_behind_each_reason(owner, draft, people):
    page = owner.get(f"{BASE}/{draft.id}/audience").text
    for reason, person in people.items():
        address = f"{BASE}/{draft.id}/audience/{reason.value}"
        assert address in page
        told = owner.get(address).text
        assert SENTENCES[reason] in told
        listed = {one for one in people.values() if one.email in told}
        assert listed == {person}


def test_who_may_not_see_contacts_sees_counts_alone(viewer, draft, people):
    assert "/audience/withdrawn" not in viewer.get(f"{BASE}/{draft.id}/audience").text
    assert viewer.get(f"{BASE}/{draft.id}/audience/withdrawn").status_code == 403


def test_a_reason_that_does_not_exist_has_no_page(owner, draft):
    for reason in ("bored", "answered", "asked_lately"):
        assert owner.get(f"{BASE}/{draft.id}/audience/{reason}").status_code == 404


def test_the_people_of_another_workspace_stay_there(stranger, draft, people):
    address = f"/w/ailleurs/campaigns/{draft.id}/audience/withdrawn"
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/export").status_code == 404


def test_the_names_are_searched_and_turned_over_by_key(
    owner, workspace, mailing, draft, monkeypatch
):
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    left = [make.contact(workspace, email=f"zoe{n}@example.org") for n in range(5)]
    for one in left:
        make.say(one, mailing, State.WITHDRAWN)
    make.say(make.contact(workspace, email="max@b.example"), mailing, State.WITHDRAWN)
    db.session.commit()
    found, before = [], None
    while True:
        page = left_out.find(
            draft, Reason.WITHDRAWN, "example.org", before=before, after=None
        ).page
        found += [one.id for one in page.rows]
        if page.older is None:
            break
        before = page.older
    assert found == [one.id for one in reversed(left)]
    assert (
        "max@b.example" in owner.get(f"{BASE}/{draft.id}/audience/withdrawn?q=max").text
    )


def test_a_segment_narrows_the_names_too(workspace, mailing, draft):
    rules = {
        "version": 1,
        "root": {
            "match": "all",
            "rules": [{"subject": "city", "operator": "equals", "value": "Brest"}],
        },
    }
    segment = Segment(workspace_id=workspace.id, name="Brest", rules=rules)
    db.session.add(segment)
    db.session.flush()
    targeting.choose(workspace, draft, [segment.id], [])
    inside, outside = make.contact(workspace, city="Brest"), make.contact(workspace)
    found = left_out.find(draft, Reason.NEVER_ASKED, "", before=None, after=None)
    assert [one.id for one in found.page.rows] == [inside.id]
    assert outside.id not in found.why


def test_counts_and_names_say_the_same(draft, people):
    counted = planning.audience(draft).left_out
    named = {
        reason: len(left_out.find(draft, reason, "", before=None, after=None).page.rows)
        for reason in REASONS
    }
    assert counted == named == dict.fromkeys(REASONS, 1)


def test_the_names_leave_as_a_file_and_it_is_logged(owner, draft, people):
    answer = owner.post(f"{BASE}/{draft.id}/audience/withdrawn/export")
    assert answer.status_code == 200
    lines = answer.text.splitlines()
    assert len(lines) == 2
    assert people[Reason.WITHDRAWN].email in lines[1]
    assert SENTENCES[Reason.WITHDRAWN] in lines[1]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "campaign.left_out_exported")
    ).one()
    assert entry.detail == {"reason": "withdrawn"}


def test_restricted_data_leaves_in_no_file(owner, draft, people):
    address = f"{BASE}/{draft.id}/audience/restricted"
    assert "/export" not in owner.get(address).text
    assert owner.post(f"{address}/export").status_code == 409


def test_who_may_not_export_gets_no_file(editor, viewer, draft, people):
    address = f"{BASE}/{draft.id}/audience/withdrawn/export"
    assert viewer.post(address).status_code == 403
