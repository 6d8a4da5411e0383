"""A widget on somebody's site with a strict policy, while it is busy and while it is not."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.widgets import publishing, queries
from webapp.widgets.models import SignUpAttempt, SpentProof

pytestmark = pytest.mark.browser


@pytest.fixture
def widget(workspace, address):
    made = make.widget(workspace, published=False, thanks="Merci, ouvrez notre e-mail.")
    publishing.publish(made, address)
    db.session.commit()
    return made


@pytest.fixture
def site(address):
    """site(body, policy) is the address of a page of another origin."""
    servers = []

    def serve(body, policy):
        class Shop(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>Shop</title>{body}".encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        threading.Thread(target=server.serve_forever).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def embedded(widget, address):
    form = queries.latest_version(widget).html
    return (
        f'<volontiers-form form="{widget.public_id}">{form}</volontiers-form>'
        f'<script async src="{address}/embed/v1.js"></script>'
    )


def strict(address):
    return (
        f"default-src 'none'; script-src {address}; connect-src {address}; "
        f"form-action {address}; base-uri 'none'"
    )


def visit(page, site):
    """Until the script has dressed the form."""
    with page.expect_request("**/shown"):
        page.goto(site)


def sign_up(page):
    form = page.locator("volontiers-form")
    form.locator("input[name=email]").fill("camille@example.org")
    form.locator("button").click()
    form.locator(".done").wait_for()
    return form.locator(".done").text_content()


def test_a_calm_widget_fetches_no_solver(widget, address, site, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, site(embedded(widget, address), strict(address)))
    # A person takes longer than two seconds to fill in a form.
    page.wait_for_timeout(2100)
    assert sign_up(page) == "Merci, ouvrez notre e-mail."
    assert not [url for url in asked if "proof" in url]


def test_a_busy_widget_has_the_browser_solve_a_riddle_under_a_strict_policy(
    widget, address, site, page
):
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    refused = []
    page.on("console", lambda line: refused.append(line.text))
    visit(page, site(embedded(widget, address), strict(address)))
    assert sign_up(page) == "Merci, ouvrez notre e-mail."
    db.session.rollback()
    assert db.session.scalars(select(SignUpAttempt.proven)).all() == [True]
    assert len(db.session.scalars(select(SpentProof)).all()) == 1
    assert db.session.scalar(select(Message.kind)) == "confirmation"
    assert [line for line in refused if "Content Security Policy" in line] == []


def test_where_the_policy_refuses_the_solver_the_form_goes_as_a_page(
    widget, address, site, page
):
    widget.costlier_until = clock.ahead(hours=1)
    db.session.commit()
    policy = strict(address).replace(
        f"script-src {address}", f"script-src {address}/embed/v1.js"
    )
    visit(page, site(embedded(widget, address), policy))
    form = page.locator("volontiers-form")
    form.locator("input[name=email]").fill("camille@example.org")
    form.locator("button").click()
    page.wait_for_url("**/thanks")
    db.session.rollback()
    assert db.session.scalars(select(SignUpAttempt.proven)).all() == [False]


def test_a_slip_in_the_domain_is_asked_about_and_never_corrected(
    widget, address, site, page
):
    visit(page, site(embedded(widget, address), strict(address)))
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
