"""While somebody is entered by hand, colleagues see who looks like the same person."""

from tests.duplicates.test_finding import ANNE, BORN
from tests.factories import subscriptions as make
from webapp.core.db import db

TYPED = {**ANNE, "email": "autre@exemple.fr", "birth_date": BORN.isoformat()}


def test_who_is_known_is_named(workspace, owner):
    anne = make.contact(workspace, "anne@exemple.fr", **ANNE, birth_date=BORN)
    db.session.commit()
    page = owner.post("/w/maison-tilleul/duplicates/hint", data=TYPED).get_data(
        as_text=True
    )
    assert "Anne Lemaire" in page
    assert f"/contacts/{anne.id}" in page


def test_nothing_is_said_of_strangers_and_of_other_workspaces(
    workspace, owner, stranger
):
    make.contact(workspace, "anne@exemple.fr", **ANNE, birth_date=BORN)
    db.session.commit()
    assert (
        stranger.post("/w/ailleurs/duplicates/hint", data=TYPED)
        .get_data(as_text=True)
        .strip()
        == ""
    )
    other = {"first_name": "Bob", "birth_date": "hier"}
    assert (
        owner.post("/w/maison-tilleul/duplicates/hint", data=other)
        .get_data(as_text=True)
        .strip()
        == ""
    )


def test_the_form_of_a_new_contact_asks(owner):
    assert "/duplicates/hint" in owner.get("/w/maison-tilleul/contacts/new").get_data(
        as_text=True
    )
