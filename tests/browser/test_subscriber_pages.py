"""The pages behind our links, in a real browser: a person gets through, a machine changes nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.browsing import keep_picture, scrolls_sideways, until, violations
from tests.factories import campaigns as make_campaigns
from tests.factories import subscriptions as make
from tests.factories import widgets as make_widgets
from tests.rows import everything
from webapp.campaigns.models import Status
from webapp.consent.models import ConsentState, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.models import Message
from webapp.subscriptions import archives, fresh_links, moving, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.widgets import publishing

pytestmark = pytest.mark.browser

ADDRESS = "camille@orange.fr"
SIZES = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def letter(workspace):
    made = make_widgets.mailing_list(workspace, description="Une lettre par mois.")
    archives.set_open(workspace, made, is_open=True, is_indexed=False)
    db.session.commit()
    return made


@pytest.fixture
def widget(workspace, letter, address):
    made = make_widgets.widget(workspace, letter, published=False)
    publishing.publish(made, address)
    db.session.commit()
    return made


def path(url):
    return url.removeprefix("http://volontiers.test")


def the_link(name="url"):
    db.session.rollback()
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    found = path(mail.content["values"][name])
    db.session.rollback()
    return found


def states():
    db.session.rollback()
    return db.session.scalars(select(ConsentState.state)).all()


@pytest.fixture
def doors(workspace, letter):
    """The addresses of all pages behind the links of our mail."""
    anna = make.subscriber(workspace, letter, "anna@example.org")
    subscribing.ask(letter, make.contact(workspace, "berta@example.org"), asked=Asked())
    confirm = the_link_of_now()
    with clock.stopped(clock.ago(days=9)):
        subscribing.ask(
            letter, make.contact(workspace, "clara@example.org"), asked=Asked()
        )
    expired = the_link_of_now()
    new, old = addresses_on_the_way(workspace, letter)
    urls = addressing.urls()
    campaign = make_campaigns.campaign(
        workspace,
        mailing_list_id=letter.id,
        status=Status.SENT,
        is_public=True,
        preheader="Des nouvelles du jardin",
        started_at=datetime(2026, 11, 3, 9, tzinfo=UTC),
    )
    leave = urls.unsubscribe(
        workspace=workspace.id, contact=anna.id, list_id=letter.id, message=0
    )
    db.session.commit()
    return {
        "confirm": confirm,
        "expired": expired,
        "not-me": f"{expired}/no",
        "unsubscribe": path(leave),
        "preferences": path(urls.preferences(workspace=workspace.id, contact=anna.id)),
        "fresh": path(fresh_links.url(anna)),
        "new-address": new,
        "old-address": old,
        "archive": "/a/maison-tilleul/nouveautes",
        "campaign": f"/a/maison-tilleul/nouveautes/{campaign.id}",
    }


def addresses_on_the_way(workspace, letter):
    """The link to a new address that waits, and the one from an old address that was left."""
    links = []
    for name in ("dora", "emil"):
        person = make.subscriber(workspace, letter, f"{name}@example.org")
        moving.ask(workspace, person, f"{name}@example.com")
        links.append(the_link_of_now())
    moving.confirm(links[1].rpartition("/")[2])
    return links[0], the_link_of_now()


def the_link_of_now():
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    return path(mail.content["values"]["url"])


@pytest.mark.covers("delivery-16")
def test_a_crawler_that_runs_scripts_and_presses_nothing_changes_nothing(
    doors, address, visit
):
    before = everything()
    db.session.rollback()
    for door in doors.values():
        page = visit(address + door)
        page.wait_for_load_state("networkidle")
        # As detonation does: it looks at the page, scrolls, moves about, and follows each link.
        page.mouse.move(100, 100)
        page.mouse.wheel(0, 2000)
        for link in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            if link.startswith(address):
                page.request.get(link)
        page.wait_for_timeout(200)
    assert everything() == before


def sign_up(page, address, widget, email=ADDRESS):
    page.goto(f"{address}/f/{widget.public_id}")
    page.locator("[name=email]").fill(email)
    with clock.stopped(clock.ahead(minutes=1)):
        page.locator("form [type=submit]").click()
        page.wait_for_url("**/thanks/**")


def test_in_the_browser_that_signed_up_the_link_of_the_mail_confirms(
    widget, address, visit
):
    page = visit("about:blank")
    sign_up(page, address, widget)
    until(page, "localStorage.length === 1")
    page.goto(address + the_link())
    page.wait_for_selector(".notice.success")
    assert states() == [State.GIVEN]
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []


@pytest.mark.covers("delivery-16")
def test_in_any_other_browser_somebody_presses_the_button(widget, address, visit):
    sign_up(visit("about:blank"), address, widget)
    page = visit(address + the_link())
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert states() == [State.PENDING]
    page.locator("form button").click()
    page.wait_for_selector(".notice.success")
    assert states() == [State.GIVEN]


def test_a_browser_that_signed_up_for_somebody_else_confirms_nothing_for_her(
    workspace, letter, widget, address, visit
):
    page = visit("about:blank")
    sign_up(page, address, widget)
    subscribing.ask(letter, make.contact(workspace, "berta@example.org"), asked=Asked())
    door = the_link_of_now()
    db.session.commit()
    page.goto(address + door)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert states() == [State.PENDING, State.PENDING]


def test_without_script_somebody_signs_up_corrects_the_address_and_confirms(
    widget, address, visit
):
    page = visit("about:blank", java_script_enabled=False, **SIZES)
    sign_up(page, address, widget, "camile@orange.fr")
    page.locator("summary").click()
    page.locator("#email").fill(ADDRESS)
    page.locator("details button").click()
    page.wait_for_url("**/thanks/**")
    assert ADDRESS in page.text_content("main")
    page.goto(address + the_link())
    page.locator("form button").click()
    page.wait_for_selector(".notice.success")
    assert sorted(states()) == [State.GIVEN, State.PENDING]


def test_without_script_who_never_asked_is_left_in_peace(widget, address, visit):
    sign_up(visit("about:blank"), address, widget)
    page = visit(address + the_link("block_url"), java_script_enabled=False, **SIZES)
    page.locator("form button").click()
    page.wait_for_selector(".notice.success")
    assert states() == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_readable_on_a_small_phone(
    doors, widget, open_browser, language, scheme
):
    page = open_browser(width=360, scheme=scheme)
    faults = {}
    for name, door in doors.items():
        page.goto(f"{door}?lang={language}")
        faults[name] = found(page, name, language, scheme)
    # What comes after a press.
    for name in ("confirm", "not-me", "unsubscribe"):
        page.goto(f"{doors[name]}?lang={language}")
        page.locator("form button").first.click()
        page.wait_for_load_state()
        faults[f"{name}-done"] = found(page, f"{name}-done", language, scheme)
    assert {name: fault for name, fault in faults.items() if fault} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_thank_you_is_readable_on_a_small_phone(
    widget, address, open_browser, scheme
):
    page = open_browser(width=360, scheme=scheme)
    sign_up(page, address, widget)
    assert found(page, "thanks", "fr", scheme) == []
    page.locator("summary").click()
    page.locator("form button").first.click()
    page.wait_for_selector("[role=status]")
    assert found(page, "thanks-again", "fr", scheme) == []


def found(page, name, language, scheme):
    """What is wrong with the page; a picture is kept."""
    keep_picture(page, f"subscriber-{name}-{language}-{scheme}")
    wrong = violations(page)
    return [*wrong, *(["scrolls sideways"] if scrolls_sideways(page) else [])]
