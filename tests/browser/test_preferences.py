"""The person's own page in a real browser: on a narrow phone, without scripts, in both languages."""

import pytest
from sqlalchemy import select

from tests.browsing import keep_picture, scrolls_sideways, violations
from tests.factories import audience as make_audience
from tests.factories import subscriptions as make
from webapp.consent.models import ConsentState, Purpose, State
from webapp.contacts.models import AttributeKind, Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages import addressing
from webapp.messages.models import Message
from webapp.subscriptions import partners
from webapp.subscriptions.partners import Description

pytestmark = pytest.mark.browser

LIMIT = 30_000


@pytest.fixture
def anna(workspace):
    letter, _offers = (
        make.mailing_list(workspace, name=name) for name in ("La lettre", "Les offres")
    )
    taste = make_audience.attribute(
        workspace, "gout", AttributeKind.CHOICE, ["Thé", "Café"]
    )
    taste.asked_of_people = True
    made = make.subscriber(
        workspace,
        letter,
        "anna.bertrand-et-son-nom-fort-long@boutique.example.org",
        opens=True,
        first_name="Anna",
        phone="06 39 98 00 00",
    )
    bees = partners.create(
        workspace, Description("Les Ruchers", "https://ruchers.example", "des offres.")
    )
    make.says(made, db.session.get_one(Purpose, bees.purpose_id), State.GIVEN)
    db.session.commit()
    return made


@pytest.fixture
def old(workspace, anna, address):
    urls = addressing.urls()
    url = urls.preferences(workspace=workspace.id, contact=anna.id)
    return address + url.removeprefix("http://volontiers.test")


@pytest.fixture(params=[False, True], ids=["no script", "with axe"])
def walk(request, visit):
    """A person's page, looked at after each step; without scripts, or by axe-core with them."""

    class Walk:
        def __init__(self):
            self.wrong, self.steps = {}, 0

        def start(self, url, **ways):
            self.page = visit(
                url, java_script_enabled=request.param, bypass_csp=True, **ways
            )
            self.page.on("response", self._weigh)
            self.look()

        def open(self, url):
            self.page.goto(url)
            self.look()

        def press(self, name):
            self.page.locator(f"button[name={name}]").click()
            self.look()

        def save(self):
            self.page.locator("button:not([name])").click()
            self.look()

        def look(self):
            self.steps += 1
            for closed in self.page.locator("details:not([open]) summary").all():
                closed.click()
            if scrolls_sideways(self.page):
                self.wrong[self.steps] = f"scrolls sideways: {self.page.url}"
            if request.param and (found := violations(self.page)):
                self.wrong[self.steps] = found
            keep_picture(self.page, f"preferences-{self.steps}")

        def _weigh(self, response):
            if response.url.startswith(self.page.url) and response.status < 300:
                assert len(response.body()) < LIMIT

    return Walk()


def known(contact):
    db.session.rollback()
    found = db.session.get_one(Contact, contact.id, populate_existing=True)
    db.session.expunge(found)
    db.session.rollback()
    return found


def link(template, address):
    db.session.rollback()
    mails = db.session.scalars(select(Message).order_by(Message.id.desc())).all()
    url = next(
        mail.content["values"]["url"]
        for mail in mails
        if mail.content["template"] == template
    )
    db.session.rollback()
    return address + url.removeprefix("http://volontiers.test")


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 320), ("en", 360)], ids=["French", "English"]
)
def test_a_person_gets_through_everything(walk, anna, old, address, language, width):
    person = db.session.merge(anna)
    person.language = language
    db.session.commit()
    size = {"viewport": {"width": width, "height": 740}}
    walk.start(old, **size)
    assert walk.page.locator("html").get_attribute("lang") == language
    # From any mail: less, a break, and the wish for a fresh link.
    walk.page.locator("[name=frequency][value=monthly]").check()
    walk.page.locator("[name=pause][value='3']").check()
    walk.page.locator("[name=opens]").uncheck()
    walk.save()
    assert known(anna).frequency == "monthly"
    assert known(anna).paused_until
    walk.press("fresh")
    # From the fresh link: everything.
    walk.open(link("fresh_link", address))
    walk.press("resume")
    assert known(anna).paused_until is None
    walk.page.locator("[name=frequency][value=all]").check()
    walk.page.locator("[name=list]").nth(1).check()
    walk.page.locator("[name=partner]").uncheck()
    walk.page.locator("[name=first_name]").fill("Anne")
    walk.page.locator("[name='attr:gout']").select_option("Café")
    walk.page.locator("[name=pause_day]").fill("2001-01-01")
    walk.save()
    assert known(anna).first_name == "Anna"
    walk.page.locator("[name=pause_day]").fill("")
    walk.save()
    now = known(anna)
    assert (now.first_name, now.frequency) == ("Anne", "all")
    assert now.attributes == {"gout": "Café"}
    # To another address, and back.
    walk.page.locator("[name=email]").fill("no address")
    walk.press("move")
    walk.page.locator("[name=email]").fill("anne@example.com")
    walk.press("move")
    walk.open(link("new_address", address))
    walk.save()
    assert known(anna).email == "anne@example.com"
    walk.open(link("old_address", address))
    walk.save()
    assert known(anna).email == anna.email
    walk.open(old)
    walk.press("leave")
    assert walk.page.context.cookies() == []
    assert walk.wrong == {}


def test_everything_left_leaves_nothing_ticked(walk, anna, old, workspace):
    walk.start(old)
    walk.press("leave")
    assert walk.page.locator("[type=checkbox]").count() == 0
    db.session.rollback()
    assert suppression.is_suppressed(workspace, anna.email)
    states = db.session.scalars(select(ConsentState.state)).all()
    assert set(states) == {State.WITHDRAWN}


@pytest.mark.covers("consent-27")
def test_one_leaves_by_fewer_presses_than_one_comes(visit, anna, old, address):
    """Counted: each press, and each link opened from a mail."""
    page = visit(old, java_script_enabled=False)
    leaving = 1
    for control in ("[name=list][checked]", "button:not([name])"):
        page.locator(control).click()
        leaving += 1
    assert not _is_on_a_list(anna)
    # Back again, from the same mail.
    coming = 1
    page.goto(old)
    page.locator("[name=fresh]").click()
    coming += 1
    page.goto(link("fresh_link", address))
    coming += 1
    for control in ("[name=list] >> nth=0", "button:not([name])"):
        page.locator(control).click()
        coming += 1
    assert _is_on_a_list(anna)
    assert leaving <= coming


def _is_on_a_list(contact):
    db.session.rollback()
    given = db.session.scalars(
        select(Purpose.kind)
        .join(ConsentState, ConsentState.purpose_id == Purpose.id)
        .where(ConsentState.contact_id == contact.id, ConsentState.state == State.GIVEN)
    ).all()
    db.session.rollback()
    return "newsletter" in given
