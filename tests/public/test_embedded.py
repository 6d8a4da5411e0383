"""What the script on somebody's site is told, and for how long it may keep it."""

import pytest

from tests.factories import widgets as make
from webapp.core import clock
from webapp.core.db import db
from webapp.public.embedded import PARTS
from webapp.widgets import guarding


@pytest.fixture
def widget(workspace):
    made = make.widget(
        workspace,
        title="Restons en contact",
        translations={"en": {"title": "Stay in touch", "button": "Join"}},
    )
    db.session.commit()
    return made


def definition(client, widget, lang=None, **headers):
    address = f"/f/{widget.public_id}/form.json"
    headers = {"Accept": "application/json", **headers}
    return client.get(
        address, query_string={"lang": lang} if lang else {}, headers=headers
    )


def test_the_form_is_told_in_the_language_asked_for_if_the_widget_speaks_it(
    client, widget
):
    english = definition(client, widget, "en").json
    assert ("Stay in touch" in english["html"], english["lang"]) == (True, "en")
    for other in ("", "fr", "de", "not a language"):
        told = definition(client, widget, other).json
        assert ("Restons en contact" in told["html"], told["lang"]) == (True, "fr")


def test_the_language_of_the_browser_does_not_change_what_caches_share(client, widget):
    told = definition(client, widget, **{"Accept-Language": "en"})
    assert told.json["lang"] == "fr"


def test_a_copy_is_asked_for_again_by_a_mark_of_its_own_language(client, widget):
    french, english = definition(client, widget), definition(client, widget, "en")
    assert french.headers["Cache-Control"] == "public, max-age=60"
    assert french.headers["ETag"] != english.headers["ETag"]
    mark = {"If-None-Match": french.headers["ETag"]}
    assert definition(client, widget, **mark).status_code == 304
    assert definition(client, widget, "en", **mark).status_code == 200


def test_a_change_of_colour_alone_makes_the_kept_copy_old(client, widget):
    mark = definition(client, widget).headers["ETag"]
    widget.design = {**widget.design, "colour": "#7a1f4f"}
    make.publishing.publish(widget, make.BASE_URL)
    db.session.commit()
    told = definition(client, widget, **{"If-None-Match": mark})
    assert told.status_code == 200
    assert told.json["theme"]["colour"] == "#7a1f4f"


def test_a_kept_copy_never_brings_a_stamp_that_is_too_old(client, widget):
    mark = {"If-None-Match": definition(client, widget).headers["ETag"]}
    with clock.stopped(clock.ahead(seconds=guarding.STAMP_LASTS - 1)):
        assert definition(client, widget, **mark).status_code == 200


def test_the_theme_and_the_moment_are_told(client, workspace):
    made = make.widget(
        workspace,
        display="popup",
        trigger="scroll",
        scroll=40,
        pages=["/shop/*"],
        background="#15181e",
        text_colour="#f4f0ea",
        colour="#b0501f",
        radius=4,
        font="serif",
    )
    db.session.commit()
    told = definition(client, made).json
    assert told["theme"] == {
        "colour": "#b0501f",
        "radius": "4px",
        "font": 'Georgia, "Times New Roman", serif',
        "background": "#15181e",
        "text": "#f4f0ea",
        "scheme": "dark",
        "padding": "1.25rem",
    }
    shown = told["display"]
    assert (shown["as"], shown["trigger"], shown["scroll"]) == ("popup", "scroll", 40)
    assert (shown["pages"], shown["pages_not"]) == (["/shop/*"], [])


@pytest.mark.parametrize("path", ["/form.json", "", "/shown"])
def test_an_archived_widget_says_to_any_site_that_it_is_closed(client, widget, path):
    widget.archived_at = clock.now()
    db.session.commit()
    answer = client.open(
        f"/f/{widget.public_id}{path}",
        method="GET" if path == "/form.json" else "POST",
        headers={"Accept": "application/json", "Accept-Language": "en"},
    )
    assert (answer.status_code, answer.json) == (
        404,
        {"closed": "This form is closed."},
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_plain_form_of_an_archived_widget_leads_to_a_page_that_says_so(
    client, widget
):
    widget.archived_at = clock.now()
    db.session.commit()
    answer = client.post(
        f"/f/{widget.public_id}",
        data={"email": "camille@example.org"},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 404
    assert "This form is closed." in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["v1", *(f"v1-{part}" for part in PARTS)])
def test_the_scripts_may_be_loaded_by_any_site_and_kept_for_a_moment(client, name):
    answer = client.get(f"/embed/{name}.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_no_other_script_is_given_away(client):
    assert client.get("/embed/v1-app.js").status_code == 404
