"""The lanes in a real browser: readable in every state, and up to date without a click."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.lanes import offers, reasons, warming
from webapp.lanes.models import Lane

pytestmark = pytest.mark.browser

PAGE = "/w/maison-tilleul/settings/sending/lanes/"
STATES = {
    "google": {
        "closed_until": clock.now() + timedelta(days=1),
        "closings": 1,
        "reason": reasons.REPUTATION,
        "words": "Gmail has detected an unusual rate of unsolicited mail.",
    },
    "orange": {"share": 50, "slowed_from": 600.0, "reason": reasons.BUSY},
    "free": {"taken_today": 50},
    "other": {"connections_now": 2},
}


@pytest.fixture
def server(workspace):
    made = MailServer(workspace_id=workspace.id, name="OVH", host="ssl0.ovh.net")
    db.session.add(made)
    db.session.flush()
    for provider, values in STATES.items():
        lane_id = offers.lane_of(made.id, provider)
        change(lane_id, **values)
    warming.start(made.id)
    db.session.commit()
    return made


def change(lane_id, **values):
    db.session.execute(update(Lane).where(Lane.id == lane_id).values(**values))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lanes_are_readable_on_every_screen(owner, open_browser, server, scheme):
    page = open_browser(owner, scheme=scheme)
    page.goto(PAGE)
    page.click("summary")
    assert violations(page) == []
    keep_picture(page, f"lanes-{scheme}")
    page.set_viewport_size({"width": 360, "height": 800})
    assert not scrolls_sideways(page)
    keep_picture(page, f"lanes-{scheme}-360")


def test_the_figures_come_up_to_date_by_themselves(owner, open_browser, server):
    page = open_browser(owner)
    page.goto(PAGE)
    change(offers.lane_of(server.id, "free"), taken_today=4321)
    db.session.commit()
    until(page, "document.body.textContent.includes('4,321')")


def test_a_warm_up_is_stopped_once_it_was_asked_for_twice(owner, open_browser, server):
    page = open_browser(owner)
    page.goto(PAGE)
    page.get_by_role("button", name="Stop the warm-up").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the warm-up").click()
    until(page, "document.body.textContent.includes('nothing is held back')")
