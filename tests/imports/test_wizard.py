"""The way of a file through its pages, without JavaScript."""

import io

import pytest

from tests.factories import audience as make
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports.models import ImportRun

HERE = "/w/maison-tilleul/contacts/imports"
FILE = "E-mail;Prénom;Pointure\nana@example.org;Ana;38\nbob@example.org;Bob;41\nfaux;Max;40\n"


@pytest.fixture
def letter(workspace):
    made = make.mailing_list(workspace)
    db.session.commit()
    return made


def send(browser, content=FILE, name="clients.csv"):
    data = {"file": (io.BytesIO(content.encode()), name)}
    return browser.post(f"{HERE}/new", data=data, content_type="multipart/form-data")


def answers(letter):
    return {
        "source": "site",
        "collected_on": "2026-09-01",
        "lists": letter.id,
        "basis": "consent",
        "wording": "Je veux recevoir la lettre.",
        "conflict": "fill",
        "attested": "y",
    }


def test_a_file_goes_through_all_its_pages(owner, workspace, letter, worker):
    page = owner.get(f"{HERE}/new")
    assert "300" in page.text
    look = owner.get(send(owner).location)
    assert "Prénom" in look.text
    run = db.session.query(ImportRun).one()
    columns = owner.post(
        f"{HERE}/{run.id}/file", data={"kind": "contacts", "heading": "y", "go": "1"}
    )
    assert columns.location.endswith("/columns")
    page = owner.get(columns.location)
    assert "new:number:Pointure" in page.text
    chosen = {
        "column-0": "email",
        "column-1": "first_name",
        "column-2": "new:number:Pointure",
    }
    questions = owner.post(columns.location, data=chosen)
    assert questions.location.endswith("/questions")
    assert owner.get(questions.location).status_code == 200
    shown = owner.post(questions.location, data=answers(letter))
    assert shown.status_code == 303, shown.text[-3000:]
    worker()
    page = owner.get(shown.location)
    assert (
        "Rien n’a encore changé" in page.text or "Nothing has changed yet" in page.text
    )
    assert db.session.query(Contact).count() == 0
    assert owner.get(f"{HERE}/{run.id}/lines.csv").text.count("\n") == 4
    owner.post(f"{HERE}/{run.id}/start")
    worker()
    assert owner.get(shown.location).status_code == 200
    ana = db.session.query(Contact).filter_by(email="ana@example.org").one()
    assert ana.attributes == {"pointure": 38}
    refused = owner.post(f"{HERE}/{run.id}/refused.csv").text
    assert "faux,Max,40," in refused
    assert owner.get(f"{HERE}/").status_code == 200
    owner.post(f"{HERE}/{run.id}/undo")
    worker()
    assert db.session.query(Contact).count() == 0
    assert owner.get(shown.location).status_code == 200
