from sqlalchemy import select

from webapp.accounts.models import AuditEntry
from webapp.core.db import db

PAGE = "/w/maison-tilleul/settings/workspace"
FIELDS = {
    "name": "Maison Tilleul",
    "website": "",
    "locale": "fr",
    "timezone": "Europe/Paris",
    "legal_name": "Maison Tilleul SARL",
    "siren": "",
    "address": "12 rue des Tilleuls",
    "postcode": "69001",
    "city": "Lyon",
    "country": "FR",
    "rights_email": "donnees@maison-tilleul.example",
    "rights_phone": "",
    "dpo_name": "",
    "dpo_email": "",
}


def test_an_owner_changes_the_workspace(workspace, owner):
    answer = owner.post(
        PAGE, data={**FIELDS, "city": "Villeurbanne", "siren": "732 829 320"}
    )
    assert answer.location == PAGE
    assert (workspace.city, workspace.siren) == ("Villeurbanne", "732829320")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert sorted(entry.detail["fields"]) == ["city", "siren"]


def test_the_address_of_the_workspace_stays_when_its_name_changes(workspace, owner):
    owner.post(PAGE, data={**FIELDS, "name": "Autre nom"})
    assert (workspace.name, workspace.slug) == ("Autre nom", "maison-tilleul")


def test_saving_the_shop_leaves_what_is_measured_alone(workspace, owner):
    owner.post(PAGE, data={**FIELDS, "city": "Villeurbanne"})
    assert (workspace.measures_opens, workspace.measures_clicks) == (True, True)


def test_saving_without_a_change_records_nothing(workspace, owner):
    owner.post(PAGE, data=FIELDS)
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_a_wrong_field_is_told_and_changes_nothing(workspace, owner):
    answer = owner.post(
        PAGE, data={**FIELDS, "rights_email": "nobody", "city": "Paris"}
    )
    assert answer.status_code == 422
    assert "does not look like an e-mail address" in answer.text
    db.session.expire(workspace)
    assert workspace.city == "Lyon"


def test_only_owners_open_the_settings(editor, viewer):
    assert editor.get(PAGE).status_code == viewer.get(PAGE).status_code == 403
