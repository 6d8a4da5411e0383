"""The page of a widget and its posters in a real browser: without script, on every screen, in every look."""

import pytest
from sqlalchemy import select

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import widgets as make
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.widgets import publishing, sources
from webapp.widgets.themes import THEMES

pytestmark = pytest.mark.browser

WORDS = {
    "title": "La lettre du Tilleul",
    "intro": "Une fois par mois : nos nouveautés, une recette, et les ateliers.",
    "fields": ["first_name", "birth_date"],
    "translations": {"en": {"title": "The Tilleul letter", "button": "Sign me up"}},
}


@pytest.fixture
def publish(workspace, address):
    letter = make.mailing_list(workspace)

    def act(**design):
        made = make.widget(workspace, letter, published=False, **WORDS, **design)
        publishing.publish(made, address)
        db.session.commit()
        return made

    return act


@pytest.fixture
def plain(browser, address):
    """A page of a browser that runs no script."""
    context = browser.new_context(
        java_script_enabled=False, base_url=address, locale="en-GB"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_is_accessible_in_every_look_on_every_screen(
    publish, open_browser, theme
):
    widget = publish(**THEMES[theme].values())
    wrong = {}
    for scheme in ("light", "dark"):
        for width in (1280, 360, 320):
            page = open_browser(width=width, scheme=scheme)
            page.goto(f"/f/{widget.public_id}")
            if found := violations(page):
                wrong[scheme, width] = found
            if scrolls_sideways(page):
                wrong[scheme, width, "sideways"] = True
            keep_picture(page, f"hosted-{theme}-{scheme}-{width}")
    assert wrong == {}


@pytest.mark.parametrize("theme", ["plain", "rose", "ink"])
def test_questions_and_errors_are_accessible_on_every_screen(
    publish, open_browser, theme
):
    widget = publish(**THEMES[theme].values())
    wrong = {}
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            page = open_browser(width=width, scheme=scheme)
            for email in ("anna@gmial.com", "anna"):
                page.goto(f"/f/{widget.public_id}")
                page.fill("[name=email]", email)
                page.evaluate("document.forms[0].noValidate = true")
                page.click("form > button")
                page.wait_for_selector("[role=alert]")
                if found := violations(page):
                    wrong[scheme, width, email] = found
                if scrolls_sideways(page):
                    wrong[scheme, width, email, "sideways"] = True
                keep_picture(page, f"hosted-{email.count('@')}-{scheme}-{width}")
    assert wrong == {}


def test_without_script_a_slip_is_asked_about_and_two_equal_buttons_answer(
    publish, plain
):
    widget = publish()
    plain.goto(f"/f/{widget.public_id}?lang=en")
    plain.fill("[name=email]", "anna@gmial.com")
    plain.fill("[name=first_name]", "Anna")
    plain.check("[name=clicks]")
    plain.click("form > button")
    keep, use = plain.locator(".answers button").all()
    assert (keep.inner_text(), use.inner_text()) == (
        "Keep anna@gmial.com",
        "Use anna@gmail.com",
    )
    assert keep.bounding_box()["height"] == use.bounding_box()["height"]
    assert keep.bounding_box()["width"] == use.bounding_box()["width"]
    assert plain.input_value("[name=email]") == "anna@gmial.com"
    assert plain.input_value("[name=first_name]") == "Anna"
    assert plain.is_checked("[name=clicks]")
    use.click()
    plain.wait_for_url("**/thanks/**")
    db.session.rollback()
    contact = db.session.scalar(select(Contact))
    assert (contact.email, contact.first_name) == ("anna@gmail.com", "Anna")


def test_enter_in_a_field_never_takes_the_other_address(publish, plain):
    widget = publish()
    plain.goto(f"/f/{widget.public_id}")
    plain.fill("[name=email]", "anna@gmial.com")
    plain.press("[name=email]", "Enter")
    plain.press("[name=first_name]", "Enter")
    plain.wait_for_url("**/thanks/**")
    db.session.rollback()
    assert db.session.scalar(select(Contact.email)) == "anna@gmial.com"


def test_without_script_the_language_changes_and_the_link_is_remembered(publish, plain):
    widget = publish()
    flyer = sources.add(widget, "Flyer")
    db.session.commit()
    plain.goto(f"/f/{widget.public_id}?s={flyer.mark}&lang=fr")
    plain.click("nav a[lang=en]")
    assert plain.inner_text("h1") == "The Tilleul letter"
    plain.fill("[name=email]", "anna@example.org")
    plain.click("form > button")
    plain.wait_for_url("**/thanks/**")
    db.session.rollback()
    counted = sources.figures(flyer)
    assert (counted.shown, counted.submitted) == (2, 1)


def test_links_and_posters_are_accessible_on_every_screen(
    publish, workspace, owner, open_browser
):
    widget = publish(**THEMES["ink"].values())
    flyer = sources.add(widget, "Flyer in the shop")
    db.session.commit()
    base = f"/w/{workspace.slug}/widgets/{widget.id}"
    pages = {
        "share": base,
        "link": f"{base}/sources/{flyer.id}",
        "poster-a4": f"{base}/sources/{flyer.id}/poster",
        "poster-a6": f"{base}/sources/{flyer.id}/poster?size=a6",
    }
    wrong = {}
    for scheme in ("light", "dark"):
        for width in (1280, 360):
            page = open_browser(owner, width=width, scheme=scheme)
            for name, path in pages.items():
                page.goto(path)
                if found := violations(page):
                    wrong[name, scheme, width] = found
                if scrolls_sideways(page):
                    wrong[name, scheme, width, "sideways"] = True
                keep_picture(page, f"{name}-{scheme}-{width}")
    assert wrong == {}


@pytest.mark.parametrize("size", ["a4", "a6"])
def test_a_poster_prints_on_one_sheet_of_a4(
    publish, workspace, owner, open_browser, size
):
    widget = publish()
    flyer = sources.add(widget, "Flyer")
    db.session.commit()
    page = open_browser(owner)
    page.goto(
        f"/w/{workspace.slug}/widgets/{widget.id}/sources/{flyer.id}/poster?size={size}"
    )
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") == 1
    # 210 by 297 millimetres, in points.
    assert b"/MediaBox [0 0 594.9" in printed
    page.emulate_media(media="print")
    assert not page.is_visible(".poster-bar")
