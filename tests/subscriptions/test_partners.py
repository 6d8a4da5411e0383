"""Partners: each named, each asked about apart, each left apart."""

import csv
import io
from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import ledger
from webapp.consent.models import Purpose, ShownText, State
from webapp.contact_pages import dossier
from webapp.contacts import editing
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.subscriptions import partners, passing_on, receipts, subscribing
from webapp.subscriptions.partners import Description
from webapp.subscriptions.subscribing import Leaving

TOLD = Description(
    "Les Ruchers",
    "https://ruchers.example/vie-privee",
    "des offres sur ses miels, par e-mail.",
    {"en": "offers on its honeys, by e-mail"},
)


@pytest.fixture
def bees(workspace):
    return partners.create(workspace, TOLD)


def agree(person, partner, state=State.GIVEN, **evidence):
    number = partners.sentence_id(partner, "fr")
    purpose = db.session.get_one(Purpose, partner.purpose_id)
    return says(person, purpose, state, text_id=number, **evidence)


def file(workspace, partner):
    text = "".join(passing_on.lines(workspace, partner)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def addresses(workspace, partner):
    return [row["email"] for row in file(workspace, partner)]


def test_the_sentence_names_who_passes_what_to_whom_and_for_what(bees, workspace):
    said = partners.sentence(bees, "en")
    for fact in (workspace.name, "my e-mail address", "Les Ruchers", "honeys", "https"):
        assert fact in said
    assert "des offres sur ses miels" in partners.sentence(bees, "fr")


@pytest.mark.covers("consent-7")
@pytest.mark.parametrize(
    "change", [{"name": "La Ruche"}, {"description": "son catalogue"}]
)
def test_a_change_keeps_new_words_beside_the_old_ones(bees, workspace, change):
    before = {one.id for one in kept()}
    partners.change(
        workspace, bees, Description(**{**vars(TOLD), **change, "texts": {}})
    )
    assert before < {one.id for one in kept()}


@pytest.mark.covers("consent-7")
def test_saving_without_a_change_keeps_nothing_new(bees, workspace):
    before = {one.id for one in kept()}
    partners.change(workspace, bees, TOLD)
    assert {one.id for one in kept()} == before


def kept():
    return db.session.scalars(
        select(ShownText).where(ShownText.kind == "partner")
    ).all()


def test_a_partner_of_another_workspace_is_not_found(bees):
    other = make_accounts.workspace(slug="ailleurs")
    with pytest.raises(NotFound):
        partners.get(other, bees.id)
    assert partners.every(other) == []


def test_a_person_sees_the_partners_they_were_asked_about_and_no_other(bees, workspace):
    partners.create(workspace, Description("Autre", "https://autre.example", "rien"))
    anna = make_contact(workspace)
    assert partners.choices(workspace, anna) == []
    agree(anna, bees)
    [choice] = partners.choices(workspace, anna)
    assert (choice.partner, choice.given) == (bees, True)


@pytest.mark.covers("consent-25")
def test_leaving_a_partner_keeps_the_list_and_the_other_partners(bees, workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    other = partners.create(workspace, Description("Autre", "https://a.example", "x"))
    says(anna, purpose_of(letter), State.GIVEN)
    agree(anna, bees)
    agree(anna, other)
    partners.save(workspace, anna, frozenset({other.id}))
    states = [state(anna, number) for number in of(letter, bees, other)]
    assert states == [State.GIVEN, State.WITHDRAWN, State.GIVEN]
    assert not suppression.is_suppressed(workspace, anna.email)


def test_a_yes_can_be_given_again_with_the_words_of_today(bees, workspace):
    anna = make_contact(workspace)
    agree(anna, bees, State.WITHDRAWN)
    partners.save(workspace, anna, frozenset({bees.id}))
    event = ledger.history(anna)[0]
    assert event.state == State.GIVEN
    assert event.text_id == partners.sentence_id(bees, anna.language)


def test_saving_what_already_stands_records_nothing(bees, workspace):
    anna = make_contact(workspace)
    agree(anna, bees)
    before = len(ledger.history(anna))
    partners.save(workspace, anna, frozenset({bees.id}))
    assert len(ledger.history(anna)) == before


def test_nobody_agrees_to_a_partner_they_were_never_asked_about(bees, workspace):
    anna = make_contact(workspace)
    partners.save(workspace, anna, frozenset({bees.id}))
    assert ledger.history(anna) == []


def test_an_archived_partner_can_be_left_and_no_more_be_joined(bees, workspace):
    anna, berta = make_contact(workspace), make_contact(workspace)
    agree(anna, bees)
    agree(berta, bees, State.WITHDRAWN)
    partners.archive(workspace, bees)
    assert partners.active(workspace) == []
    assert len(partners.choices(workspace, anna)) == 1
    assert partners.choices(workspace, berta) == []


def test_leaving_everything_leaves_the_partners(bees, workspace):
    anna = make_contact(workspace)
    agree(anna, bees)
    subscribing.leave_everything(anna, Leaving("preferences"))
    assert state(anna, bees.purpose_id) == State.WITHDRAWN


@pytest.mark.covers("consent-3")
def test_the_file_of_a_partner_holds_those_who_agreed_to_it_alone(bees, workspace):
    letter = make_list(workspace)
    other = partners.create(workspace, Description("Autre", "https://a.example", "x"))
    anna, berta, clara = (make_contact(workspace) for _ in range(3))
    agree(anna, bees)
    agree(berta, other)
    says(clara, purpose_of(letter), State.GIVEN)
    assert addresses(workspace, bees) == [anna.email]


def test_the_file_leaves_out_whoever_is_protected(bees, workspace):
    people = [make_contact(workspace) for _ in range(5)]
    for person in people:
        agree(person, bees)
    gone, stopped, restricted, paused, stays = people
    partners.save(workspace, gone, frozenset())
    suppression.suppress(workspace, stopped.email, SuppressionReason.COMPLAINT)
    editing.restrict(workspace, restricted)
    paused.paused_until = date(2100, 1, 1)
    assert addresses(workspace, bees) == [stays.email]


def test_the_file_has_the_proof_and_nothing_else_of_a_person(bees, workspace):
    anna = make_contact(workspace, first_name="Anna", phone="0612345678")
    event = agree(anna, bees)
    [row] = file(workspace, bees)
    assert set(row) == set(passing_on.COLUMNS)
    assert row["words"] == partners.sentence(bees, "fr")
    assert row["proof"] == str(event.seq)
    assert "Anna" not in str(row)


def test_the_figures_count_who_agreed_and_who_withdrew(bees, workspace):
    for wanted in (State.GIVEN, State.GIVEN, State.WITHDRAWN):
        agree(make_contact(workspace), bees, wanted)
    other = partners.create(workspace, Description("Autre", "https://a.example", "x"))
    found = passing_on.figures([bees, other])
    assert found[bees.id] == passing_on.Figures(agreed=2, withdrew=1)
    assert found[other.id] == passing_on.Figures()


def of(letter, *several):
    return [letter.purpose_id, *(one.purpose_id for one in several)]


def state(person, purpose_id):
    stands = ledger.state_of(person, db.session.get_one(Purpose, purpose_id))
    return stands.state if stands else None


def test_the_receipt_names_the_partner_as_the_one_who_gets_the_address(bees, workspace):
    anna = make_contact(workspace)
    agree(anna, bees)
    told = receipts.receipt(workspace, anna)
    [processing] = told["processing"]
    names = {party["party_id"]: party["party_name"] for party in told["parties"]}
    assert [names[one] for one in processing["recipient_third_parties"]] == [
        "Les Ruchers"
    ]
    assert processing["events"][0]["words"] == partners.sentence(bees, "fr")


def test_the_page_of_a_contact_tells_in_plain_words_what_goes_to_whom(bees, workspace):
    anna = make_contact(workspace)
    agree(anna, bees)
    with force_locale("en"):
        [said] = dossier.said(anna)
    assert "passing the address on to Les Ruchers" in said.sentence
    assert said.words == partners.sentence(bees, "fr")


def test_a_percent_sign_in_a_name_breaks_no_sentence(workspace):
    odd = partners.create(
        workspace,
        Description("100 % miel", "https://m.example/%C3%A9", "50 % de rabais"),
    )
    anna = make_contact(workspace)
    agree(anna, odd)
    assert "100 % miel" in dossier.said(anna)[0].sentence
    assert "50 % de rabais" in partners.sentence(odd, "fr")
