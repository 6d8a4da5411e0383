"""A marketer chooses everything about a widget in the studio, sees it, and publishes it."""

import re

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.design import Design
from webapp.widgets.models import AllowedSite, Widget
from webapp.widgets.themes import THEMES

ENTERED = {
    "name": "Pied de page",
    "display": "inline",
    "title": "Restons en contact",
    "intro": "Une lettre par mois.",
    "button": "Je m'inscris",
    "thanks": "Merci !",
    "asks_opens": "y",
    "theme": "own",
    "colour": "#7a2e0e",
    "background": "#ffffff",
    "text_colour": "#1f2328",
    "radius": "8",
    "font": "inherit",
    "trigger": "delay",
    "delay": "5",
    "scroll": "50",
    "cap_days": "7",
    "side": "right",
    "redirect": "",
    "locale": "fr",
    "second_language": "",
}


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, published=False)
    db.session.commit()
    return made


def _at(widget, path=""):
    return f"/w/maison-tilleul/widgets/{widget.id}{path}"


def _save(browser, widget, **changes):
    return browser.post(_at(widget, "/edit"), data={**ENTERED, **changes})


def _kept(widget):
    db.session.expire_all()
    return Design.from_json(db.session.get(Widget, widget.id).design)


def _refused(answer):
    """The sentence beside each field of a form that came back."""
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    found = re.findall(
        r'id="(\w+)-error">(?:<svg.*?</svg>)?(.*?)</div>', page, re.DOTALL
    )
    return dict(found)


def test_saving_and_publishing_gives_the_embed_codes(editor, widget):
    answer = _save(editor, widget, publish="yes")
    assert answer.status_code == 303
    page = editor.get(_at(widget)).get_data(as_text=True)
    assert "&lt;volontiers-form form=&#34;" in page
    assert "/embed/v1.js" in page
    assert db.session.scalar(
        select(AuditEntry.action).order_by(AuditEntry.id.desc())
    ) == ("widget.published")


def test_a_draft_is_saved_and_not_shown(editor, widget):
    _save(editor, widget, name="En-tête")
    assert _kept(widget).title == "Restons en contact"
    kept = db.session.get(Widget, widget.id)
    assert (kept.name, kept.published_at) == ("En-tête", None)


def test_everything_that_can_be_chosen_is_kept(editor, widget):
    _save(
        editor,
        widget,
        display="slide_in",
        trigger="scroll",
        scroll="40",
        side="left",
        pages="/shop/*\r\n\r\nhttps://shop.example/about?x=1",
        pages_not="/cart",
        cap_days="30",
        fields=["first_name"],
        later_fields=["postcode", "birth_date"],
        asks_age="y",
        own_ground="y",
        radius="16",
        font="serif",
    )
    kept = _kept(widget)
    assert (kept.display, kept.trigger, kept.scroll) == ("slide_in", "scroll", 40)
    assert (kept.side, kept.cap_days) == ("left", 30)
    assert (kept.pages, kept.pages_not) == (("/shop/*", "/about"), ("/cart",))
    assert (kept.fields, kept.later_fields) == (
        ("first_name",),
        ("postcode", "birth_date"),
    )
    assert (kept.asks_age, kept.asks_opens, kept.asks_clicks) == (True, True, False)
    assert (kept.background, kept.text_colour) == ("#ffffff", "#1f2328")
    assert (kept.radius, kept.font) == (16, "serif")


def test_what_the_studio_does_not_ask_stays_as_it_was(editor, widget):
    widget.design = {**widget.design, "reward": 3}
    db.session.commit()
    _save(editor, widget)
    assert _kept(widget).reward == 3


def test_an_unreadable_colour_is_refused_beside_its_field_with_its_contrast(
    editor, widget
):
    said = _refused(_save(editor, widget, colour="#ffdd00"))
    assert "1.3 to 1" in said["colour"]


def test_every_field_that_must_be_corrected_says_so_at_once(editor, widget):
    said = _refused(
        _save(
            editor,
            widget,
            name="",
            display="popup",
            trigger="click",
            opener="",
            delay="999",
            pages="shop",
            own_ground="y",
            text_colour="#eeeeee",
        )
    )
    assert said.keys() == {"name", "opener", "delay", "pages", "text_colour"}


@pytest.mark.parametrize("name", sorted(THEMES))
def test_a_ready_made_look_is_worn_whole(editor, widget, name):
    _save(editor, widget, theme=name, colour="#ffdd00")
    assert Design(**THEMES[name].values()).look == _kept(widget).look
    page = editor.get(_at(widget, "/edit")).get_data(as_text=True)
    assert re.search(rf'<input[^>]* checked[^>]* value="{name}"', page)


def test_people_are_sent_to_no_site_that_is_not_allowed(editor, widget):
    said = _refused(_save(editor, widget, redirect="https://elsewhere.example/merci"))
    assert "another site" in said["redirect"]
    # An editor cannot allow it either: that is a setting.
    _refused(
        _save(editor, widget, redirect="https://elsewhere.example/", allow_site="y")
    )
    assert db.session.scalar(select(AllowedSite)) is None


def test_people_are_sent_to_the_site_of_the_shop(editor, widget, workspace):
    workspace.website = "https://www.tilleul.example"
    db.session.commit()
    _save(editor, widget, redirect="https://tilleul.example/merci")
    assert _kept(widget).redirect == "https://tilleul.example/merci"


def test_who_may_change_the_settings_allows_a_site_where_it_is_used(owner, widget):
    address = "https://boutique.example/merci"
    refused = _save(owner, widget, redirect=address)
    assert 'name="allow_site"' in refused.get_data(as_text=True)
    assert _save(owner, widget, redirect=address, allow_site="y").status_code == 303
    assert _kept(widget).redirect == address
    assert db.session.scalar(select(AllowedSite.host)) == "boutique.example"


def test_a_second_language_is_said_whole(editor, widget):
    said = _refused(_save(editor, widget, second_language="en", second_button=""))
    assert said.keys() == {"second_intro", "second_button"}
    _save(
        editor,
        widget,
        second_language="en",
        second_title="Stay in touch",
        second_intro="A letter a month.",
        second_button="Sign me up",
        second_thanks="Thank you!",
    )
    assert _kept(widget).spoken("en").intro == "A letter a month."


def test_a_second_language_is_another_one(editor, widget):
    said = _refused(_save(editor, widget, second_language="fr"))
    assert "second_language" in said


@pytest.mark.covers("consent-4")
def test_an_incomplete_workspace_cannot_publish_and_is_led_to_what_is_missing(
    owner, editor, widget, workspace
):
    workspace.rights_email = ""
    db.session.commit()
    for browser, way in ((owner, "/settings/workspace"), (editor, "a colleague")):
        browser.post(_at(widget, "/publish"))
        page = browser.get(_at(widget)).get_data(as_text=True)
        assert "the contact for questions about data" in page
        assert way in page
    assert db.session.get(Widget, widget.id).published_at is None


@pytest.mark.covers("consent-4")
def test_a_list_without_its_words_is_led_to_where_they_are_written(editor, workspace):
    target = make.mailing_list(workspace, notice_text="")
    widget = make.widget(workspace, target, published=False)
    db.session.commit()
    _save(editor, widget, publish="yes")
    page = editor.get(_at(widget)).get_data(as_text=True)
    assert f"/lists/{target.id}/edit" in page
    assert "the information notice" in page


@pytest.mark.parametrize("display", sorted(DISPLAYS))
def test_the_preview_shows_what_is_being_entered(editor, widget, display):
    answer = editor.post(
        _at(widget, "/preview"),
        data={**ENTERED, "display": display, "title": "Essai", "view_light": "dark"},
    )
    page = editor.get(answer.json["src"])
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Essai" in text
    assert 'name="email"' in text
    assert re.search(r'preview-dark-style-\w+\.css|data-bs-theme="dark"', text)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_over_a_page_refusing_looks_like_accepting(editor, widget):
    answer = editor.post(_at(widget, "/preview"), data={**ENTERED, "display": "popup"})
    text = editor.get(answer.json["src"]).get_data(as_text=True)
    assert re.search(
        r'<div class="actions"><button type="submit">.*class="refuse"', text
    )


def test_the_preview_speaks_the_language_and_shows_the_step_asked_for(editor, widget):
    answer = editor.post(
        _at(widget, "/preview"),
        data={
            **ENTERED,
            "second_language": "en",
            "second_title": "Stay in touch",
            "second_intro": "A letter.",
            "second_button": "Sign me up",
            "second_thanks": "Thank you!",
            "view_locale": "en",
            "view_step": "thanks",
        },
    )
    text = editor.get(answer.json["src"]).get_data(as_text=True)
    assert "Thank you!" in text
    assert 'name="email"' not in text


def test_the_preview_of_what_cannot_be_says_why(editor, widget):
    answer = editor.post(_at(widget, "/preview"), data={**ENTERED, "colour": "#ffdd00"})
    assert answer.json.keys() == {"status"}
    assert "4.5 to 1" in answer.json["status"]


def test_a_viewer_sees_widgets_and_changes_none(viewer, widget):
    assert viewer.get(_at(widget)).status_code == 200
    assert _save(viewer, widget).status_code == 403


@pytest.mark.parametrize(
    "path", ["", "/edit", "/preview/x", "/versions", "/figures.csv"]
)
def test_a_widget_of_another_workspace_does_not_exist(stranger, widget, path):
    elsewhere = f"/w/ailleurs/widgets/{widget.id}{path}"
    assert stranger.get(elsewhere).status_code == 404
    assert stranger.get(_at(widget, path)).status_code == 404


@pytest.mark.parametrize(
    ("display", "said"),
    [("inline", "code on your site"), ("page", "its page"), ("kiosk", "the counter")],
)
def test_what_is_said_after_publishing_fits_the_display(owner, widget, display, said):
    answer = owner.post(
        _at(widget, "/edit"), data={**ENTERED, "display": display, "publish": "yes"}
    )
    assert said in owner.get(answer.location).get_data(as_text=True)
