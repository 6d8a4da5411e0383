"""A pop-up on somebody's site: when it comes, how it goes, and what it never does."""

import re

import pytest

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import widgets as make
from tests.hosting import element, publish, script, strict
from webapp.widgets import queries

pytestmark = pytest.mark.browser

THANKS = "Merci, ouvrez notre e-mail."
LONG = "<main><h1>Maison</h1><p><a href='#x' id=x>Everything</a></p><p><input aria-label=Search></p>{}</main>"
SCHEMES = {
    "light": "",
    "dark": "<style>:root{color-scheme:dark}body{background:#14110f;color:#f3efe9}a{color:#9cf}</style>",
}
TALL = "<style>main{height:3000px}</style>"


@pytest.fixture
def popup(workspace, address):
    """popup(trigger=…) is a published pop-up that comes at once unless told otherwise."""

    def make_(**design):
        own = {"display": "popup", "delay": 0, "thanks": THANKS, "opener": "Newsletter"}
        target = make.mailing_list(workspace)
        made = make.widget(workspace, target, published=False, **{**own, **design})
        return publish(made, address)

    return make_


@pytest.fixture
def code(address):
    """code(widget, …) is a page with it; without script the form is simply there."""

    def write(widget, before="", inside=None, path="/", policy="", more=""):
        form = f"<noscript>{queries.latest_version(widget).html}</noscript>"
        elements = element(widget, form if inside is None else inside)
        body = LONG.format(before) + elements + more + script(address)
        return body, policy, path

    return write


@pytest.fixture
def open_page(shop, code, visit):
    """open_page(widget, …) is the page on which the script is done with the widget."""

    def open_(widget, ways=None, **where):
        page = visit(shop.page(*code(widget, **where)), **(ways or {}))
        box(page).wait_for(state="attached")
        return page

    return open_


def box(page, at=0):
    return page.locator("volontiers-form").nth(at).locator("[part=box]")


def stored(page):
    return page.evaluate("({...localStorage})")


def focused(page):
    """What has the focus, down into the shadow: tag, and what it is called."""
    return page.evaluate(
        "() => { let at = document.activeElement;"
        " while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
        " return at.id || at.name || at.className || at.tagName }"
    )


@pytest.mark.covers("delivery-54")
def test_without_script_the_form_is_simply_there(popup, code, shop, visit):
    page = visit(shop.page(*code(popup())), java_script_enabled=False)
    page.locator("[name=email]").fill("camille@example.org")
    page.locator("[type=submit]").click()
    page.wait_for_url("**/thanks/**")


def test_a_strict_policy_is_not_in_the_way(popup, open_page, address):
    page = open_page(popup(), policy=strict(address))
    box(page).locator("[name=email]").fill("camille@example.org")
    box(page).locator("[type=submit]").click()
    assert box(page).locator(".done").text_content() == THANKS
    assert box(page).evaluate("e => e.matches(':modal')")


@pytest.mark.covers("delivery-55")
def test_the_keyboard_opens_it_stays_inside_closes_it_and_returns(popup, open_page):
    page = open_page(popup(trigger="click"))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box(page).wait_for()
    assert focused(page) == "over popup right"
    assert box(page).get_attribute("aria-label") == "Restons en contact"
    passed = []
    for _ in range(6):
        page.keyboard.press("Tab")
        passed.append(focused(page))
    # The page behind cannot be reached: the way leads from the button to close to the last and out to the browser.
    assert passed[:5] == ["close", "email", "opens", "clicks", "BUTTON"]
    assert not {"x", "opener"} & set(passed)
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    assert focused(page) == "opener"


@pytest.mark.covers("delivery-55")
def test_the_button_to_close_has_a_name_and_works_by_keyboard(popup, open_page):
    page = open_page(popup(), ways={"locale": "fr-FR"})
    box(page).wait_for()
    close = page.get_by_role("button", name="Fermer")
    size = close.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box(page).wait_for(state="hidden")


@pytest.mark.covers("delivery-55")
def test_nothing_is_kept_before_it_is_closed_and_then_a_day_alone(popup, open_page):
    made = popup(cap_days=7)
    page = open_page(made)
    box(page).wait_for()
    assert stored(page) == {}
    page.keyboard.press("Escape")
    until(page, "localStorage.length")
    (kept,) = stored(page).items()
    assert kept[0] == f"volontiers-{made.public_id}"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", kept[1])
    assert page.context.cookies() == []


@pytest.mark.covers("delivery-55")
def test_once_closed_it_stays_away_for_its_days_and_comes_again_afterwards(
    popup, open_page, visit
):
    page = open_page(popup(cap_days=2))
    box(page).wait_for()
    page.keyboard.press("Escape")
    until(page, "localStorage.length")
    page.clock.install()
    for days, comes in ((0, False), (1, False), (1, True)):
        page.clock.fast_forward(days * 24 * 3600 * 1000)
        page.reload()
        box(page).wait_for(state="attached")
        page.clock.run_for(100)
        assert box(page).is_visible() is comes
    assert stored(page) == {}


def test_whoever_signed_up_is_not_asked_again(popup, open_page):
    page = open_page(popup(cap_days=0))
    box(page).locator("[name=email]").fill("camille@example.org")
    box(page).locator("[type=submit]").click()
    box(page).locator(".done").wait_for()
    assert focused(page) == "done"
    assert len(stored(page)) == 1
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    page.reload()
    box(page).wait_for(state="attached")
    page.wait_for_timeout(100)
    assert not box(page).is_visible()


def test_where_nothing_can_be_kept_it_comes_once_for_each_look_at_a_page(
    popup, shop, code, visit
):
    page = visit("about:blank")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('', 'SecurityError') } })"
    )
    page.goto(shop.page(*code(popup())))
    box(page).wait_for()
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")


def test_it_never_comes_while_somebody_types(popup, open_page):
    page = open_page(popup(trigger="scroll", scroll=10), before=TALL)
    page.get_by_label("Search").fill("lin")
    page.mouse.wheel(0, 1500)
    page.wait_for_timeout(300)
    assert not box(page).is_visible()
    assert focused(page) == "INPUT"
    page.evaluate("document.activeElement.blur()")
    box(page).wait_for()


def test_it_comes_after_its_part_of_the_page(popup, open_page):
    page = open_page(popup(trigger="scroll", scroll=50), before=TALL)
    page.evaluate("scrollTo(0, 1000)")
    page.wait_for_timeout(100)
    assert not box(page).is_visible()
    page.evaluate("scrollTo(0, 1500)")
    box(page).wait_for()


def test_it_comes_when_the_pointer_leaves_by_the_top(popup, open_page):
    page = open_page(popup(trigger="exit"))
    leave = (
        "y => document.documentElement.dispatchEvent("
        "new MouseEvent('mouseleave', { clientY: y }))"
    )
    page.evaluate(leave, 300)
    assert not box(page).is_visible()
    page.evaluate(leave, -1)
    box(page).wait_for()


def test_it_comes_on_its_pages_alone(popup, open_page, code, shop):
    made = popup(pages=["/shop/*"], pages_not=["/*/basket"])
    page = open_page(made, path="/")
    came = {}
    for path in ("/", "/shop/caf%C3%A9", "/shop/", "/shop/basket", "/shopping"):
        page.goto(shop.page(*code(made, path=path)))
        box(page).wait_for(state="attached")
        page.wait_for_timeout(100)
        came[path] = box(page).is_visible()
    assert [path for path in came if came[path]] == ["/shop/caf%C3%A9", "/shop/"]


def test_an_opener_of_the_page_opens_it_and_gets_the_focus_back(popup, open_page):
    made = popup(trigger="click")
    link = f'<a href="/elsewhere" data-volontiers-open="{made.public_id}">Letter</a>'
    page = open_page(made, inside=link)
    assert page.locator(".opener").count() == 0
    page.get_by_role("link", name="Letter").press("Enter")
    box(page).wait_for()
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "Letter"
    # Somebody opened it: it does not come by itself, and there is nothing to remember.
    assert stored(page) == {}


def test_of_two_one_comes_and_the_other_waits_for_another_page(
    popup, open_page, address
):
    first, second = popup(), popup(delay=1)
    page = open_page(first, more=element(second, ""))
    box(page).wait_for()
    page.wait_for_timeout(1100)
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    assert page.locator("volontiers-form [part=box][open]").count() == 0


def test_the_same_twice_opens_once(popup, shop, code, visit, address):
    made = popup()
    page = visit(shop.page(*code(made, more=element(made, "") + script(address))))
    page.locator("[part=box][open]").wait_for()
    page.wait_for_timeout(100)
    assert page.locator("volontiers-form [part=box][open]").count() == 1


def test_taken_out_of_the_page_it_goes_and_put_back_it_can_be_opened(popup, open_page):
    made = popup(trigger="click")
    button = f"<button data-volontiers-open='{made.public_id}' id=b>Open</button>"
    page = open_page(made, before=button)
    page.locator("#b").click()
    box(page).wait_for()
    page.evaluate(
        "window.kept = document.querySelector('volontiers-form'); kept.remove()"
    )
    page.locator("#b").click()
    page.evaluate("document.body.append(kept)")
    assert not box(page).is_visible()
    page.locator("#b").click()
    box(page).wait_for()


def test_other_windows_of_the_page_come_first(popup, open_page):
    page = open_page(
        popup(trigger="scroll", scroll=1), before=TALL + "<dialog>Cookies</dialog>"
    )
    page.evaluate("document.querySelector('dialog').showModal()")
    page.evaluate("scrollTo(0, 900)")
    page.wait_for_timeout(200)
    assert not box(page).is_visible()


@pytest.mark.parametrize(("wish", "moves"), [("reduce", 0), ("no-preference", 1)])
def test_it_comes_without_movement_for_whoever_wants_none(
    popup, open_page, wish, moves
):
    page = open_page(popup(trigger="click"), ways={"reduced_motion": wish})
    page.locator(".opener button").click()
    assert box(page).evaluate("e => e.getAnimations().length") == moves


def test_nothing_on_the_page_moves_when_it_comes_and_goes(popup, open_page):
    page = open_page(popup(trigger="scroll", scroll=1), before=TALL)
    page.evaluate(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries()"
        ".forEach((one) => { moved += one.value })).observe({ type: 'layout-shift', buffered: true })"
    )
    page.evaluate("scrollTo(0, 900)")
    box(page).wait_for()
    page.keyboard.press("Escape")
    box(page).wait_for(state="hidden")
    assert page.evaluate("moved") == 0


@pytest.mark.covers("consent-5")
@pytest.mark.parametrize(
    "colours", [{}, {"background": "#15181e", "text_colour": "#f4f0ea"}]
)
def test_refusing_is_as_large_and_as_easy_to_read_as_accepting(
    popup, open_page, colours
):
    page = open_page(
        popup(**colours, **({"colour": "#b0501f"} if colours else {})),
        ways={"bypass_csp": True, "reduced_motion": "reduce"},
    )
    box(page).wait_for()
    look = (
        "e => { const { fontSize, fontWeight, minHeight, paddingInline, display, cursor }"
        " = getComputedStyle(e); return { fontSize, fontWeight, minHeight, paddingInline, display, cursor,"
        " height: e.offsetHeight, top: e.offsetTop } }"
    )
    accept, refuse = box(page).locator(".actions button").all()
    assert accept.evaluate(look) == refuse.evaluate(look)
    # Both colours on their ground, among all else.
    assert violations(page) == []
    refuse.click()
    box(page).wait_for(state="hidden")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_narrow_phone_scrolls_one_way(popup, open_page, scheme):
    page = open_page(
        popup(trigger="click", asks_age=True, intro="Une lettre par mois. " * 8),
        before=SCHEMES[scheme],
        ways={
            "viewport": {"width": 320, "height": 560},
            "bypass_csp": True,
            "reduced_motion": "reduce",
        },
    )
    assert violations(page) == []
    page.locator(".opener button").click()
    box(page).wait_for()
    assert violations(page) == []
    assert not scrolls_sideways(page)
    keep_picture(page, f"widget-popup-{scheme}")
    box(page).locator("[type=submit]").click()
    box(page).locator(".wrong").first.wait_for()
    assert violations(page) == []
    keep_picture(page, f"widget-popup-errors-{scheme}")
    box(page).locator("[value=over]").check()
    box(page).locator("[name=email]").fill("camille@example.org")
    box(page).locator("[type=submit]").click()
    box(page).locator(".done").wait_for()
    assert violations(page) == []
