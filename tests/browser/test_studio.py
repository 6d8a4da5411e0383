"""The studio in a real browser: every display can be chosen, seen and published, with mouse or keyboard."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import widgets as make
from webapp.core.db import db
from webapp.widgets import publishing, queries
from webapp.widgets.choices import DISPLAYS

pytestmark = pytest.mark.browser

AT = "/w/maison-tilleul/widgets"


@pytest.fixture
def widget(workspace, address):
    made = make.widget(workspace, published=False, intro="Une lettre par mois.")
    publishing.publish(made, address)
    db.session.commit()
    return made


@pytest.fixture
def studio(widget, owner, open_browser):
    """studio(width=…, scheme=…) is the studio of the widget, its preview shown."""

    def open_(**look):
        page = open_browser(owner, **look)
        with page.expect_response("**/preview"):
            page.goto(f"{AT}/{widget.id}/edit")
        return page

    return open_


def _preview(page):
    return page.frame_locator("#widget-preview")


@pytest.mark.parametrize(
    ("display", "scheme"), [*((one, "light") for one in DISPLAYS), ("popup", "dark")]
)
def test_each_display_is_seen_as_it_will_be_and_can_be_used_by_everybody(
    studio, display, scheme
):
    page = studio(scheme=scheme)
    page.check(f"[name=display][value={display}]")
    _preview(page).locator("input[name=email]").wait_for()
    if display in {"popup", "slide_in"}:
        _preview(page).locator(f".over.{display} .refuse").wait_for()
    page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true"
    )
    assert violations(page) == []
    keep_picture(page, f"studio-{display}-{scheme}")


def test_what_belongs_to_a_pop_up_shows_with_it_alone(studio):
    page = studio()
    moment = page.locator("#studio-moment")
    assert moment.is_hidden()
    page.check("[name=display][value=popup]")
    assert moment.is_visible()
    assert page.locator("[name=delay]").is_visible()
    assert page.locator("[name=side]").first.is_hidden()
    page.check("[name=trigger][value=click]")
    assert page.locator("[name=opener]").is_visible()
    assert page.locator("[name=delay]").is_hidden()
    page.check("[name=display][value=slide_in]")
    assert page.locator("[name=side]").first.is_visible()


def test_the_same_holds_without_script(browser, owner, widget, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    cookie = owner.get_cookie("session").value
    context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{AT}/{widget.id}/edit")
    assert page.locator("#studio-moment").is_hidden()
    page.check("[name=display][value=popup]")
    assert page.locator("#studio-moment").is_visible()
    _preview(page).locator("input[name=email]").wait_for()
    page.click("text=Save the draft")
    context.close()
    db.session.expire_all()
    assert queries.get_published(widget.public_id).design["display"] == "popup"


def test_a_display_is_chosen_by_the_arrow_keys(studio):
    page = studio()
    page.focus("[name=display]:checked")
    page.keyboard.press("ArrowDown")
    assert page.input_value("[name=display]:checked") == "popup"
    page.keyboard.press("ArrowUp")
    assert page.input_value("[name=display]:checked") == "inline"


def test_ones_own_look_begins_with_the_one_worn_last(studio):
    page = studio()
    page.click("#studio-look > summary")
    page.check("[name=theme][value=rose]")
    page.check("[name=theme][value=own]")
    assert page.input_value("[name=colour]") == "#a3203f"
    assert page.input_value("[name=text_colour]") == "#431320"
    assert page.is_checked("[name=own_ground]")
    assert page.input_value("[name=radius]") == "24"


def test_a_colour_that_cannot_be_read_is_said_at_once_and_beside_its_field(studio):
    page = studio()
    page.click("#studio-look > summary")
    page.check("[name=theme][value=own]")
    page.fill("[name=colour]", "#ffdd00")
    page.locator("#widget-preview-status", has_text="1.3 to 1").wait_for()
    page.click("text=Save the draft")
    page.locator("#colour-error", has_text="1.3 to 1").wait_for()
    assert page.locator("#colour").is_visible()
    assert violations(page) == []


def test_how_the_preview_is_looked_at_changes_nothing(studio):
    page = studio()
    wide = page.locator("#widget-preview").evaluate("frame => frame.clientWidth")
    page.click("label[for=view-phone]")
    narrow = page.locator("#widget-preview").evaluate("frame => frame.clientWidth")
    assert narrow <= 384 < wide
    with page.expect_response("**/preview/*"):
        page.click("label[for=view-dark]")
    assert page.locator("form[data-changed]").count() == 0
    with page.expect_response("**/preview/*"):
        page.click("label[for=view-thanks]")
    _preview(page).locator(".done").wait_for()


def test_the_studio_fits_a_phone(studio):
    page = studio(width=360)
    page.check("[name=display][value=slide_in]")
    page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true"
    )
    assert not scrolls_sideways(page)
    assert violations(page) == []
    keep_picture(page, "studio-360")


@pytest.mark.parametrize("path", ["/", "/new", "/{id}", "/{id}/versions", "/sites"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_widgets_can_be_used_by_everybody(
    widget, owner, open_browser, path, scheme
):
    page = open_browser(owner, width=360, scheme=scheme)
    page.goto(AT + path.format(id=widget.id))
    assert violations(page) == []
    assert not scrolls_sideways(page)
