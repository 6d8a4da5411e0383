"""The sites people may be sent on to are a setting."""

from tests.factories import widgets as make
from webapp.core.db import db
from webapp.widgets import sites

AT = "/w/maison-tilleul/widgets/sites"


def test_a_site_is_added_and_removed(owner, workspace):
    assert owner.post(AT, data={"site": "boutique.example"}).status_code == 303
    assert "boutique.example" in owner.get(AT).get_data(as_text=True)
    site = sites.allowed(workspace)[0]
    owner.post(f"{AT}/{site.id}/remove")
    assert sites.allowed(workspace) == []


def test_what_is_no_site_is_refused_beside_its_field(owner, workspace):
    answer = owner.post(AT, data={"site": "boutique"})
    assert answer.status_code == 422
    assert "A site looks like" in answer.get_data(as_text=True)


def test_a_site_in_use_stays_and_the_page_says_why(owner, workspace):
    sites.allow(workspace, "boutique.example")
    widget = make.widget(workspace, redirect="https://boutique.example/")
    db.session.commit()
    site = sites.allowed(workspace)[0]
    owner.post(f"{AT}/{site.id}/remove")
    assert widget.name in owner.get(AT).get_data(as_text=True)
    assert len(sites.allowed(workspace)) == 1


def test_an_editor_changes_no_settings(editor, workspace):
    assert editor.get(AT).status_code == 403
    assert editor.post(AT, data={"site": "boutique.example"}).status_code == 403


def test_a_site_of_another_workspace_cannot_be_removed(stranger, workspace):
    sites.allow(workspace, "boutique.example")
    db.session.commit()
    site = sites.allowed(workspace)[0]
    assert stranger.post(f"/w/ailleurs/widgets/sites/{site.id}/remove").status_code in {
        403,
        404,
    }
    db.session.expire_all()
    assert len(sites.allowed(workspace)) == 1
