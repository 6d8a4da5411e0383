"""What people saw can be seen again, as it was."""

import pytest

from tests.factories import widgets as make
from webapp.core.db import db
from webapp.widgets import publishing, queries

AT = "/w/maison-tilleul/widgets"


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, title="Avant")
    made.design = {**made.design, "title": "Après"}
    publishing.publish(made, make.BASE_URL)
    db.session.commit()
    return made


def test_every_form_people_saw_is_listed_and_the_one_shown_now_is_named(viewer, widget):
    page = viewer.get(f"{AT}/{widget.id}/versions").get_data(as_text=True)
    assert page.index("Après") < page.index("Shown now") < page.index("Avant")
    assert page.count("Shown now") == 1


def test_a_form_is_shown_as_it_was(viewer, widget):
    first = queries.versions(widget)[-1]
    around = viewer.get(f"{AT}/{widget.id}/versions/{first.id}")
    assert first.fingerprint in around.get_data(as_text=True)
    frame = viewer.get(f"{AT}/{widget.id}/versions/{first.id}/form")
    assert first.html in frame.get_data(as_text=True)
    assert "sandbox" in frame.headers["Content-Security-Policy"]


def test_the_form_of_another_widget_is_not_there(viewer, stranger, widget, workspace):
    other = make.widget(workspace)
    db.session.commit()
    its = queries.latest_version(other).id
    for path in ("", "/form"):
        assert viewer.get(f"{AT}/{widget.id}/versions/{its}{path}").status_code == 404
        foreign = f"/w/ailleurs/widgets/{other.id}/versions/{its}{path}"
        assert stranger.get(foreign).status_code == 404
