"""What is known of a contact, as a reader writes it."""

from datetime import date

import pytest

from tests.factories.subscriptions import contact as make_contact
from webapp.contact_pages.facts import facts
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.i18n import speaking


def told(contact, language="fr", own=()):
    with speaking(language):
        return dict(facts(contact, own))


@pytest.mark.parametrize(
    ("language", "country", "born"),
    [("fr", "Belgique", "3 mai 1980"), ("en", "Belgium", "May 3, 1980")],
)
def test_countries_and_dates_are_written_as_the_reader_does(
    workspace, language, country, born
):
    anna = make_contact(workspace, country="BE", birth_date=date(1980, 5, 3))
    assert {country, born} <= set(told(anna, language).values())


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (AttributeKind.DATE, "2025-11-13", "13 novembre 2025"),
        (AttributeKind.YES_NO, False, "Non"),
        (AttributeKind.YES_NO, True, "Oui"),
        (AttributeKind.NUMBER, 3, 3),
        (AttributeKind.YES_NO, None, None),
    ],
)
def test_own_fields_are_written_by_their_kind(workspace, kind, value, written):
    field = Attribute(workspace_id=workspace.id, key="own", name="À nous", kind=kind)
    anna = make_contact(workspace, attributes={"own": value})
    assert told(anna, own=[field])["À nous"] == written
