"""The settings page about partners."""

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import says
from webapp.accounts.models import AuditEntry
from webapp.consent.models import Purpose, State
from webapp.core.db import db
from webapp.subscriptions import partners
from webapp.subscriptions.models import Partner
from webapp.subscriptions.partners import Description

HOME = "/w/maison-tilleul/settings/partners"
FORM = {
    "name": "Les Ruchers",
    "description": "des offres sur ses miels",
    "privacy_url": "https://ruchers.example/vie-privee",
    "use_en": "offers on its honeys",
}


@pytest.fixture
def bees(workspace):
    told = Description(FORM["name"], FORM["privacy_url"], FORM["description"])
    made = partners.create(workspace, told)
    db.session.commit()
    return made


def actions():
    db.session.rollback()
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_without_a_partner_the_page_says_what_the_law_wants(owner):
    page = owner.get(f"{HOME}/?lang=en").get_data(as_text=True)
    assert "nobody ticked for them" in page
    assert f'href="{HOME}/new"' in page


def test_a_partner_is_added_and_shown_with_its_sentence(owner, workspace):
    assert owner.get(f"{HOME}/new").status_code == 200
    assert owner.post(f"{HOME}/new", data=FORM).status_code == 303
    made = db.session.scalars(select(Partner)).one()
    assert made.texts == {"en": "offers on its honeys"}
    page = owner.get(f"{HOME}/?lang=en").get_data(as_text=True)
    assert "des offres sur ses miels" in page
    assert actions() == ["partner.created"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"description": ""},
        {"privacy_url": ""},
        {"privacy_url": "javascript:alert(1)"},
        {"privacy_url": "ruchers.example"},
    ],
)
def test_a_partner_without_name_use_or_policy_is_refused(owner, workspace, wrong):
    assert owner.post(f"{HOME}/new", data={**FORM, **wrong}).status_code == 422
    assert partners.every(workspace) == []


def test_a_partner_is_changed_archived_and_restored(owner, bees):
    address = f"{HOME}/{bees.id}"
    assert FORM["name"] in owner.get(f"{address}/edit").get_data(as_text=True)
    owner.post(f"{address}/edit", data={**FORM, "name": "La Ruche"})
    owner.post(f"{address}/archive")
    db.session.expire_all()
    assert (bees.name, bees.archived_at is None) == ("La Ruche", False)
    owner.post(f"{address}/restore")
    db.session.expire_all()
    assert bees.archived_at is None
    assert actions()[1:] == ["partner.changed", "partner.archived", "partner.restored"]


@pytest.mark.covers("consent-3")
def test_what_people_agreed_to_one_company_is_not_taken_over_by_another(
    owner, workspace, bees
):
    purpose = db.session.get_one(Purpose, bees.purpose_id)
    number = partners.sentence_id(bees, "fr")
    says(make_contact(workspace), purpose, State.GIVEN, text_id=number)
    db.session.commit()
    address = f"{HOME}/{bees.id}/edit?lang=en"
    answer = owner.post(address, data={**FORM, "name": "Un courtier"})
    assert answer.status_code == 422
    assert "add a partner" in answer.text
    assert owner.post(address, data={**FORM, "description": "x"}).status_code == 303
    db.session.expire_all()
    assert bees.name == FORM["name"]


def test_the_file_is_for_those_who_may_export_and_is_logged(
    owner, viewer, workspace, bees
):
    anna = make_contact(workspace)
    number = partners.sentence_id(bees, "fr")
    purpose = db.session.get_one(Purpose, bees.purpose_id)
    says(anna, purpose, State.GIVEN, text_id=number)
    db.session.commit()
    assert viewer.post(f"{HOME}/{bees.id}/export").status_code == 403
    answer = owner.post(f"{HOME}/{bees.id}/export")
    assert anna.email in answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    assert actions()[-1] == "partner.exported"


def test_who_withdrew_is_told_to_the_partner_so_that_it_forgets_them(
    owner, workspace, bees
):
    anna, berta = make_contact(workspace), make_contact(workspace)
    purpose = db.session.get_one(Purpose, bees.purpose_id)
    for person in (anna, berta):
        number = partners.sentence_id(bees, "fr")
        says(person, purpose, State.GIVEN, text_id=number)
    db.session.commit()
    owner.post(f"{HOME}/{bees.id}/export")
    partners.save(workspace, anna, frozenset())
    db.session.commit()
    assert "withdrew" in owner.get(f"{HOME}/?lang=en").get_data(as_text=True)
    answer = owner.post(f"{HOME}/{bees.id}/export", data={"who": "withdrew"})
    told = answer.get_data(as_text=True)
    assert anna.email in told
    assert berta.email not in told


@pytest.mark.parametrize("who", ["agreed", "withdrew"])
def test_a_partner_learns_no_address_from_the_file_of_those_who_withdrew(
    owner, workspace, bees, who
):
    anna = make_contact(workspace)
    purpose = db.session.get_one(Purpose, bees.purpose_id)
    number = partners.sentence_id(bees, "fr")

    def export(who):
        db.session.commit()
        return owner.post(f"{HOME}/{bees.id}/export", data={"who": who}).text

    export("agreed")
    says(anna, purpose, State.GIVEN, text_id=number)
    export("withdrew")
    says(anna, purpose, State.WITHDRAWN, text_id=number)
    export(who)
    says(anna, purpose, State.GIVEN, text_id=number)
    says(anna, purpose, State.WITHDRAWN, text_id=number)
    assert anna.email not in export("withdrew")


def test_the_partner_of_others_is_not_there(owner, workspace):
    other = make_accounts.workspace(slug="ailleurs")
    told = Description("Les leurs", "https://a.example", "x")
    theirs = partners.create(other, told)
    db.session.commit()
    assert owner.get(f"{HOME}/{theirs.id}/edit").status_code == 404
    for act in ("edit", "archive", "restore", "export"):
        assert owner.post(f"{HOME}/{theirs.id}/{act}", data=FORM).status_code == 404


def test_an_editor_does_not_decide_who_gets_addresses(app, workspace, editor):
    assert editor.get(f"{HOME}/new").status_code == 403
    assert editor.post(f"{HOME}/new", data=FORM).status_code == 403
