"""A shopkeeper goes through the queue of duplicates with the keyboard."""

import pytest

from tests.browsing import until, violations
from tests.factories import audience as make_audience
from tests.factories import duplicates as make
from webapp.contacts import queries
from webapp.core.db import db
from webapp.duplicates.models import Decision, DupPair

pytestmark = pytest.mark.browser

QUEUE = "/w/maison-tilleul/duplicates/"


@pytest.fixture
def pairs(workspace):
    """Three pairs, the surest first."""
    made = []
    for number in range(3):
        one, other = (
            make_audience.contact(
                workspace,
                email=f"{side}{number}@example.org",
                last_name=f"Paire{number}",
                phone=phone,
            )
            for side, phone in (("a", "+33612345678"), ("b", "+33687654321"))
        )
        made.append(make.pair(one, other, score=0.99 - number / 100))
    db.session.commit()
    return made


def test_a_queue_is_decided_without_a_mouse(editor, workspace, pairs, open_browser):
    page = open_browser(editor)
    page.goto(QUEUE)

    def press(key, shown):
        page.keyboard.press(key)
        until(
            page,
            "shown => document.querySelector('.vo-twins')?.textContent.includes(shown)",
            shown,
        )

    press("j", "a1@example.org")
    press("k", "a0@example.org")
    press("ArrowRight", "a1@example.org")
    press("ArrowLeft", "a0@example.org")
    # A key among the choices chooses, and letters still decide.
    page.get_by_role("radiogroup", name="Phone").get_by_role("radio").last.check()
    press("m", "a1@example.org")
    press("u", "a0@example.org")
    press("r", "a1@example.org")
    press("s", "a2@example.org")
    assert violations(page) == []
    db.session.expire_all()
    assert queries.count(workspace) == 6
    decided = [db.session.get(DupPair, pair.id) for pair in pairs]
    assert decided[0].decision == Decision.REJECTED
    assert decided[1].decided_at is not None


def test_keys_can_be_switched_off(editor, pairs, open_browser):
    page = open_browser(editor)
    page.goto(QUEUE)
    page.get_by_label("Decide by keyboard").uncheck()
    page.goto(QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("m")
    page.get_by_role("link", name="Next").click()
    until(page, "() => document.body.textContent.includes('a1@example.org')")
    db.session.expire_all()
    assert db.session.query(DupPair).count() == 3
