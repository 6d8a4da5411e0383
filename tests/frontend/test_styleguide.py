"""The interface in a real browser: strict policy, accessibility, small screens, what its modules do."""

import threading
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from playwright import sync_api
from werkzeug.serving import make_server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PAGES = ["/", "/?errors=1&sort=-name", "/contact", "/sign-in"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address():
    spec = spec_from_file_location("styleguide", HERE / "styleguide.py")
    styleguide = module_from_spec(spec)
    spec.loader.exec_module(styleguide)
    server = make_server("127.0.0.1", 0, styleguide.create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser, address):
    """Open a page of the style guide; what the browser complains of is in `page.complaints`."""
    contexts = []

    def open_(path="/", *, width=1280, scheme="light", scripts=True, axe=False):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
            bypass_csp=axe,
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda m: _note(page, m.type, m.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address + path, wait_until="networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


def _note(page, kind, text):
    if kind in ("error", "warning"):
        page.complaints.append(text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lives_with_the_strict_policy(open_page, path):
    page = open_page(path)
    assert page.complaints == []


def test_the_policy_really_refuses_what_is_written_in_a_page(open_page):
    page = open_page()
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(50)
    assert any("Content Security Policy" in text for text in page.complaints)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page, path, scheme):
    page = open_page(path, scheme=scheme, axe=True)
    assert _axe(page) == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(open_page, scheme, width):
    page = open_page(width=width, scheme=scheme, axe=True)
    page.click("text=Figures >> nth=0")
    page.click("text=Delete 12")
    assert _axe(page) == []
    page.keyboard.press("Escape")
    if width < 992:
        page.click(".vo-topbar [popovertarget=sidebar]")
    page.click("[popovertarget=user-menu]")
    assert _axe(page) == []


def _axe(page):
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags, iframes: false})", RULES
    )
    return [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_at_360_pixels(open_page, path):
    page = open_page(path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_theme_follows_the_system_unless_somebody_chose(open_page):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = open_page(scheme="light").evaluate(ground)
    dark = open_page(scheme="dark").evaluate(ground)
    assert light != dark
    assert open_page("/?theme=dark", scheme="light").evaluate(ground) == dark
    assert open_page("/?theme=light", scheme="dark").evaluate(ground) == light


def test_a_chosen_theme_is_worn_at_once(open_page):
    page = open_page(scheme="light")
    page.click("[popovertarget=user-menu]")
    page.click("button[name=theme][value=dark]")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_confirming_sends_the_form_with_its_fields_even_from_a_menu(open_page):
    page = open_page()
    page.click("[popovertarget=more]")
    page.click("#more >> text=Delete the list")
    page.fill("#reason", "old")
    with page.expect_navigation():
        page.click("#delete-list >> text=Delete the list >> nth=-1")
    assert '"reason":"old"' in page.content().replace(": ", ":")


def test_cancelling_sends_nothing(open_page):
    page = open_page()
    before = page.url
    page.click("text=Delete 12")
    assert page.locator("#delete-12").is_visible()
    page.click("#delete-12 >> text=Cancel")
    assert not page.locator("#delete-12").is_visible()
    assert page.url == before


def test_without_javascript_a_confirmed_act_is_a_plain_form(open_page):
    page = open_page(scripts=False)
    page.click("text=Delete 12")
    assert page.url.endswith("/done")


def test_without_javascript_the_menu_of_a_phone_opens(open_page):
    page = open_page(width=360, scripts=False)
    assert not page.locator("#sidebar").is_visible()
    page.click(".vo-topbar [popovertarget=sidebar]")
    assert page.locator("#sidebar").is_visible()


def test_an_error_is_met_first_and_tied_to_its_field(open_page):
    page = open_page("/?errors=1")
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    field = page.locator("#email")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.get_attribute("aria-describedby")
    assert "not an e-mail" in page.locator(f"#{described}").inner_text()


def test_the_editor_keeps_its_textarea_in_step_and_shows_errors_at_lines(open_page):
    page = open_page()
    page.click(".vo-editor .cm-content")
    page.keyboard.press("Control+Home")
    page.keyboard.type("broken")
    assert page.input_value("#mjml").startswith("broken<mjml>")
    page.wait_for_selector(".vo-editor .cm-lint-marker-error")
    assert page.locator(".vo-editor .cm-lintRange-error").count() == 1
    assert page.complaints == []


def test_the_preview_is_shown_in_its_frame(open_page):
    page = open_page()
    frame = page.frame_locator("#preview")
    assert "Bonjour Anna" in frame.locator("body").inner_text()


def test_charts_are_drawn_from_their_tables(open_page):
    page = open_page()
    page.wait_for_selector("[data-export]:not([hidden])", state="attached")
    blank = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
    drawn = page.eval_on_selector_all(
        "canvas[data-chart]", f"all => all.map({blank}).map(d => d.some(v => v))"
    )
    assert drawn == [True, True, True]


def test_a_row_says_its_columns_names_on_a_phone(open_page):
    page = open_page(width=360)
    labels = page.eval_on_selector_all(
        "#contacts tbody tr:first-child td", "all => all.map(d => d.dataset.label)"
    )
    assert labels == ["State", "Source", "Orders", None]


def test_the_slash_key_goes_to_the_search(open_page):
    page = open_page()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_typing_renews_the_list_and_its_address(open_page):
    page = open_page()
    page.fill("input[name=q]", "anna")
    page.wait_for_url("**q=anna**")
    assert page.locator("#contacts tbody tr").count() == 3
    labels = page.locator("#contacts td[data-label=State]")
    sync_api.expect(labels).to_have_count(3)


def test_leaving_with_unsaved_changes_warns(open_page):
    page = open_page()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("#name", "Summer")
    page.reload()
    assert asked == ["beforeunload"]
