"""A marketer makes a link for a flyer, takes its QR code away and prints it."""

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.accounts.actions import ACTIONS
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.widgets import sources
from webapp.widgets.models import WidgetSource


@pytest.fixture
def widget(workspace):
    made = make.widget(
        workspace,
        title="La lettre",
        intro="Une fois par mois.",
        translations={"en": {"title": "The letter"}},
    )
    db.session.commit()
    return made


@pytest.fixture
def flyer(widget):
    made = sources.add(widget, "Flyer in the shop")
    db.session.commit()
    return made


def _at(widget, path="", slug="maison-tilleul"):
    return f"/w/{slug}/widgets/{widget.id}/sources{path}"


def _actions():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_a_new_link_opens_with_its_address_and_its_code(editor, widget):
    answer = editor.post(_at(widget), data={"name": " Flyer\nin  the shop "})
    source = db.session.scalar(select(WidgetSource))
    assert source.name == "Flyer in the shop"
    page = editor.get(answer.location).text
    assert f"/f/{widget.public_id}?s={source.mark}" in page
    assert "qr.svg" in page
    assert _actions() == ["widget.source_added"]


@pytest.mark.parametrize("name", ["", "   ", "flyer in the SHOP"])
def test_a_link_needs_a_name_of_its_own(editor, widget, flyer, name):
    answer = editor.post(_at(widget), data={"name": name}, follow_redirects=True)
    assert "alert-danger" in answer.text
    assert len(sources.of(widget)) == 1


def test_the_page_of_the_widget_shows_what_each_link_brought(viewer, widget, flyer):
    for _ in range(10):
        sources.count(flyer.id, "shown")
    sources.count(flyer.id, "confirmed")
    db.session.commit()
    page = viewer.get(f"/w/maison-tilleul/widgets/{widget.id}").text
    assert "Flyer in the shop" in page
    assert "10.0 %" in page.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("kind", "mimetype"), [("svg", "image/svg+xml"), ("png", "image/png")]
)
def test_the_code_can_be_seen_and_kept(viewer, widget, flyer, kind, mimetype):
    seen = viewer.get(_at(widget, f"/{flyer.id}/qr.{kind}"))
    assert seen.mimetype == mimetype
    assert "Content-Disposition" not in seen.headers
    kept = viewer.get(_at(widget, f"/{flyer.id}/qr.{kind}?download"))
    assert f"attachment; filename=qr-{widget.id}" in kept.headers["Content-Disposition"]
    assert kept.data == seen.data


@pytest.mark.parametrize(("size", "posters"), [("a4", 1), ("a6", 4), ("a1", 1)])
def test_a_sheet_holds_one_poster_or_four(viewer, widget, flyer, size, posters):
    page = viewer.get(_at(widget, f"/{flyer.id}/poster?size={size}")).text
    assert page.count("La lettre") == posters
    assert "Une fois par mois." in page
    assert "Maison Tilleul" in page


def test_a_poster_speaks_a_language_of_the_form(viewer, widget, flyer):
    page = viewer.get(_at(widget, f"/{flyer.id}/poster?language=en")).text
    assert "The letter" in page
    assert "La lettre" not in page


def test_networks_are_linked_and_loaded_from_nowhere(viewer, widget, flyer):
    page = viewer.get(_at(widget, f"/{flyer.id}")).text
    assert 'rel="noopener noreferrer"' in page
    assert "https://wa.me/?text=" in page
    assert '<script src="http' not in page
    assert '<img src="http' not in page


def test_a_link_taken_off_the_list_is_no_longer_shown(editor, widget, flyer):
    editor.post(_at(widget, f"/{flyer.id}/archive"))
    db.session.expire_all()
    assert sources.of(widget) == []
    assert editor.get(_at(widget, f"/{flyer.id}")).status_code == 404
    assert _actions() == ["widget.source_archived"]


def test_a_viewer_makes_and_removes_no_link(viewer, widget, flyer):
    assert viewer.post(_at(widget), data={"name": "Profile"}).status_code == 403
    assert viewer.post(_at(widget, f"/{flyer.id}/archive")).status_code == 403


@pytest.mark.parametrize("path", ["", "/qr.svg", "/qr.png", "/poster"])
def test_a_link_of_another_workspace_does_not_exist(stranger, widget, flyer, path):
    for slug in ("ailleurs", "maison-tilleul"):
        address = _at(widget, f"/{flyer.id}{path}", slug)
        assert stranger.get(address).status_code == 404


def test_a_link_of_another_widget_does_not_exist(editor, workspace, flyer):
    other = make.widget(workspace)
    db.session.commit()
    assert editor.get(_at(other, f"/{flyer.id}")).status_code == 404
    assert editor.post(_at(other, f"/{flyer.id}/archive")).status_code == 404


def test_what_is_recorded_has_a_sentence():
    assert {"widget.source_added", "widget.source_archived"} <= ACTIONS.keys()
