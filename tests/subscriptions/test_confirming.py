"""Double opt-in: few mails, secret links, one confirmation."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from tests.factories.accounts import workspace as make_workspace
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from webapp.consent import ledger
from webapp.consent.models import ConsentEvent, State
from webapp.core import clock, mail_templates
from webapp.core.db import Model, db, transaction
from webapp.messages import letters
from webapp.messages.models import Message
from webapp.subscriptions import capping, confirming, deadlines, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.confirming import Standing
from webapp.subscriptions.models import Confirmation


def ask(mailing_list, contact):
    subscribing.ask(mailing_list, contact, asked=Asked())


def the_mail():
    return db.session.scalars(select(Message).order_by(Message.id.desc())).first()


def the_token():
    return the_mail().content["values"]["url"].rsplit("/", 1)[1]


def count_mails():
    return db.session.scalar(select(func.count()).select_from(Message))


def later(moment, **span):
    return clock.stopped(moment + timedelta(**span))


@pytest.mark.covers("consent-9")
def test_a_link_works_once_and_a_second_press_changes_nothing(workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    ask(letter, anna)
    assert confirming.confirm(the_token()) is Standing.OPEN
    assert confirming.confirm(the_token()) is Standing.DONE
    given = select(func.count()).where(ConsentEvent.state == State.GIVEN)
    assert db.session.scalar(given) == 1


@pytest.mark.covers("consent-9")
def test_a_link_expires_after_seven_days(workspace, stopped_clock):
    letter, anna = make_list(workspace), make_contact(workspace)
    ask(letter, anna)
    with later(clock.now(), days=7):
        assert confirming.confirm(the_token()) is Standing.EXPIRED
    assert ledger.history(anna)[0].state == State.PENDING


def test_after_it_expired_a_new_link_can_be_had(workspace, stopped_clock):
    letter, anna = make_list(workspace), make_contact(workspace)
    ask(letter, anna)
    old = the_token()
    with later(clock.now(), days=8):
        confirming.send_again(confirming.find(old))
        assert the_token() != old
        assert confirming.confirm(the_token()) is Standing.OPEN


def test_an_unknown_link_is_nothing(workspace):
    assert confirming.confirm("x" * 24) is None


@pytest.mark.covers("consent-9")
def test_one_list_sends_an_address_one_mail_a_day(workspace, stopped_clock):
    letter, anna = make_list(workspace), make_contact(workspace)
    start = clock.now()
    for hours in (0, 1, 23):
        with later(start, hours=hours):
            ask(letter, anna)
    assert count_mails() == 1
    with later(start, hours=24, seconds=1):
        ask(letter, anna)
    assert count_mails() == 2


@pytest.mark.covers("delivery-52")
def test_all_lists_of_the_installation_together_send_an_address_few_mails(
    workspace, stopped_clock
):
    start = clock.now()
    shops = [workspace, *(make_workspace(slug=f"shop-{n}") for n in range(14))]
    for number, shop in enumerate(shops):
        letter = make_list(shop)
        ask(
            letter,
            make_contact(
                shop, "Anna@Example.org" if number % 2 else "anna@example.org"
            ),
        )
    assert count_mails() == capping.MOST_AN_HOUR
    for hour in range(1, 12):
        with later(start, hours=hour, minutes=1):
            for shop in shops:
                letter = make_list(shop, name=f"{hour}")
                ask(letter, make_contact(shop, "anna@example.org"))
    assert count_mails() == capping.MOST_A_DAY


def test_two_sign_ups_at_the_same_moment_send_one_mail(app, workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    db.session.commit()
    ids = letter.id, anna.id
    together = threading.Barrier(2)
    failures = []

    def sign_up():
        try:
            with app.app_context(), transaction():
                mine = [
                    db.session.get_one(type(thing), number)
                    for thing, number in zip((letter, anna), ids, strict=True)
                ]
                together.wait()
                ask(*mine)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=sign_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count_mails() == 1


@pytest.mark.covers("consent-9")
def test_the_database_holds_no_link_once_the_mail_is_gone(workspace, worker, outbox):
    letter, anna = make_list(workspace), make_contact(workspace)
    ask(letter, anna)
    token = the_token()
    worker()
    [envelope] = outbox.outbox
    assert token.encode() in envelope.body
    for table in Model.metadata.sorted_tables:
        found = db.session.scalar(
            text(f'SELECT count(*) FROM "{table.name}" t WHERE t::text LIKE :token'),
            {"token": f"%{token}%"},
        )
        assert found == 0, table.name


@pytest.mark.covers("delivery-11")
def test_the_mail_echoes_nothing_that_was_typed_and_has_no_picture(workspace):
    anna = make_contact(
        workspace,
        first_name="Gagnez http://spam.example",
        last_name="Vite",
        city="Lyon",
    )
    ask(make_list(workspace), anna)
    mail = the_mail()
    written = letters.write(mail, workspace, anna, anna.email).body
    words = mail_templates.write(
        "confirmation",
        "fr",
        {**mail.content["values"], "workspace": workspace, "contact": anna},
    )
    for part in (words.subject, words.text, words.html):
        assert "spam.example" not in part
    assert b"Gagnez" not in written
    assert "<img" not in words.html
    # The way in, and the way to be left in peace.
    url = mail.content["values"]["url"]
    assert re.findall(r'href="([^"]+)"', words.html) == [url, f"{url}/no"]
    assert re.findall(r"http\S+", words.text) == [url, f"{url}/no"]
    assert b"Auto-Submitted: auto-generated" in written
    assert "Maison Tilleul SARL" in words.text
    assert "12 rue des Tilleuls" in words.text


def test_a_token_cannot_be_made_without_the_key(app, workspace):
    letter, anna = make_list(workspace), make_contact(workspace)
    ask(letter, anna)
    row = db.session.scalars(select(Confirmation)).one()
    assert confirming._token(row) == the_token()
    key, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "another key"
    try:
        assert confirming._token(row) != the_token()
    finally:
        app.config["SECRET_KEY"] = key


@pytest.mark.covers("consent-9")
@pytest.mark.parametrize("days", [1, 30])
def test_a_list_says_for_how_many_days_its_links_work(workspace, stopped_clock, days):
    letter = make_list(workspace, link_days=days, reminder_days=0)
    ask(letter, make_contact(workspace))
    assert the_mail().content["values"]["days"] == days
    with later(clock.now(), days=days, seconds=-1):
        assert confirming.standing(confirming.find(the_token())) is Standing.OPEN
    with later(clock.now(), days=days):
        assert confirming.confirm(the_token()) is Standing.EXPIRED


def test_a_mail_names_all_the_days_of_its_link_though_writing_it_took_a_moment(
    workspace, stopped_clock
):
    ends = clock.now() + timedelta(days=7)
    with later(clock.now(), seconds=2):
        assert deadlines.days_left(ends) == 7
    with later(clock.now(), days=2):
        assert deadlines.days_left(ends) == 5
    with later(clock.now(), days=6, hours=23):
        assert deadlines.days_left(ends) == 1
