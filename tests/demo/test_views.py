"""Who may load the demo shop, and who may remove it."""

from sqlalchemy import func, select

from tests.factories import accounts as make
from tests.factories import demo as make_demo
from webapp.accounts.models import AuditEntry, Workspace
from webapp.core.db import db


def demos():
    return db.session.scalar(select(func.count()).where(Workspace.is_demo))


def test_an_owner_loads_it_and_is_led_to_it(owner):
    answer = owner.post("/demo")
    assert (answer.status_code, answer.location) == (303, "/w/demo/")
    page = owner.get("/w/demo/").text
    assert "Les Jardins d’Élise" in page
    assert 'action="/w/demo/demo/remove"' in page
    assert 'action="/demo"' not in page


def test_asking_again_leads_to_the_same_one(owner):
    owner.post("/demo")
    assert owner.post("/demo").location == "/w/demo/"
    assert demos() == 1


def test_an_editor_and_a_viewer_load_nothing(editor, viewer):
    assert editor.post("/demo").status_code == 403
    assert viewer.post("/demo").status_code == 403
    assert demos() == 0


def test_a_visitor_is_sent_to_sign_in(client, workspace):
    assert "/sign-in" in client.post("/demo").location
    assert demos() == 0


def test_looking_loads_and_removes_nothing(owner):
    assert owner.get("/demo").status_code == 405
    owner.post("/demo")
    assert owner.get("/w/demo/demo/remove").status_code == 405
    assert demos() == 1


def test_its_owner_removes_it_and_is_led_home(owner):
    owner.post("/demo")
    answer = owner.post("/w/demo/demo/remove", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/w/maison-tilleul/"
    assert demos() == 0
    removed = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "demo.removed")
    ).one()
    assert (removed.workspace_id, removed.target_name) == (None, "Les Jardins d’Élise")


def test_a_stranger_finds_no_demo_of_somebody_else(owner, stranger):
    owner.post("/demo")
    assert stranger.get("/w/demo/").status_code == 404
    assert stranger.post("/w/demo/demo/remove").status_code == 404
    assert demos() == 1


def test_an_editor_of_the_demo_does_not_remove_it(workspace, sign_in):
    demo, _ = make_demo.shop(workspace)
    browser = sign_in(make.member(demo, role="editor"))
    assert browser.post("/w/demo/demo/remove").status_code == 403
    assert demos() == 1


def test_a_real_workspace_is_never_removed_this_way(owner):
    assert owner.post("/w/maison-tilleul/demo/remove").status_code == 409
    assert owner.get("/w/maison-tilleul/").status_code == 200
