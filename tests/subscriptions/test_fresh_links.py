"""A link of any mail lets its holder leave; one mailed on request, a short while ago, lets them do more."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, subscriber
from tests.rows import everything
from webapp.consent import ledger, purposes
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Message
from webapp.subscriptions import fresh_links, purging, subscribing
from webapp.subscriptions.agreeing import Asked

UNKNOWN = "/p/nothing"


@pytest.fixture
def letter(workspace):
    return make_list(workspace)


@pytest.fixture
def offers(workspace):
    return make_list(workspace, name="Offres")


@pytest.fixture
def anna(workspace, letter, offers):
    made = subscriber(
        workspace,
        letter,
        "anna@example.org",
        clicks=True,
        first_name="Anna",
        last_name="Bertrand",
        phone="0612345678",
    )
    db.session.commit()
    return made


@pytest.fixture
def old(workspace, anna):
    """The link of any newsletter, which somebody may have forwarded."""
    return "/p/" + addressing.tokens().sign(Kind.PREFERENCES, workspace.id, anna.id)


def path(url):
    return url.removeprefix("http://volontiers.test")


def known(contact):
    db.session.rollback()
    return db.session.get_one(Contact, contact.id)


def state(contact, purpose):
    found = ledger.state_of(known(contact), purpose)
    return found.state if found else None


def mails(kind="service"):
    return db.session.scalars(select(Message).where(Message.kind == kind)).all()


def mailed_link():
    return path(mails()[-1].content["values"]["url"])


def test_an_old_link_shows_nothing_of_the_person(client, old):
    page = client.get(old).text
    for secret in ("Anna", "Bertrand", "0612345678", "anna@", "Offres", 'name="email"'):
        assert secret not in page
    assert "a…@example.org" in page


def test_an_old_link_changes_nothing_of_the_person_and_gives_no_receipt(
    client, old, anna
):
    client.post(old, data={"first_name": "Mallory", "language": "en", "phone": ""})
    client.post(old, data={"move": "1", "email": "mallory@example.org"})
    now = known(anna)
    assert (now.first_name, now.language, now.phone) == (
        "Anna",
        "fr",
        "+33612345678",
    )
    assert mails("confirmation") == []
    unknown = client.get(UNKNOWN).text.replace(UNKNOWN, "")
    assert client.get(f"{old}/receipt").text.replace(f"{old}/receipt", "") == unknown


@pytest.mark.covers("consent-26")
def test_an_old_link_turns_nothing_on(client, old, anna, offers, letter, workspace):
    client.post(old, data={"list": [letter.id, offers.id], "opens": "on", "clicks": ""})
    assert state(anna, purpose_of(offers)) is None
    assert state(anna, purposes.measuring(workspace).opens) is None


@pytest.mark.covers("consent-22")
def test_an_old_link_leaves_a_list_for_ever(client, old, anna, letter, workspace):
    with clock.stopped(clock.ahead(days=3 * 365)):
        client.post(old, data={"shown": [f"list-{letter.id}", "clicks"]})
    assert state(anna, purpose_of(letter)) == State.WITHDRAWN
    assert state(anna, purposes.measuring(workspace).clicks) == State.WITHDRAWN


def test_an_old_link_leaves_everything(client, old, anna, workspace):
    client.post(old, data={"leave": "1"})
    assert suppression.is_suppressed(workspace, anna.email)


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ("all", "weekly", "weekly"),
        ("weekly", "monthly", "monthly"),
        ("monthly", "weekly", "monthly"),
        ("weekly", "all", "weekly"),
    ],
)
def test_an_old_link_makes_messages_fewer_and_never_more(
    client, old, anna, before, asked, after
):
    db.session.merge(anna).frequency = Frequency(before)
    db.session.commit()
    client.post(old, data={"frequency": asked})
    assert known(anna).frequency == after


def test_an_old_link_makes_a_pause_longer_and_never_shorter(
    client, old, anna, letter, stopped_clock
):
    client.post(old, data={"list": letter.id, "pause": "6"})
    assert known(anna).paused_until == date(2027, 5, 10)
    client.post(old, data={"list": letter.id, "pause": "1"})
    client.post(old, data={"resume": "1", "list": letter.id})
    assert known(anna).paused_until == date(2027, 5, 10)
    client.post(
        old, data={"list": letter.id, "pause": "day", "pause_day": "2027-06-01"}
    )
    assert known(anna).paused_until == date(2027, 6, 1)


def test_the_page_of_an_old_link_offers_what_it_can_do_and_no_more(client, old, anna):
    db.session.merge(anna).frequency = Frequency.WEEKLY
    db.session.commit()
    page = client.get(old).text
    assert re.findall(r'name="frequency" value="(\w+)"', page) == ["weekly", "monthly"]
    assert 'name="resume"' not in page
    assert 'name="fresh"' in page


def test_on_request_a_fresh_link_goes_to_the_address_we_know(
    client, old, anna, worker, outbox
):
    answer = client.post(old, data={"fresh": "1", "email": "mallory@example.org"})
    assert "a…@example.org" in answer.text
    [mail] = mails()
    assert mail.contact_id == anna.id
    door = mailed_link()
    worker()
    assert [one.rcpt_to for one in outbox.outbox] == ["anna@example.org"]
    assert 'value="Bertrand"' in client.get(door).text


def test_a_fresh_link_shows_the_person_and_takes_changes_for_a_day(client, anna):
    door = path(fresh_links.url(anna))
    with clock.stopped(clock.ahead(hours=23)):
        assert 'value="Anna"' in client.get(door).text
        client.post(door, data={"first_name": "Anne"})
    assert known(anna).first_name == "Anne"


def test_a_fresh_link_that_is_over_asks_anew_and_still_lets_one_leave(
    client, anna, letter
):
    door = path(fresh_links.url(anna))
    with clock.stopped(clock.ahead(days=1, minutes=2)):
        page = client.get(door).text
        assert "Bertrand" not in page
        assert 'name="fresh"' in page
        client.post(door, data={"first_name": "Mallory"})
        assert known(anna).first_name == "Anna"
        client.post(door, data={"fresh": "1"})
        assert 'value="Bertrand"' in client.get(mailed_link()).text
        client.post(door, data={"shown": [f"list-{letter.id}"]})
    assert state(anna, purpose_of(letter)) == State.WITHDRAWN


def test_a_fresh_link_is_worth_nothing_more_once_the_address_changed(
    client, workspace, anna
):
    door = path(fresh_links.url(anna))
    editing.change(workspace, db.session.merge(anna), {"email": "neu@example.org"})
    db.session.commit()
    assert "Bertrand" not in client.get(door).text


def test_a_token_of_another_kind_or_an_altered_one_opens_nothing(
    client, workspace, anna
):
    unknown = client.get(UNKNOWN).text.replace(UNKNOWN, "")
    fresh = path(fresh_links.url(anna)).removeprefix("/p/")
    other = addressing.tokens().sign(Kind.UNSUBSCRIBE, workspace.id, anna.id, 0, 0)
    altered = [
        fresh[:place] + ("A" if fresh[place] != "A" else "B") + fresh[place + 1 :]
        for place in range(0, len(fresh), 3)
    ]
    for token in (*altered, other, fresh[:-1], fresh * 40):
        page = client.get(f"/p/{token}")
        assert page.text.replace(f"/p/{token}", "") == unknown
        client.post(f"/p/{token}", data={"leave": "1", "first_name": "Mallory"})
    assert known(anna).first_name == "Anna"
    assert not suppression.is_suppressed(workspace, anna.email)


def test_few_fresh_links_are_mailed_and_the_answer_is_always_the_same(client, old):
    answers = {client.post(old, data={"fresh": "1"}).text for _ in range(6)}
    assert len(answers) == 1
    assert len(mails()) == fresh_links.MOST_AN_HOUR
    for hours in range(2, 20, 2):
        with clock.stopped(clock.ahead(hours=hours)):
            for _ in range(3):
                client.post(old, data={"fresh": "1"})
    assert len(mails()) == fresh_links.MOST_A_DAY


def test_whoever_left_everything_can_still_ask_for_a_fresh_link(client, old, anna):
    client.post(old, data={"leave": "1"})
    client.post(old, data={"fresh": "1"})
    assert len(mails()) == 1


def test_who_never_confirmed_and_asked_for_a_link_is_known_for_nothing_more(
    client, workspace, letter
):
    """The mail with the link is no reason to keep somebody."""
    stray = make_contact(workspace, "stray@example.org")
    subscribing.ask(letter, stray, asked=Asked())
    fresh_links.send(workspace, stray)
    db.session.commit()
    number = stray.id
    with clock.stopped(clock.ahead(days=40)):
        purging.purge_unconfirmed()
    db.session.commit()
    assert db.session.scalar(select(Contact.id).where(Contact.id == number)) is None


@pytest.mark.covers("consent-23")
@pytest.mark.covers("delivery-15")
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_at_either_page_changes_no_row(client, old, anna, method):
    doors = [old, path(fresh_links.url(anna))]
    before = everything()
    for door in doors:
        getattr(client, method)(door)
        getattr(client, method)(door + "?leave=1&fresh=1&resume=1&move=1")
    assert everything() == before
