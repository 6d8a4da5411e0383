"""A sale, or a profession: what carries a message to somebody who did not ask for it, and what does not."""

from datetime import date

import pytest

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import bases, gate, grounds, ledger, projecting
from webapp.consent.gate import Reason
from webapp.consent.grounds import Profession, Sale, Sector
from webapp.consent.ledger import Evidence
from webapp.consent.models import Basis, State
from webapp.contacts import editing
from webapp.core import free_mail
from webapp.core.db import db
from webapp.core.i18n import speaking
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.subscriptions import accepting
from webapp.subscriptions.accepting import Accepted

WORK = "anna@boulangerie-durand.example"


@pytest.fixture
def letter(workspace, stopped_clock):
    """A list about tea, which accepts its buyers and professionals."""
    return open_list(workspace)


def open_list(workspace, **changes):
    made = make_list(workspace)
    told = {
        "customers": True,
        "product_family": "Thés et tisanes",
        "sale_notice": "Vous pouvez refuser nos messages, ici et à tout moment.",
        "professionals": True,
    }
    accepting.change(workspace, made, Accepted(**{**told, **changes}))
    return made


def sale(workspace, **changes):
    told = {
        "reference": "C-2026-114",
        "sold_on": date(2026, 3, 1),
        "seller": workspace.id,
        "family": "  thés ET  tisanes ",
        "could_refuse": True,
    }
    return Sale(**{**told, **changes})


def notice(workspace):
    return accepting.sale_notices(workspace)[0].id


def record(contact, letter, ground, text_id=None):
    evidence = Evidence("staff", text_id=text_id)
    return ledger.record(contact, purpose_of(letter), State.GIVEN, evidence, ground)


def allowed(contact, letter):
    return gate.explain(contact, purpose_of(letter)).allowed


@pytest.mark.covers("consent-28")
def test_a_customer_is_written_to_once_the_whole_sale_is_recorded(workspace, letter):
    anna = make_contact(workspace)
    event = record(anna, letter, sale(workspace), notice(workspace))
    assert (event.basis, event.text_id) == (Basis.EXISTING_CUSTOMER, notice(workspace))
    assert event.detail["ground"] == {
        "reference": "C-2026-114",
        "sold_on": "2026-03-01",
        "seller": workspace.id,
        "family": "thés et tisanes",
        "could_refuse": True,
    }
    assert allowed(anna, letter)


REFUSED_SALES = {
    "no reference": ({"reference": ""}, grounds.SaleIsNotNamed),
    "a name": ({"reference": "Anna Meyer"}, grounds.SaleIsNotNamed),
    "an address": ({"reference": "anna1@example.org"}, grounds.SaleIsNotNamed),
    "to come": ({"sold_on": date(2026, 11, 11)}, grounds.SaleIsOutOfTime),
    "worn off": ({"sold_on": date(2023, 11, 8)}, grounds.SaleIsOutOfTime),
    "another merchant": ({"seller": 0}, grounds.SoldBySomebodyElse),
    "other products": ({"family": "Vélos"}, grounds.ProductsDiffer),
    "no product": ({"family": ""}, grounds.ProductsDiffer),
    "no refusal": ({"could_refuse": False}, grounds.CouldNotRefuse),
}


@pytest.mark.covers("consent-28")
@pytest.mark.parametrize("case", REFUSED_SALES)
def test_a_sale_that_lacks_one_condition_carries_nothing(workspace, letter, case):
    changes, error = REFUSED_SALES[case]
    anna = make_contact(workspace)
    with pytest.raises(error):
        record(anna, letter, sale(workspace, **changes), notice(workspace))
    assert ledger.history(anna) == []
    assert not allowed(anna, letter)


@pytest.mark.covers("consent-28")
def test_the_notice_is_one_that_customers_of_this_merchant_could_read(
    workspace, letter
):
    anna = make_contact(workspace)
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    open_list(other)
    box = ledger.shown(workspace, "purpose", "Je veux la lettre.", "fr").id
    for text_id in (None, 0, box, notice(other)):
        with pytest.raises(grounds.NoticeIsMissing):
            record(anna, letter, sale(workspace), text_id)


@pytest.mark.covers("consent-28")
def test_a_sale_of_another_merchant_carries_nothing_here(workspace, letter):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    with pytest.raises(grounds.SoldBySomebodyElse):
        record(make_contact(workspace), letter, sale(other), notice(workspace))


@pytest.mark.covers("consent-28")
@pytest.mark.covers("consent-29")
def test_a_list_accepts_consent_alone_unless_it_says_otherwise(workspace, letter):
    plain = make_list(workspace, name="Une autre")
    anna = make_contact(workspace, WORK)
    for ground in (sale(workspace), Profession(Sector.TRADE)):
        with pytest.raises(grounds.ListTakesConsentOnly):
            record(anna, plain, ground, notice(workspace))


@pytest.mark.covers("consent-28")
def test_who_bought_something_else_than_what_the_list_is_about_now_gets_nothing(
    workspace, letter
):
    anna = make_contact(workspace)
    record(anna, letter, sale(workspace), notice(workspace))
    purpose_of(letter).product_family = "Bougies"
    with speaking("en"):
        answer = gate.explain(anna, purpose_of(letter))
    assert answer.reason is Reason.BASIS
    assert "customer" in answer.words
    purpose_of(letter).product_family = "THÉS et tisanes"
    assert allowed(anna, letter)


@pytest.mark.covers("consent-28")
@pytest.mark.covers("consent-29")
def test_a_list_that_accepts_it_no_more_sends_them_nothing_more(workspace, letter):
    anna, berta = make_contact(workspace), make_contact(workspace, WORK)
    record(anna, letter, sale(workspace), notice(workspace))
    record(berta, letter, Profession(Sector.HOSPITALITY))
    assert allowed(anna, letter)
    assert allowed(berta, letter)
    now = accepting.settings(workspace, letter)
    accepting.change(
        workspace, letter, Accepted(False, now.product_family, now.sale_notice, False)
    )
    for person in (anna, berta):
        assert gate.explain(person, purpose_of(letter)).reason is Reason.BASIS


@pytest.mark.covers("consent-29")
@pytest.mark.parametrize(
    "address",
    [
        "anna@gmail.com",
        "anna@ORANGE.fr",
        "anna@club-internet.fr",
        "anna@yopmail.com",
        "anna@privaterelay.appleid.com",
    ],
)
def test_a_personal_address_is_no_professional_one(workspace, letter, address):
    anna = make_contact(workspace, address)
    with pytest.raises(grounds.AddressIsPersonal):
        record(anna, letter, Profession(Sector.HEALTH))
    assert not allowed(anna, letter)


@pytest.mark.covers("consent-29")
@pytest.mark.parametrize("sector", ["", "baker", "Z"])
def test_a_professional_has_a_profession(workspace, letter, sector):
    anna = make_contact(workspace, WORK)
    with pytest.raises(grounds.ProfessionIsMissing):
        record(anna, letter, Profession(sector))
    assert not allowed(anna, letter)


@pytest.mark.covers("consent-29")
def test_a_professional_who_moves_to_a_personal_mailbox_gets_nothing_more(
    workspace, letter
):
    anna = make_contact(workspace, WORK)
    event = record(anna, letter, Profession(Sector.TRADE))
    assert event.detail["ground"] == {"sector": "G"}
    assert allowed(anna, letter)
    editing.change(workspace, anna, {"email": "Anna@Free.fr"})
    db.session.flush()
    assert gate.explain(anna, purpose_of(letter)).reason is Reason.BASIS


@pytest.mark.parametrize("state", [State.GIVEN, State.REFUSED, State.WITHDRAWN])
def test_what_people_say_themselves_wins_over_any_ground(workspace, letter, state):
    anna = make_contact(workspace, WORK)
    says(anna, purpose_of(letter), state)
    for ground in (sale(workspace), Profession(Sector.TRADE)):
        with pytest.raises(grounds.PersonHasSpoken):
            record(anna, letter, ground, notice(workspace))


def test_a_suppressed_address_is_put_on_no_list(workspace, letter):
    anna = make_contact(workspace)
    suppression.suppress(workspace, anna.email, SuppressionReason.COMPLAINT)
    with pytest.raises(grounds.AddressIsSuppressed):
        record(anna, letter, sale(workspace), notice(workspace))


def test_a_customer_who_leaves_has_left(workspace, letter):
    anna = make_contact(workspace)
    record(anna, letter, sale(workspace), notice(workspace))
    says(anna, purpose_of(letter), State.WITHDRAWN, "one_click")
    assert gate.explain(anna, purpose_of(letter)).reason is Reason.WITHDRAWN
    with pytest.raises(grounds.PersonHasSpoken):
        record(anna, letter, sale(workspace), notice(workspace))


def test_a_customer_who_agrees_stands_on_their_own_word_from_then_on(workspace, letter):
    anna = make_contact(workspace)
    record(anna, letter, sale(workspace), notice(workspace))
    says(anna, purpose_of(letter), State.GIVEN)
    purpose_of(letter).other_bases = []
    assert ledger.state_of(anna, purpose_of(letter)).basis == Basis.CONSENT
    assert allowed(anna, letter)


def test_measuring_and_partners_need_consent_whatever_a_row_says(workspace, letter):
    purpose = purpose_of(letter)
    assert bases.accepted(purpose) == set(Basis)
    purpose.kind = "opens"
    assert bases.accepted(purpose) == {Basis.CONSENT}


def test_todays_state_knows_the_sale_again_when_it_is_rebuilt(workspace, letter):
    anna = make_contact(workspace)
    record(anna, letter, sale(workspace), notice(workspace))
    says(make_contact(workspace), purpose_of(letter), State.GIVEN)
    db.session.flush()
    assert projecting.differences(workspace) == []
    projecting.rebuild(workspace)
    assert projecting.differences(workspace) == []
    assert allowed(anna, letter)


def test_no_known_domain_is_spelt_so_that_it_never_fits():
    assert all(
        name == name.strip().lower() and "." in name for name in free_mail.DOMAINS
    )
    assert not free_mail.is_personal(WORK)


def test_each_error_names_a_field_of_the_form():
    from webapp.contact_pages.forms.lists import AskForm

    errors = [*grounds.GroundIsRefused.__subclasses__()]
    assert len(errors) >= 10
    for error in errors:
        assert hasattr(AskForm, error.field), error
