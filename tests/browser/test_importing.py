"""A shopkeeper brings a file: from the button to the people, in a real browser."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import audience as make
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.imports import working
from webapp.imports.models import ImportRun

pytestmark = pytest.mark.browser

FILE = """Prénom;Nom;E-mail;Téléphone;Pointure
Ana;DURAND;ana@example.org;06 12 34 56 78;38
Bob;Martin;bob@example.org;;41
Max;;faux;;40
"""


def look_at(page, name):
    assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert not scrolls_sideways(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    keep_picture(page, f"import-{name}")


def work(run_id):
    db.session.rollback()
    working.perform(run_id)
    db.session.expire_all()


def test_a_shopkeeper_brings_a_file(owner, workspace, open_browser):
    make.mailing_list(workspace, "La lettre du thé")
    db.session.commit()
    page = open_browser(owner)
    page.goto(f"/w/{workspace.slug}/contacts/imports/")
    page.click("main a.btn-primary >> nth=0")
    look_at(page, "new")
    page.set_input_files(
        "input[type=file]",
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": FILE.encode()},
    )
    page.click("main button[type=submit]")
    page.wait_for_url("**/file")
    look_at(page, "file")
    page.click("button[name=go]")
    page.wait_for_url("**/columns")
    page.select_option("#column-4", "new:number:Pointure")
    look_at(page, "columns")
    page.click("main form .btn-primary")
    page.wait_for_url("**/questions")
    page.check("input[name=source][value=site]")
    page.fill("input[name=collected_on]", "2026-05-02")
    page.check("input[name=lists]")
    page.check("input[name=basis][value=consent]")
    page.fill("textarea[name=wording]", "Je veux recevoir la lettre.")
    page.check("input[name=attested]")
    look_at(page, "questions")
    page.click("main form .btn-primary")
    until(page, "document.querySelector('#import-state') !== null")
    run_id = db.session.scalar(db.select(ImportRun.id))
    work(run_id)
    until(page, "document.querySelector('.vo-stats') !== null")
    look_at(page, "checked")
    page.click("form[action$='/start'] button")
    work(run_id)
    until(page, "document.querySelector('.alert-success') !== null")
    look_at(page, "done")
    found = db.session.scalars(db.select(Contact).order_by(Contact.email)).all()
    assert [(one.last_name, one.phone) for one in found] == [
        ("Durand", "+33612345678"),
        ("Martin", ""),
    ]
