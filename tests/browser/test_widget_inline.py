"""The form in a page of a shop: with and without script, whatever the page forbids, whoever uses it."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import widgets as make
from tests.hosting import element, embedded, publish, script, strict
from webapp.core import clock
from webapp.core.db import db
from webapp.widgets import embedding, queries

pytestmark = pytest.mark.browser

THANKS = "Merci, ouvrez notre e-mail."
BELOW = "<main><h1>Maison</h1>{}<p id=below>Below</p></main>"
CLS = """
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.moved += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def widget(workspace, address):
    made = make.widget(workspace, published=False, thanks=THANKS)
    return publish(made, address)


def form_of(page, at=0):
    """The form, once the script has dressed it."""
    until(
        page,
        "at => document.querySelectorAll('volontiers-form')[at].shadowRoot",
        arg=at,
    )
    return page.locator("volontiers-form").nth(at).locator("form")


def sign_up(form, email="camille@example.org"):
    form.locator("[name=email]").fill(email)
    form.locator("[type=submit]").click()


@pytest.mark.covers("delivery-54")
def test_without_script_the_plain_form_signs_up(widget, address, shop, visit):
    page = visit(
        shop.page(embedded(widget, address), strict(address)), java_script_enabled=False
    )
    sign_up(page.locator("form"))
    page.wait_for_url("**/thanks/**")
    assert THANKS in page.text_content("main")


@pytest.mark.covers("delivery-54")
def test_a_strict_policy_is_not_in_the_way(widget, address, shop, visit, browser):
    url = shop.page(embedded(widget, address), strict(address))
    page = visit("about:blank")
    refused = []
    page.on("console", lambda line: refused.append(line.text))
    page.goto(url)
    field = form_of(page).locator("[name=email]")
    field.wait_for()
    # The look is ours, although the policy of the site takes no style.
    assert field.evaluate("e => getComputedStyle(e).minHeight") == "44px"
    sign_up(form_of(page))
    assert form_of(page).locator(".done").text_content() == THANKS
    assert [line for line in refused if "Content Security Policy" in line] == []


@pytest.mark.parametrize(
    "policy",
    [
        "script-src 'nonce-abc'; require-trusted-types-for 'script'",
        "script-src 'nonce-abc' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types volontiers",
    ],
)
def test_a_nonce_and_trusted_types_let_it_work(widget, address, shop, visit, policy):
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    code = element(widget) + script(address, 'async nonce="abc"')
    page = visit(shop.page(code, policy), until="**/shown")
    sign_up(form_of(page))
    assert form_of(page).locator(".done").text_content() == THANKS


def test_where_our_policy_of_trusted_types_is_refused_the_form_on_the_page_goes_on(
    widget, address, shop, visit
):
    policy = "require-trusted-types-for 'script'; trusted-types others"
    page = visit(shop.page(embedded(widget, address), policy), until="**/shown")
    sign_up(form_of(page))
    assert form_of(page).locator(".done").text_content() == THANKS


def test_where_the_policy_forbids_requests_the_form_goes_as_a_page(
    widget, address, shop, visit
):
    policy = strict(address).replace("connect-src", "img-src")
    page = visit(shop.page(embedded(widget, address), policy))
    sign_up(form_of(page))
    page.wait_for_url("**/thanks/**")


@pytest.mark.covers("delivery-54")
def test_twice_on_a_page_each_works_alone(widget, address, shop, visit):
    code = element(widget) + embedded(widget, address) + script(address)
    page = visit(shop.page(code), until="**/shown")
    form_of(page, 1).locator(".hint, [type=submit]").first.wait_for()
    sign_up(form_of(page, 1), "wrong")
    form_of(page, 1).locator(".wrong").wait_for()
    assert form_of(page, 0).locator(".wrong").count() == 0
    sign_up(form_of(page, 0))
    assert form_of(page, 0).locator(".done").text_content() == THANKS
    sign_up(form_of(page, 1), "jo@example.org")
    assert form_of(page, 1).locator(".done").text_content() == THANKS


def test_two_widgets_on_a_page_say_their_own_words(
    widget, workspace, address, shop, visit
):
    other = make.widget(
        workspace,
        queries.mailing_list_of(widget),
        published=False,
        thanks="À demain.",
        colour="#7a1f4f",
    )
    publish(other, address)
    page = visit(shop.page(element(widget) + embedded(other, address)))
    sign_up(form_of(page, 1))
    assert form_of(page, 1).locator(".done").text_content() == "À demain."
    sign_up(form_of(page, 0), "jo@example.org")
    assert form_of(page, 0).locator(".done").text_content() == THANKS


def test_taken_out_and_put_back_it_keeps_what_was_typed(widget, address, shop, visit):
    page = visit(shop.page(embedded(widget, address)), until="**/shown")
    form_of(page).locator("[name=email]").fill("camille@example.org")
    page.evaluate(
        "const e = document.querySelector('volontiers-form');"
        "e.remove(); document.body.append(e); e.remove(); document.body.prepend(e)"
    )
    assert form_of(page).locator("[name=email]").input_value() == "camille@example.org"
    form_of(page).locator("[type=submit]").click()
    assert form_of(page).locator(".done").text_content() == THANKS


def test_the_keyboard_alone_signs_up_and_corrects(widget, address, shop, visit):
    page = visit(shop.page(embedded(widget, address)), until="**/shown")
    page.keyboard.press("Tab")
    page.keyboard.type("camille")
    page.keyboard.press("Enter")
    wrong = form_of(page).locator(".wrong")
    wrong.wait_for()
    field = form_of(page).locator("[name=email]")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == wrong.get_attribute("id")
    # The field that is wrong has the focus: typing goes on where it stopped.
    page.keyboard.press("End")
    page.keyboard.type("@example.org")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    done = form_of(page).locator(".done")
    done.wait_for()
    assert done.evaluate("e => e.getRootNode().activeElement === e")


def test_a_group_without_an_answer_is_marked_as_a_group(
    workspace, address, shop, visit
):
    made = publish(make.widget(workspace, published=False, asks_age=True), address)
    page = visit(shop.page(embedded(made, address)), until="**/shown")
    sign_up(form_of(page))
    wrong = form_of(page).locator("fieldset .wrong")
    wrong.wait_for()
    ages = form_of(page).locator("[name=age]")
    assert {one.get_attribute("aria-describedby") for one in ages.all()} == {
        wrong.get_attribute("id")
    }
    assert ages.first.evaluate("e => e.getRootNode().activeElement === e")


def test_what_belongs_to_no_field_is_said_above_the_button(
    widget, address, shop, visit
):
    page = visit(shop.page(embedded(widget, address)), until="**/shown")
    page.route(
        f"**/f/{widget.public_id}",
        lambda route: route.fulfill(
            status=422,
            json={"errors": {"elsewhere": "Something else is wrong."}},
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    sign_up(form_of(page))
    alert = form_of(page).locator("[role=alert]")
    assert alert.text_content() == "Something else is wrong."
    assert alert.evaluate("e => e.getRootNode().activeElement === e")


def test_an_archived_widget_says_that_it_is_closed(widget, address, shop, visit):
    code = embedded(widget, address)
    widget.archived_at = clock.now()
    db.session.commit()
    page = visit(shop.page(code), locale="en-GB")
    until(page, "document.querySelector('volontiers-form').shadowRoot")
    said = page.locator("volontiers-form p")
    assert said.text_content() == "This form is closed."
    assert page.locator("volontiers-form form").count() == 0


def test_while_our_server_keeps_silent_the_plain_form_stays(
    widget, address, shop, visit
):
    page = visit("about:blank")
    page.route("**/form.json*", lambda route: None)
    page.goto(shop.page(embedded(widget, address)))
    page.locator("volontiers-form form").wait_for()
    sign_up(page.locator("form"))
    page.wait_for_url("**/thanks/**")


def test_who_began_to_type_before_the_script_came_loses_nothing(
    widget, address, shop, visit
):
    page = visit("about:blank")
    waiting = []
    page.route("**/embed/v1.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright asks for a function
    page.goto(shop.page(embedded(widget, address)), wait_until="commit")
    page.locator("[name=email]").type("cam")
    with page.expect_request("**/shown"):
        waiting[0].continue_()
    page.keyboard.type("ille@example.org")
    assert form_of(page).locator("[name=email]").input_value() == "camille@example.org"


def test_the_lang_of_the_element_chooses_the_language(workspace, address, shop, visit):
    made = make.widget(
        workspace,
        published=False,
        title="Restons en contact",
        translations={"en": {"title": "Stay in touch"}},
    )
    publish(made, address)
    code = element(made) + element(made, attributes="lang=en") + script(address)
    page = visit(shop.page(code))
    assert form_of(page, 1).locator("h2").text_content() == "Stay in touch"
    assert form_of(page, 1).get_attribute("lang") == "en"
    assert form_of(page, 0).locator("h2").text_content() == "Restons en contact"


def test_the_site_hears_what_happens_and_nothing_about_the_person(
    widget, address, shop, visit
):
    page = visit("about:blank")
    page.add_init_script(
        "window.heard = []; for (const what of ['shown', 'started', 'submitted'])"
        " addEventListener('volontiers:' + what,"
        " (event) => heard.push([what, event.detail]))"
    )
    page.goto(shop.page(embedded(widget, address)))
    sign_up(form_of(page))
    form_of(page).locator(".done").wait_for()
    detail = {"form": widget.public_id}
    heard = page.evaluate("heard")
    assert heard == [[what, detail] for what in ("shown", "started", "submitted")]


@pytest.mark.covers("delivery-54", "delivery-55")
def test_nothing_is_kept_in_the_browser_and_no_third_host_is_asked(
    widget, address, shop, visit
):
    page = visit("about:blank")
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(shop.page(embedded(widget, address)))
    sign_up(form_of(page), "camille@gmial.com")
    form_of(page).locator(".done").wait_for()
    assert hosts == {shop.origin.split("/")[2], address.split("/")[2]}
    state = page.context.storage_state()
    assert (state["cookies"], state["origins"]) == ([], [])


def test_nothing_below_the_form_moves_when_it_is_dressed(widget, address, shop, visit):
    page = visit("about:blank")
    page.add_init_script(CLS)
    waiting = []
    page.route("**/embed/v1.js", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright asks for a function
    version = queries.latest_version(widget)
    form = embedding.code(widget, version, address).script
    page.goto(shop.page(BELOW.format(form)), wait_until="commit")
    page.locator("#below").wait_for()
    # Painted as it stands, long before the script comes.
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 100)))"
    )
    before = page.locator("#below").bounding_box()
    with page.expect_request("**/shown"):
        waiting[0].continue_()
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => setTimeout(go, 100)))"
    )
    assert page.evaluate("moved") == 0
    assert page.locator("#below").bounding_box() == before


@pytest.mark.parametrize("ground", ["#ffffff", "#14110f"])
def test_axe_finds_nothing_in_the_form_its_errors_and_its_thanks(
    workspace, address, shop, visit, ground
):
    made = make.widget(workspace, published=False, asks_age=True, thanks=THANKS)
    publish(made, address)
    ink = "#222" if ground == "#ffffff" else "#f3efe9"
    style = f"<style>body{{background:{ground};color:{ink}}}</style>"
    body = style + BELOW.format(embedded(made, address))
    page = visit(
        shop.page(body),
        until="**/shown",
        viewport={"width": 320, "height": 700},
        bypass_csp=True,
    )
    assert violations(page) == []
    form_of(page).locator("[type=submit]").click()
    form_of(page).locator(".wrong").first.wait_for()
    assert violations(page) == []
    assert not scrolls_sideways(page)
    keep_picture(page, f"widget-inline-errors-{ground[1:]}")
    form_of(page).locator("[value=over]").check()
    sign_up(form_of(page))
    form_of(page).locator(".done").wait_for()
    assert violations(page) == []
