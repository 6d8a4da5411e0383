"""The page about measuring and the page of the question, in a real browser: on a phone, in both themes."""

import pytest

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import accounts as make_accounts
from tests.factories import audience
from webapp.campaigns import asking_drafts
from webapp.consent import ledger, purposes
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing, ending_links
from webapp.messages.mail_tokens import Kind

pytestmark = pytest.mark.browser


@pytest.fixture
def person(workspace):
    return audience.subscriber(workspace, audience.mailing_list(workspace))


@pytest.fixture
def door(workspace, person):
    """door(days) is the way to the question for so many days."""

    def until(days):
        ids = ending_links.ids(clock.ahead(days=days), person.email)
        token = addressing.tokens().sign(
            Kind.MEASURING, workspace.id, person.id, *ids, 1
        )
        return f"/p/m/{token}"

    return until


def looks_well(page, name):
    wrong = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        wrong[scheme] = violations(page)
        keep_picture(page, f"{name}-{scheme}")
    wrong["sideways"] = scrolls_sideways(page)
    return wrong == {"light": [], "dark": [], "sideways": False} or wrong


@pytest.mark.covers("consent-37")
def test_without_script_the_question_is_answered_by_one_press(
    workspace, person, door, address, visit
):
    purposes.measuring(workspace)
    db.session.commit()
    page = visit(address + door(30), java_script_enabled=False)
    page.get_by_role("checkbox").first.check()
    page.locator("button[value=yes]").click()
    page.wait_for_selector(".notice.success")
    db.session.rollback()
    asked = purposes.measuring(workspace)
    found = [ledger.state_of(person, one).state for one in (asked.opens, asked.clicks)]
    assert found == ["given", "refused"]


@pytest.mark.parametrize(("days", "name"), [(30, "question"), (-1, "question-over")])
def test_the_question_is_readable_by_everybody(
    workspace, door, open_browser, days, name
):
    purposes.measuring(workspace)
    db.session.commit()
    page = open_browser(width=360)
    page.goto(door(days))
    assert looks_well(page, name) is True


@pytest.mark.parametrize("width", [360, 1280])
def test_the_settings_are_readable_by_everybody(
    workspace, person, sign_in, open_browser, width
):
    workspace.keeps_last_open = True
    client = sign_in(make_accounts.member(workspace, role="owner"))
    campaign = asking_drafts.create(workspace, 1, "en")
    db.session.commit()
    page = open_browser(client, width=width)
    page.goto("/w/maison-tilleul/settings/measuring/")
    assert looks_well(page, f"measuring-{width}") is True
    page.goto(f"/w/maison-tilleul/campaigns/{campaign.id}/audience")
    assert looks_well(page, f"asking-audience-{width}") is True
