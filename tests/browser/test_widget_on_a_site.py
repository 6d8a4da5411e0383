"""A widget on somebody's site with a strict policy, while it is busy and while it is not."""

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from tests.hosting import embedded, publish, strict
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.widgets.models import SignUpAttempt, SpentProof

pytestmark = pytest.mark.browser


@pytest.fixture
def widget(workspace, address):
    made = make.widget(workspace, published=False, thanks="Merci, ouvrez notre e-mail.")
    return publish(made, address)


@pytest.fixture
def open_form(widget, address, shop, browser):
    """open_form(policy) is a page on which the script has dressed the form."""
    contexts = []

    def open_(policy=None):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.asked = []
        page.said = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda line: page.said.append(line.text))
        url = shop.page(embedded(widget, address), policy or strict(address))
        with page.expect_request("**/shown"):
            page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()


def sign_up(page):
    form = page.locator("volontiers-form")
    form.locator("input[name=email]").fill("camille@example.org")
    form.locator("button").click()
    form.locator(".done").wait_for()
    return form.locator(".done").text_content()


def test_a_calm_widget_fetches_no_solver(open_form):
    page = open_form()
    # A person takes longer than two seconds to fill in a form.
    page.wait_for_timeout(2100)
    assert sign_up(page) == "Merci, ouvrez notre e-mail."
    assert not [url for url in page.asked if "proof" in url]


def test_a_busy_widget_has_the_browser_solve_a_riddle_under_a_strict_policy(
    widget, open_form
):
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    page = open_form()
    assert sign_up(page) == "Merci, ouvrez notre e-mail."
    db.session.rollback()
    assert db.session.scalars(select(SignUpAttempt.proven)).all() == [True]
    assert len(db.session.scalars(select(SpentProof)).all()) == 1
    assert db.session.scalar(select(Message.kind)) == "confirmation"
    assert [line for line in page.said if "Content Security Policy" in line] == []


def test_where_the_policy_refuses_the_solver_the_form_goes_as_a_page(
    widget, address, open_form
):
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    policy = strict(address).replace(
        f"script-src {address}", f"script-src {address}/embed/v1.js"
    )
    page = open_form(policy)
    form = page.locator("volontiers-form")
    form.locator("input[name=email]").fill("camille@example.org")
    form.locator("button").click()
    page.wait_for_url("**/thanks/**")
    db.session.rollback()
    assert db.session.scalars(select(SignUpAttempt.proven)).all() == [False]


def test_a_slip_in_the_domain_is_asked_about_and_never_corrected(open_form):
    page = open_form()
    form = page.locator("volontiers-form")
    typed = form.locator("input[name=email]")
    typed.fill("camille@gmial.com")
    typed.blur()
    form.locator(".hint").wait_for()
    assert "camille@gmail.com" in form.locator(".hint").text_content()
    assert typed.input_value() == "camille@gmial.com"
    form.locator(".hint").click()
    assert typed.input_value() == "camille@gmail.com"
    assert form.locator(".hint").count() == 0
