"""After a sign-up by our page: the way to the mailbox, the mail once more, a slip corrected."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import subscriptions as make_people
from tests.factories import widgets as make
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import capping, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation
from webapp.subscriptions.subscribing import Leaving
from webapp.widgets import queries, signed_up

ADDRESS = "camille@orange.fr"


@pytest.fixture
def widget(workspace, stopped_clock):
    made = make.widget(workspace, fields=["first_name"])
    db.session.commit()
    return made


def sign_up(client, widget, email=ADDRESS, **typed):
    answer = client.post(f"/f/{widget.public_id}", data={"email": email, **typed})
    assert answer.status_code == 303
    return answer.location


def later(**span):
    return clock.stopped(clock.now() + timedelta(**span))


def mails():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message))


def test_the_page_leads_to_the_mailbox_of_the_address(client, widget):
    page = client.get(sign_up(client, widget)).text
    assert 'href="https://messagerie.orange.fr/"' in page
    assert ADDRESS in page


def test_a_provider_we_do_not_know_is_not_guessed(client, widget):
    page = client.get(sign_up(client, widget, "camille@maison.example")).text
    assert 'class="button" href' not in page


def test_the_address_of_the_page_tells_nobody_what_was_typed(client, widget):
    where = sign_up(client, widget, first_name="Camille")
    assert "camille" not in where.lower()
    page = client.get(where)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers


def test_the_mail_is_sent_once_more_with_the_same_link(client, widget, worker):
    where = sign_up(client, widget)
    with later(minutes=2):
        said = client.post(where)
        assert said.status_code == 303
        assert 'role="status"' in client.get(said.location).text
        worker()
    first, second = db.session.scalars(select(Message.content).order_by(Message.id))
    assert first["values"]["url"] == second["values"]["url"]
    assert len(db.session.scalars(select(Confirmation)).all()) == 1


@pytest.mark.parametrize(("minutes", "sent"), [(0.5, 1), (2, 2)])
def test_the_first_mail_is_given_time_to_arrive(client, widget, worker, minutes, sent):
    where = sign_up(client, widget)
    with later(minutes=minutes):
        client.post(where)
        worker()
        assert mails() == sent


def test_it_is_sent_once_more_and_no_oftener(client, widget, worker):
    where = sign_up(client, widget)
    for minutes in (2, 10, 100):
        with later(minutes=minutes):
            client.post(where)
            worker()
    assert mails() == 2


@pytest.mark.covers("delivery-52")
def test_a_second_copy_counts_towards_what_an_address_gets_in_an_hour(
    client, workspace, widget, worker
):
    where = sign_up(client, widget)
    with later(minutes=2):
        client.post(where)
        worker()
        for number in range(3):
            subscribing.ask(
                make_people.mailing_list(workspace, name=f"{number}"),
                db.session.scalars(select(Contact)).one(),
                asked=Asked(),
            )
        db.session.commit()
    assert mails() == capping.MOST_AN_HOUR


@pytest.mark.covers("delivery-51")
def test_asking_once_more_tells_nothing_of_what_is_known(
    client, workspace, widget, worker
):
    letter = queries.mailing_list_of(widget)
    make_people.subscriber(workspace, letter, "known@example.org")
    gone = make_people.subscriber(workspace, letter, "gone1@example.org")
    subscribing.leave_everything(gone, Leaving("preferences"))
    db.session.commit()
    pages = set()
    for address in ("fresh@example.org", "known@example.org", "gone1@example.org"):
        where = sign_up(client, widget, address)
        with later(minutes=2):
            answer = client.post(where)
            page = client.get(answer.location).text
        pages.add(_without_what_was_typed(page, address))
    assert len(pages) == 1


def _without_what_was_typed(page, address):
    page = re.sub(r'data-signed-up="[^"]+"', "", page.replace(address, ""))
    return re.sub(r"/thanks/[\w=-]+", "", page)


def test_a_wrong_address_is_corrected_and_the_rest_kept(client, widget):
    where = sign_up(client, widget, "camile@exampel.org", first_name="Camille")
    answer = client.post(where, data={"email": "camille@example.org"})
    assert answer.status_code == 303
    assert "camille@example.org" in client.get(answer.location).text
    right = db.session.scalars(
        select(Contact).where(Contact.email == "camille@example.org")
    ).one()
    assert right.first_name == "Camille"


def test_what_is_no_address_is_said_beside_the_field(client, widget):
    where = sign_up(client, widget)
    answer = client.post(where, data={"email": "camille@"})
    assert answer.status_code == 422
    assert 'aria-describedby="email-error"' in answer.text
    assert "<details open" in answer.text


def test_a_seal_of_another_widget_or_of_yesterday_opens_nothing(
    client, workspace, widget
):
    where = sign_up(client, widget)
    other = make.widget(workspace)
    db.session.commit()
    foreign = where.replace(widget.public_id, other.public_id)
    for method in ("GET", "POST"):
        answer = client.open(foreign, method=method)
        assert ADDRESS not in answer.text
        assert answer.status_code == 303
    with clock.stopped(clock.now() + signed_up.LASTS + timedelta(seconds=1)):
        assert ADDRESS not in client.get(where, follow_redirects=True).text
        assert mails() == 1


def test_a_widget_that_leads_on_leads_to_the_shop(client, workspace):
    made = make.widget(workspace, redirect="https://maison-tilleul.example/merci")
    db.session.commit()
    assert sign_up(client, made) == "https://maison-tilleul.example/merci"


FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


def test_the_browser_of_a_sign_up_on_our_page_is_known_again(client, widget):
    where = sign_up(client, widget)
    page = client.get(where, headers=FROM_OUR_PAGE).text
    link = db.session.scalars(select(Message)).one().content["values"]["url"]
    to_confirm = client.get(link.removeprefix("http://volontiers.test")).text
    [mark] = re.findall(r'data-signed-up="([^"]+)"', page)
    assert f'data-same-browser="{mark}"' in to_confirm


@pytest.mark.covers("consent-23")
@pytest.mark.parametrize("sent_by", ["cross-site", "same-site", "none", ""])
def test_another_site_leaves_no_mark_in_the_browser_of_somebody_it_signs_up(
    client, widget, sent_by
):
    where = sign_up(client, widget)
    page = client.get(where, headers={"Sec-Fetch-Site": sent_by}).text
    assert ADDRESS in page
    assert "data-signed-up" not in page
    assert "<script" not in page
