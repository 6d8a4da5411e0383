"""A real Chromium for the tests, and what axe-core has to say of a page."""

import json
import time
from contextlib import contextmanager

from playwright.sync_api import Error, sync_playwright

from config.settings import ROOT

CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARTEFACTS = ROOT / "tests" / "artefacts"


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def violations(page):
    """What axe-core finds on the page: rule, where, what to do."""
    page.evaluate(AXE())
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options}).then(r => r.violations)")
    return [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found
        for node in rule["nodes"]
    ]


def until(page, question, arg=None, seconds=30):
    """Wait until the page answers yes; under a strict CSP it cannot wait for itself."""
    deadline = time.monotonic() + seconds
    while not _says_yes(page, question, arg):
        assert time.monotonic() < deadline, f"never true: {question}"
        page.wait_for_timeout(30)


def _says_yes(page, question, arg):
    try:
        return page.evaluate(question, arg)
    except Error as error:
        # It is just being left, or the element is not there yet.
        if "destroyed" in str(error) or "TypeError" in str(error):
            return False
        raise


def scrolls_sideways(page):
    # A page that is just being left has no root to measure.
    page.wait_for_load_state()
    page.wait_for_selector("body")
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def keep_picture(page, name):
    """A screenshot among the artefacts of the run."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
