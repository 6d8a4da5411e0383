"""Every page of the back office, on the demonstration shop: readable by everybody, on every screen."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import accounts as make_accounts
from tests.factories import domains
from tests.factories import imports as make_imports
from webapp.core.db import db
from webapp.demo import loading
from webapp.quality import counting

pytestmark = pytest.mark.browser

# Pages that are not for a person's eyes, or that another test opens.
NOT_PAGES = {
    "operation.healthz": "for machines",
    "operation.readyz": "for machines",
    "operation.show_metrics": "for machines",
    "static": "files",
    "widgets.qr_code": "a picture",
}


@pytest.fixture
def shop(app):
    """The demonstration, with its owner."""
    user = make_accounts.user(name="Élise Martin")
    workspace = loading.load(user)
    domains.fail_checks(domains.domain(workspace, checked=False))
    make_imports.checked(make_imports.answered(workspace, "E-mail\nana@example.org\n"))
    db.session.commit()
    counting.count(workspace.id)
    return workspace, user


def _endpoint(app, address):
    try:
        return app.url_map.bind("").match(urlsplit(address).path, method="GET")[0]
    except HTTPException:
        return None


def _walk(app, page, start):
    """One address for each page that can be reached from here by links."""
    found, waiting = {}, [start]
    while waiting:
        address = waiting.pop(0)
        endpoint = _endpoint(app, address)
        if endpoint is None or endpoint in found or endpoint in NOT_PAGES:
            continue
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        found[endpoint] = address
        yield endpoint, address
        links = page.eval_on_selector_all(
            "a[href^='/']:not([download])",
            "all => all.map(a => a.getAttribute('href'))",
        )
        waiting.extend(links)


def test_every_page_that_links_lead_to_is_accessible(app, shop, sign_in, open_browser):
    workspace, user = shop
    page = open_browser(sign_in(user))
    complaints = []
    page.on(
        "console",
        lambda said: (
            complaints.append((said.text, said.location["url"], page.url))
            if said.type == "error"
            else None
        ),
    )
    seen, wrong = set(), {}
    for endpoint, address in _walk(app, page, f"/w/{workspace.slug}/"):
        seen.add(endpoint)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.reload()
            if found := violations(page):
                wrong[f"{address} {scheme}"] = found
        page.emulate_media(color_scheme="light")
        keep_picture(page, endpoint)
        page.set_viewport_size({"width": 360, "height": 800})
        page.reload()
        if scrolls_sideways(page):
            wrong[f"{address} 360 px"] = "scrolls sideways"
        keep_picture(page, f"{endpoint}-360")
        page.set_viewport_size({"width": 1280, "height": 850})
    assert wrong == {}
    assert complaints == []
    assert len(seen) > 20
