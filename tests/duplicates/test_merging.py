"""Two contacts become one: what it has, what it says, and who is written to."""

import datetime as dt

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.accounts.models import AuditEntry
from webapp.consent import gate, ledger
from webapp.consent.models import ConsentEvent, Purpose, State
from webapp.contacts import aliases, editing, notes, queries, records, registering
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.duplicates import merging
from webapp.duplicates.merging import ContactIsItself, ContactIsRestricted, merge
from webapp.messages.models import Hit, Message
from webapp.purchases.models import Order

ANNA, OTHER = "anna@example.org", "a.martin@orange.example"


@pytest.fixture
def anna(workspace):
    return make.contact(workspace, email=ANNA, first_name="Anna", last_name="Martin")


@pytest.fixture
def other(workspace):
    return make.contact(workspace, email=OTHER, first_name="Anna", last_name="Martin")


def order(workspace, contact, number="A-1"):
    made = Order(
        workspace_id=workspace.id,
        contact_id=contact.id,
        number=number,
        placed_at=clock.now(),
        total=12,
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_the_absorbed_contact_is_in_no_list_of_contacts_any_more(
    workspace, anna, other
):
    merge(workspace, anna, other, None)
    assert queries.count(workspace) == 1
    assert queries.find_by_email(workspace, OTHER) is None


def test_orders_messages_clicks_and_notes_are_the_survivors(workspace, anna, other):
    campaign = make_campaigns.campaign(workspace)
    message = make_campaigns.message(campaign, other)
    hit = make_campaigns.hit(message)
    bought = order(workspace, other)
    notes.write(workspace, other, "Aime le miel")
    merge(workspace, anna, other, None)
    assert db.session.get(Order, bought.id).contact_id == anna.id
    assert db.session.get(Message, message.id).contact_id == anna.id
    assert db.session.query(Hit).filter_by(id=hit.id).one().contact_id == anna.id
    assert [note.body for note in notes.of(anna)] == ["Aime le miel"]


def test_of_two_messages_of_one_campaign_one_stays_with_the_survivor(
    workspace, anna, other
):
    campaign = make_campaigns.campaign(workspace)
    for contact in (anna, other):
        make_campaigns.message(campaign, contact)
    merge(workspace, anna, other, None)
    whose = [row.contact_id for row in db.session.query(Message).order_by(Message.id)]
    assert whose == [anna.id, None]


def test_the_former_number_and_address_lead_to_the_survivor(workspace, anna, other):
    former = other.id
    merge(workspace, anna, other, None)
    assert aliases.known(workspace, former) == anna
    assert aliases.find_by_email(workspace, OTHER.upper()) == anna
    assert [alias.email for alias in aliases.of(anna)] == [OTHER]
    assert aliases.numbers(anna) == [anna.id, former]


def test_former_numbers_lead_on_through_a_second_merge(workspace, anna, other):
    first, zoe = other.id, make.contact(workspace)
    merge(workspace, anna, other, None)
    second = anna.id
    merge(workspace, zoe, anna, None)
    assert aliases.known(workspace, first) == aliases.known(workspace, second) == zoe


def test_another_workspace_knows_nothing_of_a_former_number(workspace, anna, other):
    former, stranger = other.id, make_accounts.workspace(slug="ailleurs")
    merge(workspace, anna, other, None)
    assert aliases.known(stranger, former) is None
    assert aliases.find_by_email(stranger, OTHER) is None


def test_whoever_signs_up_with_the_former_address_is_a_contact_of_their_own(
    workspace, anna, other
):
    merge(workspace, anna, other, None)
    again = registering.register(workspace, OTHER, source="widget")
    assert again.id != anna.id
    assert aliases.find_by_email(workspace, OTHER) == again


def test_the_survivor_says_what_the_other_one_added_and_since_when(
    workspace, anna, other
):
    editing.change(workspace, other, {"phone": "+33612345678"})
    merge(workspace, anna, other, None)
    assert anna.phone == "+33612345678"
    assert records.origin(anna)["phone"].source == "staff"


def test_a_colleague_chooses_whose_values_are_kept(workspace, anna, other):
    editing.change(workspace, anna, {"city": "Lyon"})
    editing.change(workspace, other, {"city": "Brest"})
    merge(workspace, anna, other, None, {"address": "survivor"})
    assert anna.city == "Lyon"


def test_the_first_day_stays_and_the_last_sign_of_life_counts(workspace, anna, other):
    early, late = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2020, 2027))
    other.created_at, other.last_contact_at, other.source = early, late, "counter"
    merge(workspace, anna, other, None)
    assert (anna.created_at, anna.last_contact_at) == (early, late)
    assert anna.source == "counter"


def test_whoever_wanted_less_mail_anywhere_gets_less(workspace, anna, other):
    other.frequency, other.paused_until = "monthly", dt.date(2099, 1, 1)
    merge(workspace, anna, other, None)
    assert (anna.frequency, anna.paused_until) == ("monthly", dt.date(2099, 1, 1))


def test_a_contact_is_not_merged_with_itself_or_with_a_stranger(workspace, anna):
    stranger = make.contact(make_accounts.workspace(slug="ailleurs"))
    for absorbed in (anna, stranger):
        with pytest.raises(ContactIsItself):
            merge(workspace, anna, absorbed, None)


@pytest.mark.parametrize("restricted", ["anna", "other"])
def test_nothing_is_done_with_restricted_data(workspace, anna, other, restricted):
    editing.restrict(workspace, {"anna": anna, "other": other}[restricted])
    with pytest.raises(ContactIsRestricted):
        merge(workspace, anna, other, None)


def test_the_ledger_is_left_as_it_is_and_proves_both(workspace, anna, other):
    mailing = make.mailing_list(workspace)
    make.say(other, mailing)
    make.say(anna, mailing, State.WITHDRAWN)
    before = db.session.query(ConsentEvent).count()
    former = other.id
    merge(workspace, anna, other, None)
    assert db.session.query(ConsentEvent).count() == before
    [event] = ledger.history(anna, former)
    assert event.state == State.GIVEN


def test_who_merged_whom_is_in_the_audit_log(workspace, anna, other):
    former, colleague = other.id, make_accounts.member(workspace, role="editor")
    merge(workspace, anna, other, colleague)
    entry = db.session.query(AuditEntry).filter_by(action="contacts.merged").one()
    assert (entry.target_id, entry.user_id) == (anna.id, colleague.id)
    assert entry.detail == {"absorbed": former}


def test_a_merge_that_fails_leaves_nothing_behind(workspace, anna, other, monkeypatch):
    db.session.commit()

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(merging, "_bury", fail)
    with pytest.raises(RuntimeError):
        merge(workspace, anna, other, None)
    db.session.rollback()
    assert db.session.query(Contact).count() == 2


def test_the_gate_writes_to_the_address_that_agreed(workspace, anna, other):
    mailing = make.mailing_list(workspace)
    purpose = db.session.get(Purpose, mailing.purpose_id)
    make.say(other, mailing)
    merge(workspace, anna, other, None)
    assert gate.explain(anna, purpose).reason == gate.Reason.NEVER_ASKED
    assert not suppression.is_suppressed(workspace, ANNA)
