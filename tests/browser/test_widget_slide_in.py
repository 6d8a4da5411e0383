"""A slide-in: at the side of the page, which stays in use."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import widgets as make
from tests.hosting import element, publish, script, strict

pytestmark = pytest.mark.browser

PAGE = "<main><h1>Maison</h1><input aria-label=Search id=search><p><a href=#x id=x>Everything</a></p></main>"


@pytest.fixture
def slide_in(workspace, address, shop, visit):
    """slide_in(design, …) is a page on which it waits for its moment."""

    def open_(design=None, policy="", **ways):
        made = make.widget(
            workspace,
            published=False,
            **{
                "display": "slide_in",
                "delay": 0,
                "opener": "Newsletter",
                **(design or {}),
            },
        )
        publish(made, address)
        page = visit(
            shop.page(PAGE + element(made, "") + script(address), policy), **ways
        )
        box(page).wait_for(state="attached")
        return page

    return open_


def box(page):
    return page.locator("volontiers-form [part=box]")


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_it_has_a_name_takes_no_focus_and_leaves_the_page_in_use(slide_in, address):
    page = slide_in(policy=strict(address))
    box(page).wait_for()
    assert page.get_by_role("region", name="Restons en contact").is_visible()
    assert focused(page) == "BODY"
    page.get_by_label("Search").fill("lin")
    assert focused(page) == "search"
    assert box(page).is_visible()


@pytest.mark.covers("delivery-55")
def test_escape_closes_it_and_the_focus_goes_back_to_where_it_was(slide_in):
    page = slide_in()
    box(page).wait_for()
    page.locator("#x").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "VOLONTIERS-FORM"
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    assert focused(page) == "x"
    until(page, "localStorage.length")
    page.reload()
    box(page).wait_for(state="attached")
    page.wait_for_timeout(100)
    assert not box(page).is_visible()


@pytest.mark.parametrize("side", ["left", "right"])
def test_it_stands_at_its_side(slide_in, side):
    page = slide_in({"side": side})
    box(page).wait_for()
    page.wait_for_timeout(300)
    place = box(page).bounding_box()
    left, right = place["x"], 1000 - place["x"] - place["width"]
    assert (left < right) == (side == "left")
    assert place["y"] > 0


def test_opened_by_a_button_it_is_gone_into_and_left_for_that_button(slide_in):
    page = slide_in({"trigger": "click"})
    page.locator(".opener button").press("Enter")
    box(page).wait_for()
    inside = (
        "document.querySelector('volontiers-form').shadowRoot.activeElement.className"
    )
    assert page.evaluate(inside) == "over slide_in right"
    page.get_by_role("button", name="Fermer").click()
    box(page).wait_for(state="hidden")
    assert page.evaluate(inside) == "opener"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_phone_it_is_a_sheet_that_leaves_the_page_in_sight(
    slide_in, scheme
):
    page = slide_in(
        {"intro": "Une lettre par mois. " * 20, "asks_age": True},
        viewport={"width": 320, "height": 640},
        bypass_csp=True,
        reduced_motion="reduce",
        color_scheme=scheme,
    )
    box(page).wait_for()
    place = box(page).bounding_box()
    assert place["height"] <= 640 * 0.6
    assert (place["x"], place["width"]) == (0, 320)
    assert not scrolls_sideways(page)
    assert violations(page) == []
    keep_picture(page, f"widget-slide-in-{scheme}")
    box(page).locator("[type=submit]").click()
    box(page).locator(".wrong").first.wait_for()
    assert violations(page) == []
    box(page).locator("[value=over]").check()
    box(page).locator("[name=email]").fill("camille@example.org")
    box(page).locator("[type=submit]").click()
    box(page).locator(".done").wait_for()
    assert violations(page) == []
