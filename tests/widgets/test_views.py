"""A marketer makes, publishes and embeds a widget from the studio."""

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.widgets import queries
from webapp.widgets.models import Widget

DESIGN = {
    "title": "Restons en contact",
    "intro": "Une lettre par mois.",
    "button": "Je m'inscris",
    "thanks": "Merci !",
    "colour": "#7a2e0e",
    "locale": "fr",
    "asks_opens": "y",
    "redirect": "",
}


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, published=False)
    db.session.commit()
    return made


def _at(widget, path=""):
    return f"/w/maison-tilleul/widgets/{widget.id}{path}"


def test_without_a_list_the_page_says_what_to_do_first(editor, workspace):
    page = editor.get("/w/maison-tilleul/widgets/new").get_data(as_text=True)
    assert "First, a list" in page


def test_a_new_widget_opens_in_the_studio(editor, workspace):
    target = make.mailing_list(workspace)
    db.session.commit()
    answer = editor.post(
        "/w/maison-tilleul/widgets/new",
        data={"name": "Pied de page", "mailing_list": target.id},
    )
    made = db.session.scalar(select(Widget))
    assert answer.location.endswith(f"/widgets/{made.id}/edit")
    assert "Je m" in made.design["button"] or "Sign" in made.design["button"]


def test_saving_and_publishing_gives_the_embed_codes(editor, widget):
    answer = editor.post(_at(widget, "/edit"), data={**DESIGN, "publish": "yes"})
    assert answer.status_code == 303
    page = editor.get(_at(widget)).get_data(as_text=True)
    assert "&lt;volontiers-form form=&#34;" in page
    assert "/embed/v1.js" in page
    assert db.session.scalar(
        select(AuditEntry.action).order_by(AuditEntry.id.desc())
    ) == ("widget.published")


def test_a_draft_is_saved_and_not_shown(editor, widget):
    editor.post(_at(widget, "/edit"), data=DESIGN)
    db.session.expire_all()
    kept = db.session.get(Widget, widget.id)
    assert kept.design["title"] == "Restons en contact"
    assert kept.published_at is None


def test_an_unreadable_colour_is_refused_beside_its_field(editor, widget):
    answer = editor.post(_at(widget, "/edit"), data={**DESIGN, "colour": "#ffdd00"})
    assert answer.status_code == 422
    assert "hard to read" in answer.get_data(as_text=True)


def test_an_incomplete_workspace_cannot_publish_and_is_told_what_is_missing(
    editor, widget, workspace
):
    workspace.rights_email = ""
    db.session.commit()
    editor.post(_at(widget, "/publish"))
    page = editor.get(_at(widget)).get_data(as_text=True)
    assert "the contact for questions about data" in page
    assert db.session.get(Widget, widget.id).published_at is None


def test_the_preview_shows_what_is_being_entered(editor, widget):
    answer = editor.post(_at(widget, "/preview"), data={**DESIGN, "title": "Essai"})
    page = editor.get(answer.json["src"])
    assert "Essai" in page.get_data(as_text=True)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_an_archived_widget_takes_no_more_sign_ups(editor, client, workspace):
    widget = make.widget(workspace)
    db.session.commit()
    editor.post(_at(widget, "/archive"))
    assert client.get(f"/f/{widget.public_id}").status_code == 404
    assert queries.widgets(workspace) == []


def test_a_viewer_sees_widgets_and_changes_none(viewer, widget):
    assert viewer.get(_at(widget)).status_code == 200
    assert viewer.post(_at(widget, "/edit"), data=DESIGN).status_code == 403


@pytest.mark.parametrize("path", ["", "/edit", "/preview/x"])
def test_a_widget_of_another_workspace_does_not_exist(stranger, widget, path):
    elsewhere = f"/w/ailleurs/widgets/{widget.id}{path}"
    assert stranger.get(elsewhere).status_code == 404
    assert stranger.get(_at(widget, path)).status_code == 404
