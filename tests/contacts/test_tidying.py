"""What people type is kept in one form, and their own words beside it."""

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from webapp.contacts import editing, tidying
from webapp.contacts.models import ContactRecord
from webapp.contacts.registering import register
from webapp.core.db import db


def last_record(contact):
    return db.session.scalars(
        select(ContactRecord)
        .where(ContactRecord.contact_id == contact.id)
        .order_by(ContactRecord.id.desc())
    ).first()


@pytest.mark.covers("data-2")
def test_what_was_typed_is_kept_beside_its_usual_form(workspace):
    contact = register(
        workspace,
        " Anna.B@EXAMPLE.org ",
        source="widget",
        first_name="ANNA",
        phone="06 12 34 56 78",
        postcode="69003",
        city="LYON",
    )
    assert contact.email == "Anna.B@example.org"
    assert (contact.first_name, contact.phone) == ("Anna", "+33612345678")
    assert (contact.postcode, contact.city) == ("69003", "Lyon")
    typed = last_record(contact).typed
    assert typed["phone"] == "06 12 34 56 78"
    assert (typed["first_name"], typed["city"]) == ("ANNA", "LYON")
    assert typed["email"] == " Anna.B@EXAMPLE.org "
    assert "postcode" not in typed


def test_a_number_said_again_in_another_form_changes_nothing(workspace):
    contact = make.contact(workspace, phone="+33612345678")
    changed = editing.change(workspace, contact, {"phone": "06.12.34.56.78"})
    assert changed == []
    assert last_record(contact) is None


def test_a_colleague_who_corrects_a_phone_is_kept_word_for_word_too(workspace):
    contact = make.contact(workspace, postcode="97400")
    editing.change(workspace, contact, {"phone": "0692 12 34 56"})
    assert contact.phone == "+262692123456"
    assert last_record(contact).typed == {"phone": "0692 12 34 56"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"phone": "06 12 34"}, {"phone": "06 12 34"}),
        ({"city": "Lyonn", "postcode": "69003"}, None),
        ({"city": "Saint-Bois", "postcode": "01300"}, None),
        ({"city": "ROMA", "postcode": "00184", "country": "IT"}, None),
        ({"last_name": "McDonald"}, None),
        ({"phone": ""}, {"phone": ""}),
        ({"first_name": None}, {"first_name": ""}),
        ({"birth_date": None, "attribute:size": "XL"}, None),
        ({"postcode": "75011"}, None),
    ],
)
def test_what_leaves_a_doubt_is_kept_as_typed(said, kept):
    assert tidying.tidy(said) == (kept or said)


def test_keeping_a_value_twice_changes_it_once(workspace):
    said = {
        "civility": "Monsieur",
        "last_name": "DE LA TOUR",
        "phone": "0033 6 12 34 56 78",
        "street": "12, AV DU PARC",
        "city": "PARIS",
        "postcode": "75 011",
    }
    once = tidying.tidy(said)
    assert tidying.tidy(once) == once
    assert once["street"] == "12 avenue du Parc"
