"""A colleague puts somebody on a list: they confirm, or a sale or a profession stands for it."""

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of
from webapp.accounts.models import AuditEntry
from webapp.consent import gate, ledger
from webapp.consent.models import Basis, State
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import accepting
from webapp.subscriptions.accepting import Accepted

HOME = "/w/maison-tilleul/contacts"
NOTICE = "Vous pouvez refuser nos messages, ici et à tout moment."


@pytest.fixture
def letter(workspace, stopped_clock):
    made = make_list(workspace)
    accepting.change(workspace, made, Accepted(True, "Thés", NOTICE, True))
    db.session.commit()
    return made


@pytest.fixture
def anna(workspace):
    made = make_contact(workspace, "anna@durand.example", source="staff")
    db.session.commit()
    return made


def put(owner, anna, letter, **form):
    data = {"mailing_list": letter.id, **form}
    return owner.post(f"{HOME}/{anna.id}/lists/new", data=data)


def sale(workspace, **changes):
    return {
        "basis": "existing_customer",
        "reference": "F-12",
        "sold_on": "2026-03-01",
        "family": "thés",
        "notice": accepting.sale_notices(workspace)[0].id,
        "could_refuse": "y",
        "sold_by_us": "y",
        **changes,
    }


def test_a_customer_is_put_on_the_list_without_a_mail(owner, workspace, letter, anna):
    assert put(owner, anna, letter, **sale(workspace)).status_code == 303
    db.session.expire_all()
    [event] = ledger.history(anna)
    assert (event.state, event.basis, event.method) == (
        State.GIVEN,
        Basis.EXISTING_CUSTOMER,
        "staff",
    )
    assert event.user_id is not None
    assert db.session.scalars(select(Message)).all() == []
    assert gate.explain(anna, purpose_of(letter)).allowed
    assert "contact.put_on_list" in set(db.session.scalars(select(AuditEntry.action)))
    told = owner.get(f"{HOME}/{anna.id}").text
    assert "Put on it as a customer: La lettre du Tilleul" in told
    assert "F-12" in told


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"sold_on": ""}, "sold_on"),
        ({"sold_on": "2027-01-01"}, "sold_on"),
        ({"family": "vélos"}, "family"),
        ({"notice": ""}, "notice"),
        ({"could_refuse": ""}, "could_refuse"),
        ({"sold_by_us": ""}, "sold_by_us"),
    ],
)
def test_what_a_sale_lacks_is_said_beside_its_field(
    owner, workspace, letter, anna, wrong, field
):
    answer = put(owner, anna, letter, **sale(workspace, **wrong))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    db.session.expire_all()
    assert ledger.history(anna) == []


def test_a_professional_is_put_on_the_list(owner, letter, anna):
    form = {"basis": "legitimate_interest", "sector": "I"}
    assert put(owner, anna, letter, **form).status_code == 303
    assert gate.explain(anna, purpose_of(letter)).allowed
    assert "as a professional" in owner.get(f"{HOME}/{anna.id}").text


def test_what_a_professional_lacks_is_said_beside_its_field(
    owner, workspace, letter, anna
):
    form = {"basis": "legitimate_interest"}
    assert 'id="sector-error"' in put(owner, anna, letter, sector="", **form).text
    berta = make_contact(workspace, "berta@gmail.com")
    db.session.commit()
    answer = put(owner, berta, letter, sector="I", **form)
    assert (answer.status_code, 'id="basis-error"' in answer.text) == (422, True)


def test_a_list_that_takes_consent_alone_offers_nothing_else(owner, workspace, anna):
    plain = make_list(workspace)
    db.session.commit()
    page = owner.get(f"{HOME}/{anna.id}/lists/new").text
    assert 'name="basis" value="consent"' in page
    assert "existing_customer" not in page
    form = {"basis": "legitimate_interest", "sector": "I"}
    assert put(owner, anna, plain, **form).status_code == 422
    db.session.expire_all()
    assert ledger.history(anna) == []


def test_who_was_asked_confirms_and_stands_on_their_word(owner, letter, anna):
    form = {"basis": "consent", "collected": "shop", "stated": "y"}
    assert put(owner, anna, letter, **form).status_code == 303
    db.session.expire_all()
    assert [event.state for event in ledger.history(anna)] == [State.PENDING]


def test_a_list_says_what_it_accepts_and_keeps_the_notice(editor, workspace, letter):
    address = f"/w/maison-tilleul/lists/{letter.id}/bases"
    assert "Thés" in editor.get(address).text
    assert editor.post(address, data={"customers": "y"}).status_code == 422
    new = {
        "customers": "y",
        "product_family": "Miels",
        "sale_notice": "Autrement.",
        "professionals": "y",
    }
    assert editor.post(address, data=new).status_code == 303
    db.session.expire_all()
    assert [one.body for one in accepting.sale_notices(workspace)] == [
        "Autrement.",
        NOTICE,
    ]
    assert editor.post(address, data={}).status_code == 303
    db.session.expire_all()
    assert purpose_of(letter).other_bases == []


def test_nobody_without_the_right_changes_what_a_list_accepts(viewer, letter):
    address = f"/w/maison-tilleul/lists/{letter.id}/bases"
    assert viewer.post(address, data={}).status_code == 403
