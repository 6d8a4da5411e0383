"""The pages behind the mails about a new address: GET shows, POST acts, nobody learns who else is known."""

import re

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import subscriber
from tests.rows import everything
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import fresh_links

NEW = "anna.neuve@example.com"


@pytest.fixture
def anna(workspace):
    made = subscriber(
        workspace, make_list(workspace), "anna@example.org", first_name="Anna"
    )
    db.session.commit()
    return made


@pytest.fixture
def door(anna):
    return path(fresh_links.url(anna))


@pytest.fixture
def ask(client, door):
    """ask(address) asks for it on the page, and gives the page and the link mailed to it."""

    def ask_for(address=NEW):
        page = client.post(door, data={"move": "1", "email": address})
        assert page.status_code == 200
        return page.text, link("new_address")

    return ask_for


def path(url):
    return url.removeprefix("http://volontiers.test")


def link(template):
    db.session.rollback()
    mails = db.session.scalars(select(Message).order_by(Message.id.desc())).all()
    urls = (
        mail.content["values"]["url"]
        for mail in mails
        if mail.content["template"] == template
    )
    return path(next(urls))


def address_of(contact):
    db.session.rollback()
    return db.session.get_one(Contact, contact.id).email


def test_a_person_moves_and_is_taken_back_page_by_page(client, anna, ask):
    _page, confirm = ask()
    assert "a…@example.com" in client.get(confirm).text
    assert address_of(anna) == "anna@example.org"
    done = client.post(confirm).text
    assert address_of(anna) == NEW
    assert "a…@example.com" in done
    undo = link("old_address")
    assert NEW not in client.get(undo).text
    client.post(undo)
    assert address_of(anna) == "anna@example.org"


def test_the_new_mailbox_is_led_on_to_its_own_preferences(client, ask):
    _page, confirm = ask()
    done = client.post(confirm).text
    onward = path(re.search(r'class="button secondary" href="([^"]+)"', done)[1])
    assert 'value="Anna"' in client.get(onward).text


def test_the_link_to_the_new_address_leads_nowhere_after_a_day(client, ask):
    _page, confirm = ask()
    client.post(confirm)
    with clock.stopped(clock.ahead(days=2)):
        assert "/p/" not in client.get(confirm).text


@pytest.mark.covers("consent-11")
@pytest.mark.covers("delivery-51")
def test_the_answer_is_the_same_for_an_address_that_is_known(
    client, workspace, door, anna
):
    make_contact(workspace, "berta@example.com", first_name="Berta")
    db.session.commit()
    pages = {
        client.post(door, data={"move": "1", "email": address}).text
        for address in ("nobody@example.com", "berta@example.com")
    }
    assert len(pages) == 1


def test_the_mailbox_of_somebody_known_learns_so_and_sees_its_own_page(
    client, workspace, anna, ask
):
    make_contact(workspace, "berta@example.com", first_name="Berta")
    db.session.commit()
    _page, confirm = ask("berta@example.com")
    for page in (client.get(confirm).text, client.post(confirm).text):
        onward = path(re.search(r'class="button secondary" href="([^"]+)"', page)[1])
        theirs = client.get(onward).text
        assert 'value="Berta"' in theirs
        assert "Anna" not in page + theirs
    assert address_of(anna) == "anna@example.org"


@pytest.mark.parametrize(
    "typed", ["", "anna", "a" * 5000 + "@example.org", "a\r\nBcc: b@example.org"]
)
def test_what_is_no_address_is_said_beside_the_field(client, door, anna, typed):
    answer = client.post(door, data={"move": "1", "email": typed})
    assert answer.status_code == 422
    assert re.search(r'name="email"[^>]*aria-invalid="true"', answer.text)
    assert db.session.scalars(select(Message)).all() == []


def test_a_nul_is_no_address(client, door):
    answer = client.post(door, data={"move": "1", "email": "a\0@example.org"})
    assert answer.status_code == 400


@pytest.mark.covers("consent-23")
@pytest.mark.covers("delivery-15")
def test_looking_at_the_pages_changes_no_row(client, ask):
    _page, confirm = ask()
    client.post(confirm)
    undo = link("old_address")
    before = everything()
    for one in (confirm, undo):
        for method in ("get", "head", "options"):
            getattr(client, method)(one)
    assert everything() == before


@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_link_we_did_not_make_says_no_more_than_that(client, anna, kind):
    unknown = client.get("/p/nothing").text.replace("/p/nothing", "")
    for token in ("x", "x" * 22, "x" * 3000):
        door = f"/address/{kind}/{token}"
        assert client.get(door).text.replace(door, "") == unknown
        assert client.post(door).text.replace(door, "") == unknown


def test_an_old_link_that_comes_too_late_names_who_can_help(client, workspace, ask):
    _page, confirm = ask()
    client.post(confirm)
    undo = link("old_address")
    with clock.stopped(clock.ahead(days=31)):
        page = client.post(undo).text
    assert f"mailto:{workspace.rights_email}" in page
