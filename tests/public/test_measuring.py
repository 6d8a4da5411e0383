"""The page behind a mail that asks about measuring: yes for thirty days, no for ever, nothing else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.rows import everything
from webapp.campaigns import asking_drafts, planning
from webapp.consent import ledger, purposes
from webapp.consent.models import ConsentEvent, Purpose, ShownText, State
from webapp.core import clock
from webapp.core.db import db
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Message

pytestmark = pytest.mark.covers("consent-37")


@pytest.fixture
def mailing(workspace):
    return audience.mailing_list(workspace)


@pytest.fixture
def person(workspace, mailing):
    return audience.subscriber(workspace, mailing, email="anna@example.org")


@pytest.fixture
def campaign(workspace, mailing):
    return asking_drafts.create(workspace, mailing.id, "en")


@pytest.fixture
def door(campaign, person, outbox, worker):
    """Where the button of the mail leads."""
    planning.start(campaign)
    worker()
    body = outbox.outbox[0].body.decode().replace("=\r\n", "").replace("=3D", "=")
    return re.search(r"http://volontiers\.test(/p/m/[\w-]+)", body)[1]


def answers(person, workspace):
    db.session.rollback()
    asked = purposes.measuring(workspace)
    found = [ledger.state_of(person, one) for one in (asked.opens, asked.clicks)]
    return [one and one.state for one in found]


def test_looking_answers_nothing(client, door):
    before = everything()
    for method in ("GET", "HEAD", "OPTIONS"):
        assert client.open(door, method=method).status_code == 200
    assert everything() == before


def test_no_box_is_ticked_and_the_address_is_masked(client, door):
    page = client.get(door + "?lang=en").text
    assert page.count('type="checkbox"') == 2
    assert "checked" not in page
    assert "anna@example.org" not in page


def test_one_post_says_yes_to_one_thing_and_no_to_the_other(
    client, door, person, workspace, campaign
):
    page = client.post(door + "?lang=en", data={"answer": "yes", "box": "opens"})
    assert page.status_code == 200
    assert answers(person, workspace) == [State.GIVEN, State.REFUSED]
    yes, no = db.session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.method == "measuring_mail")
        .order_by(ConsentEvent.seq)
    ).all()
    assert yes.detail == no.detail == {"campaign": campaign.id}
    shown = db.session.get_one(ShownText, yes.text_id)
    assert shown.body in page.text


def test_no_to_all_is_one_press_whatever_is_ticked(client, door, person, workspace):
    client.post(door, data={"answer": "no", "box": ["opens", "clicks"]})
    assert answers(person, workspace) == [State.REFUSED, State.REFUSED]


def test_saying_no_leaves_the_list_alone(client, door, person, mailing):
    client.post(door, data={"answer": "no"})
    assert ledger.state_of(person, audience_purpose(mailing)).state == State.GIVEN


def audience_purpose(mailing):
    return db.session.get_one(Purpose, mailing.purpose_id)


def test_a_yes_can_be_taken_back_on_the_same_page(client, door, person, workspace):
    client.post(door, data={"answer": "yes", "box": ["opens", "clicks"]})
    client.post(door, data={"answer": "yes", "box": "clicks"})
    assert answers(person, workspace) == [State.WITHDRAWN, State.GIVEN]


def test_the_same_answer_twice_is_said_once(client, door, workspace, person):
    for _ in range(2):
        client.post(door, data={"answer": "yes", "box": "opens"})
    said = select(ConsentEvent).where(ConsentEvent.method == "measuring_mail")
    assert len(db.session.scalars(said).all()) == 2


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"box": "opens"}])
def test_a_post_without_an_answer_is_none(client, door, person, workspace, data):
    client.post(door, data=data)
    assert answers(person, workspace) == [None, None]


def test_a_box_of_something_else_opens_nothing(client, door, person, workspace):
    client.post(door, data={"answer": "yes", "box": ["list-1", "partner-1", "email"]})
    assert answers(person, workspace) == [State.REFUSED, State.REFUSED]


def after(days):
    return clock.stopped(clock.now() + timedelta(days=days))


def test_after_thirty_days_it_takes_no_yes_and_still_a_no(
    client, door, person, workspace
):
    with after(29):
        assert "checkbox" in client.get(door).text
    with after(31):
        page = client.get(door + "?lang=en").text
        assert "checkbox" not in page
        assert "thirty days" in page
        client.post(door, data={"answer": "yes", "box": "opens"})
        assert answers(person, workspace) == [None, None]
        client.post(door, data={"answer": "no"})
        assert answers(person, workspace) == [State.REFUSED, State.REFUSED]


def test_after_thirty_days_a_fresh_link_goes_to_the_mailbox(client, door, person):
    with after(31):
        page = client.post(door, data={"answer": "fresh"})
    tokens = addressing.tokens()
    shown = re.findall(r"/p/(?:m/)?([\w-]{20,})", page.text)
    assert shown
    assert [one for one in shown if tokens.read(one, Kind.FRESH)] == []
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert (mail.kind, mail.contact_id) == ("service", person.id)


def test_who_has_another_address_now_says_no_yes_by_the_old_mail(
    client, door, person, workspace
):
    person.email = "anna.neu@example.org"
    db.session.commit()
    client.post(door, data={"answer": "yes", "box": "opens"})
    assert answers(person, workspace) == [None, None]


def test_what_the_workspace_does_not_measure_is_not_asked(
    client, door, person, workspace
):
    workspace.measures_clicks = False
    db.session.commit()
    assert client.get(door).text.count('type="checkbox"') == 1
    client.post(door, data={"answer": "yes", "box": ["opens", "clicks"]})
    assert answers(person, workspace) == [State.GIVEN, None]


@pytest.mark.parametrize("token", ["x", "A" * 46])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_opens_nothing(client, app, token, method):
    answer = client.open("/p/m/" + token, method=method, data={"answer": "yes"})
    assert answer.status_code == 200
    assert "checkbox" not in answer.text


def test_the_link_opens_no_preferences(client, door):
    token = door.removeprefix("/p/m/")
    page = client.get("/p/" + token)
    assert "anna" not in page.text
    assert "checkbox" not in page.text


def test_the_page_leads_to_all_preferences(client, door):
    way = re.search(r'href="http://volontiers\.test(/p/[\w-]+)"', client.get(door).text)
    assert client.get(way[1]).status_code == 200
