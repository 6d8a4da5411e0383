"""The pages of exports: whom, which columns, the file, and who may have it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from webapp.accounts.models import AuditEntry
from webapp.core import clock
from webapp.core.db import db
from webapp.exports.asking import LINK_LASTS
from webapp.exports.models import Export
from webapp.segments.models import Segment

HOME = "/w/maison-tilleul/contacts/exports"
EVERYBODY = {
    "version": 1,
    "root": {
        "match": "all",
        "rules": [{"subject": "email", "operator": "contains", "value": "@"}],
    },
}
FORM = {"kind": "csv", "columns_profile": ["email", "first_name"]}


@pytest.fixture
def anna(workspace, folder):
    made = make_contact(workspace, "anna@example.org", first_name="Anna")
    db.session.commit()
    return made


@pytest.fixture
def made(owner, anna, worker):
    """The number of a file that is ready."""
    owner.post(f"{HOME}/new", data=FORM)
    worker()
    db.session.rollback()
    return db.session.scalars(select(Export.id)).one()


def page(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def actions():
    db.session.rollback()
    return set(db.session.scalars(select(AuditEntry.action)))


def test_a_file_is_asked_for_followed_and_fetched(owner, anna, worker):
    answer = owner.post(f"{HOME}/new", data=FORM)
    assert answer.status_code == 303
    assert 'hx-trigger="every 2s"' in page(owner, f"{HOME}/")
    worker()
    shown = page(owner, f"{HOME}/progress")
    assert "1 contact, 2 columns" in shown
    assert "hx-trigger" not in shown
    number = re.search(r"exports/(\d+)/file", shown)[1]
    there = owner.post(f"{HOME}/{number}/file")
    answer = owner.get(there.location)
    assert answer.mimetype == "text/csv"
    assert "anna@example.org,Anna" in answer.get_data(as_text=True)
    assert {
        "contacts.export_asked",
        "contacts.exported",
        "contacts.export_downloaded",
    } <= actions()


def test_the_address_of_a_file_works_for_minutes(owner, made):
    there = owner.post(f"{HOME}/{made}/file").location
    assert owner.get(there).status_code == 200
    later = clock.now() + timedelta(seconds=LINK_LASTS + 60)
    with clock.stopped(later), pytest.MonkeyPatch.context() as patch:
        patch.setattr("itsdangerous.timed.time.time", later.timestamp)
        assert owner.get(there).status_code == 404


def test_the_address_of_a_file_works_for_one_colleague(owner, editor, made):
    there = owner.post(f"{HOME}/{made}/file").location
    assert editor.get(there).status_code == 404
    assert editor.get(f"{HOME}/file/nonsense").status_code == 404


def test_who_may_not_export_finds_no_page(viewer, made):
    for path in ("/", "/new", "/progress", "/file/x"):
        assert viewer.get(f"{HOME}{path}").status_code == 403
    for path in ("/new", f"/{made}/file", f"/{made}/delete"):
        assert viewer.post(f"{HOME}{path}", data=FORM).status_code == 403


def test_files_of_another_workspace_do_not_exist(made, workspace, sign_in):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    browser = sign_in(make_accounts.member(other, role="owner"))
    for path in ("file", "delete"):
        answer = browser.post(f"/w/ailleurs/contacts/exports/{made}/{path}")
        assert answer.status_code == 404


def test_a_file_is_thrown_away(owner, made):
    assert owner.post(f"{HOME}/{made}/delete").status_code == 303
    assert owner.post(f"{HOME}/{made}/file").status_code == 404
    assert "No file yet" in page(owner, f"{HOME}/")
    assert "contacts.export_deleted" in actions()


def test_a_file_without_columns_or_of_no_kind_is_not_made(owner, anna):
    assert owner.post(f"{HOME}/new", data={"kind": "csv"}).status_code == 422
    assert owner.post(f"{HOME}/new", data={**FORM, "kind": "exe"}).status_code == 422
    strange = {**FORM, "columns_profile": "password"}
    assert owner.post(f"{HOME}/new", data=strange).status_code == 422
    assert db.session.query(Export).count() == 0


def test_the_page_says_whom_the_file_is_about(owner, workspace, anna):
    letter = make_list(workspace, name="La lettre")
    db.session.commit()
    assert "All contacts" in page(owner, f"{HOME}/new")
    listed = page(owner, f"{HOME}/new?list={letter.id}&state=withdrawn")
    assert "List “La lettre”: Left" in listed
    assert "found by “ann”" in page(owner, f"{HOME}/new?q=ann")
    assert owner.get(f"{HOME}/new?list=999999").status_code == 404
    assert owner.get(f"{HOME}/new?segment=999999").status_code == 404


def test_pages_lead_to_a_file_of_what_they_show(owner, workspace, anna):
    letter = make_list(workspace)
    segment = Segment(workspace_id=workspace.id, name="Tous", rules=EVERYBODY)
    db.session.add(segment)
    db.session.commit()
    for shown, asked in {
        "contacts/?q=ann": "q=ann",
        f"lists/{letter.id}": f"list={letter.id}&amp;state=given",
        f"segments/{segment.id}": f"segment={segment.id}",
    }.items():
        assert f"exports/new?{asked}" in page(owner, f"/w/maison-tilleul/{shown}")
