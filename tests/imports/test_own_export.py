"""A file of ours comes back: nothing changes."""

import pytest

from tests.factories import audience as make
from tests.factories import imports
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import AttributeKind, Contact
from webapp.core.db import db
from webapp.exports import asking, files, making
from webapp.exports.choosing import Chosen

FIRST = {
    "civility": "Mme",
    "first_name": "=Ana",
    "last_name": "d’Été",
    "phone": "+33612345678",
    "landline": "+33478123456",
    "postcode": "69001",
    "city": "Lyon",
    "country": "FR",
    "street": "12 bis rue de la Paix",
    "company": "'@Tilleul; Fils",
    "siren": "732829320",
    "activity": "62.01Z",
    "job_title": "-1 + 1",
    "headcount": "11",
}
OWN = {
    "taille": (AttributeKind.NUMBER, 38.5),
    "depuis": (AttributeKind.DATE, "2024-02-29"),
    "the": (AttributeKind.YES_NO, True),
    "mot": (AttributeKind.TEXT, "oui; non"),
    "choix": (AttributeKind.CHOICE, "vert"),
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_an_export_of_ours_changes_nothing_when_it_is_imported(workspace, kind, locale):
    for key, (one, _value) in OWN.items():
        make.attribute(workspace, key, one, ["vert", "bleu"])
    own = {key: value for key, (_kind, value) in OWN.items()}
    make.contact(workspace, email="ana@example.org", attributes=own, **FIRST)
    make.contact(workspace, email="Bob+1@example.org", first_name="Bob", city="")
    columns = [*FIELDS, *(f"attribute:{key}" for key in OWN)]
    export = asking.ask(
        workspace, Chosen(), kind=kind, columns=columns, user_id=None, locale=locale
    )
    db.session.commit()
    making.perform(export.id)
    content = files.file_of(export.id).read_bytes()
    before = db.session.execute(
        db.text("SELECT contact::text FROM contact ORDER BY id")
    ).all()
    run = imports.answered(
        workspace, content, name=f"contacts.{kind}", conflict="overwrite"
    )
    assert sorted(run.mapping) == sorted(columns)
    run = imports.done(run)
    assert run.figures["unchanged"] == 2
    assert not run.figures.get("left_out")
    after = db.session.execute(
        db.text("SELECT contact::text FROM contact ORDER BY id")
    ).all()
    assert (after, db.session.query(Contact).count()) == (before, 2)
