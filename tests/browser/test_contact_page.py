"""The page of one contact with the keyboard alone: a value corrected, and taken back."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import accounts as make_accounts
from tests.factories.subscriptions import contact as make_contact
from webapp.contacts import attributes, notes
from webapp.contacts.models import AttributeKind
from webapp.core.db import db

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(workspace):
    attributes.declare(workspace, "Thés", AttributeKind.CHOICES, ["Vert", "Noir"])
    attributes.declare(workspace, "Livraison", AttributeKind.ADDRESS, [])
    made = make_contact(
        workspace, "anna@example.org", first_name="Anna", city="Lyon", company="Tilia"
    )
    note = notes.write(workspace, made, "Rappeler mardi.")
    note.pinned = True
    db.session.commit()
    return made


def press_on(page, role, name):
    """Go there with the Tab key, and press Enter."""
    target = page.get_by_role(role, name=name, exact=True).first
    for _ in range(120):
        if target.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by the keyboard")


def test_a_correction_is_made_and_undone_by_keyboard(
    app, workspace, anna, sign_in, open_browser
):
    owner = make_accounts.member(workspace, role="owner", name="Élise Martin")
    db.session.commit()
    page = open_browser(sign_in(owner))
    page.goto(f"/w/{workspace.slug}/contacts/{anna.id}")
    press_on(page, "link", "Change")
    page.wait_for_url("**/edit")
    page.get_by_label("City").first.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Paris")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{anna.id}")
    press_on(page, "link", "Changes")
    page.wait_for_url("**/changes")
    assert page.get_by_role("heading", name="Changed by Élise Martin").is_visible()
    assert violations(page) == []
    press_on(page, "button", "Undo")
    page.get_by_text("The change is undone").wait_for()
    page.goto(f"/w/{workspace.slug}/contacts/{anna.id}")
    city = page.locator("dl.vo-facts > div", has_text="City")
    assert "Lyon" in city.inner_text()
    # Who said it is read with it, and seen when the focus is beside it.
    said = city.locator(".vo-origin")
    assert "with a form" in said.text_content()
    city.get_by_role("link").focus()
    assert said.evaluate("one => getComputedStyle(one).position") == "static"


PATHS = (
    *("/{}", "/{}/timeline", "/{}/purchases", "/{}/segments", "/{}/messages"),
    *("/{}/notes", "/{}/changes", "/{}/edit", "/fields", "/fields/1"),
    "/fields/weights",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_accessible_on_a_small_screen(
    app, workspace, anna, sign_in, open_browser, scheme
):
    owner = make_accounts.member(workspace, role="owner")
    db.session.commit()
    page = open_browser(sign_in(owner), width=360, scheme=scheme)
    complaints = {}
    for path in (one.format(anna.id) for one in PATHS):
        page.goto(f"/w/{workspace.slug}/contacts{path}")
        complaints[path] = violations(page)
        assert not scrolls_sideways(page), path
        keep_picture(page, f"contacts{path.replace('/', '-')}-{scheme}")
    assert {path: found for path, found in complaints.items() if found} == {}
