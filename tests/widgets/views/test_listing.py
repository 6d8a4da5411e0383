"""Which widgets there are, and what becomes of them."""

import re

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.core import clock
from webapp.core.db import db
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.models import Widget, WidgetDay

AT = "/w/maison-tilleul/widgets"


def _text(browser, path=""):
    return browser.get(AT + path).get_data(as_text=True)


def _names(page):
    return re.findall(r'<th scope="row">(?:<div>)?\s*<a [^>]*>([^<]*)</a>', page)


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace)
    db.session.commit()
    return made


def test_without_a_list_the_page_says_what_to_do_first(editor, workspace):
    assert "First, a list" in _text(editor, "/new")


def test_without_a_widget_the_page_says_what_to_do(editor, viewer, workspace):
    assert f"{AT}/new" in _text(editor, "/")
    assert f"{AT}/new" not in _text(viewer, "/")


@pytest.mark.parametrize("display", sorted(DISPLAYS))
def test_a_new_widget_opens_in_the_studio_as_it_was_chosen(editor, workspace, display):
    target = make.mailing_list(workspace)
    db.session.commit()
    answer = editor.post(
        f"{AT}/new",
        data={"name": "Nouveau", "mailing_list": target.id, "display": display},
    )
    made = db.session.scalar(select(Widget))
    assert answer.location.endswith(f"/widgets/{made.id}/edit")
    assert made.design["display"] == display
    assert made.design["button"]


def test_a_display_we_do_not_know_is_refused(editor, workspace):
    target = make.mailing_list(workspace)
    db.session.commit()
    answer = editor.post(
        f"{AT}/new",
        data={"name": "Nouveau", "mailing_list": target.id, "display": "banner"},
    )
    assert answer.status_code == 422


def test_widgets_are_sorted_by_how_many_confirm(editor, workspace):
    today = clock.now().date()
    for name, confirmed in (("Peu", 1), ("Tous", 10), ("Moitié", 5)):
        made = make.widget(workspace, name=name)
        made.name = name
        db.session.add(
            WidgetDay(widget_id=made.id, day=today, submitted=10, confirmed=confirmed)
        )
    db.session.commit()
    assert _names(_text(editor, "/?sort=-rate")) == ["Tous", "Moitié", "Peu"]
    assert _names(_text(editor, "/?sort=rate")) == ["Peu", "Moitié", "Tous"]
    assert _names(_text(editor, "/?sort=name")) == ["Moitié", "Peu", "Tous"]
    assert "50.0" in _text(editor, "/")


def test_a_copy_is_a_draft_of_its_own(editor, widget):
    answer = editor.post(f"{AT}/{widget.id}/duplicate")
    copy = db.session.scalar(select(Widget).order_by(Widget.id.desc()))
    assert answer.location.endswith(f"/widgets/{copy.id}/edit")
    assert copy.design == widget.design
    assert copy.mailing_list_id == widget.mailing_list_id
    assert copy.public_id != widget.public_id
    assert (copy.published_at, copy.showing) == (None, {})
    assert widget.name in copy.name
    assert copy.name != widget.name


def test_an_archived_widget_takes_no_more_sign_ups_until_it_is_restored(
    editor, client, widget
):
    editor.post(f"{AT}/{widget.id}/archive")
    assert client.get(f"/f/{widget.public_id}").status_code == 404
    assert _names(_text(editor, "/")) == []
    assert _names(_text(editor, "/?archived=1")) == [widget.name]
    assert editor.get(f"{AT}/{widget.id}/edit").status_code == 404
    assert "is archived" in _text(editor, f"/{widget.id}")
    editor.post(f"{AT}/{widget.id}/restore")
    assert client.get(f"/f/{widget.public_id}").status_code == 200


@pytest.mark.parametrize("act", ["archive", "restore", "duplicate", "publish"])
def test_a_viewer_and_a_stranger_change_nothing(viewer, stranger, widget, act):
    path = f"{AT}/{widget.id}/{act}"
    assert viewer.post(path).status_code == 403
    assert stranger.post(path).status_code == 404
    assert stranger.post(f"/w/ailleurs/widgets/{widget.id}/{act}").status_code == 404
