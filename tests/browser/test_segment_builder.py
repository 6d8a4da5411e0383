"""A segment is built with the keyboard: work goes on where one is."""

import pytest

from tests.browsing import scrolls_sideways, until, violations
from tests.factories import audience as make
from webapp.core.db import db

pytestmark = pytest.mark.browser

NEW = "/w/maison-tilleul/segments/new"
WHERE = "([name, value]) => document.activeElement.matches(`[name='${name}']`) \
&& (!value || document.activeElement.value === value)"


def test_a_segment_is_built_without_a_mouse(editor, workspace, open_browser):
    make.mailing_list(workspace)
    make.contact(workspace, city="Brest")
    db.session.commit()
    page = open_browser(editor, width=360)
    page.goto(NEW)

    def press(keys, name, value=""):
        page.keyboard.press(keys)
        until(page, WHERE, [name, value])

    page.focus("[name='0.0.subject']")
    press("Alt+Shift+Enter", "0.1.subject")
    # A choice renews the rows, and one stays where one chose.
    page.select_option("[name='0.1.subject']", "purchases")
    page.wait_for_selector("[name='0.1.span.kind']")
    until(page, WHERE, ["0.1.subject", "purchases"])
    press("Alt+Shift+ArrowUp", "do", "up:0.0")
    page.wait_for_selector("[name='0.0.span.kind']")
    press("Alt+Shift+ArrowDown", "do", "down:0.1")
    page.focus("[value='part:0.1']")
    press("Enter", "0.1.w0.subject")
    assert violations(page) == []
    assert not scrolls_sideways(page)
    press("Alt+Shift+Delete", "0.1.subject")
    page.focus("[name='0.0.subject']")
    press("Alt+Shift+Delete", "0.0.subject", "purchases")
    page.select_option("[name='0.0.operator']", "never")
    # The count follows: nobody ordered anything.
    until(
        page,
        "() => document.querySelector('#live-count .vo-stat-value')?.textContent === '1'",
    )
