"""What is known of a contact, as a reader writes it."""

from datetime import date

import pytest

from tests.factories.subscriptions import contact as make_contact
from webapp.contact_pages import facts
from webapp.contacts import attributes, changing
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.db import db
from webapp.core.i18n import speaking


def told(contact, language="fr", own=()):
    with speaking(language):
        return {
            fact.label: fact
            for group in facts.of(contact, list(own))
            for fact in group.facts
        }


@pytest.mark.parametrize(
    ("language", "country", "born"),
    [("fr", "Belgique", "3 mai 1980"), ("en", "Belgium", "May 3, 1980")],
)
def test_countries_and_dates_are_written_as_the_reader_does(
    workspace, language, country, born
):
    anna = make_contact(workspace, country="BE", birth_date=date(1980, 5, 3))
    values = {fact.value for fact in told(anna, language).values()}
    assert {country, born} <= values


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (AttributeKind.DATE, "2025-11-13", "13 novembre 2025"),
        (AttributeKind.YES_NO, False, "Non"),
        (AttributeKind.YES_NO, True, "Oui"),
        (AttributeKind.NUMBER, 1234.5, "1\u202f234,5"),
        (AttributeKind.CHOICES, ["Vert", "Noir"], "Vert, Noir"),
        (
            AttributeKind.ADDRESS,
            {"street": "3 quai Sud", "postcode": "44000", "city": "Nantes"},
            "3 quai Sud, 44000 Nantes",
        ),
        (AttributeKind.YES_NO, None, ""),
    ],
)
def test_own_fields_are_written_by_their_kind(workspace, kind, value, written):
    field = Attribute(workspace_id=workspace.id, key="own", name="À nous", kind=kind)
    own = {} if value is None else {"own": value}
    anna = make_contact(workspace, attributes=own)
    assert told(anna, own=[field])["À nous"].value == written


def test_company_data_is_shown_where_there_is_some(workspace):
    anna = make_contact(workspace)
    shop = make_contact(workspace, company="Thés du Port", headcount="11")
    assert "Company" not in told(anna, "en")
    assert told(shop, "en")["Employees"].value == "10 to 19"


def test_each_value_says_who_said_it_and_when(workspace):
    anna = make_contact(workspace, first_name="Anna", city="Lyon")
    changing.write(anna, {"city": "Paris"}, source="preferences")
    said = told(anna, "en")
    assert said["First name"].origin.startswith("with a form, ")
    assert said["City"].origin.startswith("on their preferences page, ")
    assert said["Phone"].origin == ""


def test_a_field_that_was_removed_is_still_told_by_its_key(workspace):
    field = attributes.declare(workspace, "Pointure", AttributeKind.NUMBER, [])
    anna = make_contact(workspace, attributes={"pointure": 38})
    db.session.flush()
    assert told(anna, own=[field])["Pointure"].value == "38"
