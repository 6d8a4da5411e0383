"""Pages served for a real browser, by the very application the other tests use."""

import threading

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.conftest import take_sign_ups
from tests.hosting import Shop


class _Silent(WSGIRequestHandler):
    def log(self, *_):
        pass


@pytest.fixture
def address(app):
    """Where the application is served."""

    def served(environ, start_response):
        """A worker is at hand: a sign-up is taken before its answer reaches the browser."""
        answer = app.wsgi_app(environ, start_response)
        body = b"".join(answer)
        answer.close()
        if environ["REQUEST_METHOD"] == "POST":
            take_sign_ups(app)
        return [body]

    server = make_server("127.0.0.1", 0, served, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_browser(browser, app, address):
    """open_browser(client, width=…, scheme=…) is a page signed in as that test client."""
    contexts = []

    def open_(client=None, *, width=1280, scheme="light", locale="en-GB"):
        # axe-core is put into the page by the test, not by the page: hence bypass_csp.
        context = browser.new_context(
            viewport={"width": width, "height": 850},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale=locale,
            base_url=address,
            bypass_csp=True,
        )
        contexts.append(context)
        if client is not None:
            cookie = client.get_cookie("session")
            context.add_cookies(
                [{"name": "session", "value": cookie.value, "url": address}]
            )
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def shop():
    """The site of a merchant, on an origin that is not ours."""
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def visit(browser):
    """visit(url) is a page of somebody who comes for the first time, with the ways of a context."""
    contexts = []

    def come(url, *, until="", **ways):
        context = browser.new_context(
            **{"viewport": {"width": 1000, "height": 700}, **ways}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        if until:
            with page.expect_request(until):
                page.goto(url)
        else:
            page.goto(url)
        return page

    yield come
    for context in contexts:
        context.close()
