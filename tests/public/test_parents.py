"""A child signs up: nothing comes of it unless the child and a parent both agree."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.factories import widgets as make
from webapp.consent import evidence, ledger, purposes
from webapp.consent.models import ConsentEvent, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import Model, db
from webapp.messages.models import Message
from webapp.subscriptions import parents, partners, purging, reminding, subscribing
from webapp.subscriptions.models import Confirmation, OptIn, ParentalRequest
from webapp.subscriptions.partners import Description
from webapp.subscriptions.subscribing import Leaving
from webapp.widgets import queries

CHILD, PARENT = "lou@example.org", "parent@example.org"
UNDER = {"age": "under", "parent_email": PARENT}


@pytest.fixture(params=[OptIn.DOUBLE, OptIn.SINGLE])
def letter(workspace, request):
    return make.mailing_list(workspace, opt_in=request.param)


@pytest.fixture
def widget(workspace, letter):
    made = make.widget(workspace, letter, asks_age=True, fields=["first_name"])
    db.session.commit()
    return made


def sign_up(client, widget, **typed):
    form = {"email": CHILD, "version": "", **typed}
    answer = client.post(f"/f/{widget.public_id}", data=form)
    db.session.rollback()
    return answer


def mails():
    return db.session.scalars(select(Message).order_by(Message.id)).all()


def door(message):
    path = message.content["values"]["url"].removeprefix("http://volontiers.test")
    db.session.rollback()
    return path


def state(widget):
    db.session.rollback()
    purpose = db.session.get_one(Purpose, queries.mailing_list_of(widget).purpose_id)
    stands = ledger.state_of(db.session.scalars(select(Contact)).one(), purpose)
    return stands.state if stands else None


def the_child_confirms(client, widget):
    sign_up(client, widget, **UNDER)
    return client.post(door(mails()[0])).get_data(as_text=True)


@pytest.mark.covers("consent-6")
def test_nobody_under_fifteen_is_on_a_list_before_child_and_parent_both_agreed(
    client, widget
):
    page = the_child_confirms(client, widget)
    assert "parent" in page
    assert state(widget) == State.PENDING
    to_parent = door(mails()[1])
    assert client.get(to_parent).status_code == 200
    assert state(widget) == State.PENDING
    client.post(to_parent, data={"yes": "1"})
    assert state(widget) == State.GIVEN
    event = db.session.scalars(
        select(ConsentEvent).order_by(ConsentEvent.id.desc())
    ).first()
    assert event.method == "parent"


@pytest.mark.covers("consent-6")
def test_the_parent_is_not_written_to_before_the_child_confirmed(client, widget):
    sign_up(client, widget, **UNDER)
    [mail] = mails()
    assert mail.recipient == ""
    client.get(door(mail))
    assert len(mails()) == 1


@pytest.mark.covers("consent-6")
@pytest.mark.parametrize("age", ["", "maybe", "15"])
def test_without_an_age_nothing_is_taken(client, widget, age):
    assert sign_up(client, widget, age=age, parent_email=PARENT).status_code == 422
    assert db.session.scalar(select(Contact)) is None


@pytest.mark.covers("consent-6")
@pytest.mark.parametrize(
    "parent", ["", " ", "nobody", CHILD, "LOU@example.org", "lou+me@example.org"]
)
def test_a_child_without_a_parent_is_told_to_name_one(client, widget, parent):
    answer = sign_up(client, widget, age="under", parent_email=parent)
    assert answer.status_code == 422
    assert db.session.scalar(select(Contact)) is None


def test_somebody_of_fifteen_needs_no_parent(client, widget, letter):
    sign_up(client, widget, age="over", parent_email=PARENT, first_name="Lou")
    if letter.opt_in == OptIn.DOUBLE:
        client.post(door(mails()[0]))
    assert state(widget) == State.GIVEN
    assert db.session.scalar(select(Contact.first_name)) == "Lou"
    assert [mail.recipient for mail in mails() if mail.recipient] == []
    assert PARENT not in str(db.session.scalars(select(Confirmation.asked)).all())


@pytest.mark.covers("consent-6")
def test_a_parent_who_refuses_ends_it_and_is_forgotten(client, widget, worker, outbox):
    the_child_confirms(client, widget)
    to_parent = door(mails()[1])
    worker()
    page = client.post(to_parent, data={"no": "1"}).get_data(as_text=True)
    assert "notice success" in page
    assert state(widget) == State.PENDING
    assert holds(PARENT) == set()
    client.post(to_parent, data={"yes": "1"})
    assert state(widget) == State.PENDING


def test_a_child_whose_parent_refused_cannot_go_on_without_one(
    client, widget, worker, outbox
):
    the_child_confirms(client, widget)
    own, to_parent = (door(mail) for mail in mails())
    client.post(to_parent, data={"no": "1"})
    client.post(own)
    client.post(own, data={"again": "1"})
    assert state(widget) == State.PENDING
    assert len(mails()) == 2


def test_once_agreed_only_the_sealed_evidence_knows_the_parent(
    client, widget, worker, outbox
):
    the_child_confirms(client, widget)
    to_parent = door(mails()[1])
    worker()
    client.post(to_parent, data={"yes": "1"})
    assert holds(PARENT) == set()
    event = db.session.scalars(
        select(ConsentEvent).where(ConsentEvent.state == State.GIVEN)
    ).one()
    assert evidence.read(event)["parent"] == PARENT


def test_a_second_press_changes_nothing(client, widget):
    the_child_confirms(client, widget)
    to_parent = door(mails()[1])
    client.post(to_parent, data={"yes": "1"})
    client.post(to_parent, data={"no": "1"})
    assert state(widget) == State.GIVEN
    given = select(ConsentEvent).where(ConsentEvent.state == State.GIVEN)
    assert len(db.session.scalars(given).all()) == 1


def test_a_child_who_presses_twice_writes_to_the_parent_once(client, widget):
    the_child_confirms(client, widget)
    client.post(door(mails()[0]))
    assert len(mails()) == 2


def test_a_child_is_asked_nothing_but_the_address(client, workspace, letter):
    told = Description(
        "Les Ruchers", "https://ruchers.example/vie-privee", "des offres"
    )
    partner = partners.create(workspace, told)
    widget = make.widget(
        workspace, letter, asks_age=True, fields=["first_name"], partners=[partner.id]
    )
    db.session.commit()
    more = {"opens": "yes", "clicks": "yes", "first_name": "Lou"}
    sign_up(client, widget, **UNDER, **more, partner=str(partner.id))
    client.post(door(mails()[0]))
    client.post(door(mails()[1]), data={"yes": "1"})
    assert state(widget) == State.GIVEN
    child = db.session.scalars(select(Contact)).one()
    assert child.first_name == ""
    measuring = purposes.measuring(workspace)
    beside = (measuring.opens.id, measuring.clicks.id, partner.purpose_id)
    for number in beside:
        assert ledger.state_of(child, db.session.get_one(Purpose, number)) is None


def test_nothing_but_the_question_is_written_to_the_parent(
    client, widget, worker, outbox
):
    the_child_confirms(client, widget)
    worker()
    with clock.stopped(clock.now() + timedelta(days=5)):
        reminding.remind_unconfirmed()
    db.session.commit()
    assert len(mails()) == 2


@pytest.mark.covers("consent-10")
def test_what_no_parent_answered_is_forgotten(client, widget, worker, outbox):
    the_child_confirms(client, widget)
    worker()
    with clock.stopped(clock.now() + timedelta(days=31)):
        purging.purge_unconfirmed()
    db.session.commit()
    assert db.session.scalar(select(Contact)) is None
    assert db.session.scalar(select(ParentalRequest)) is None
    assert holds(PARENT) == set()


def test_a_child_who_leaves_meanwhile_cannot_be_put_on_the_list(client, widget):
    the_child_confirms(client, widget)
    to_parent = door(mails()[1])
    child = db.session.scalars(select(Contact)).one()
    subscribing.leave_everything(child, Leaving("preferences"))
    db.session.commit()
    client.post(to_parent, data={"yes": "1"})
    assert state(widget) == State.WITHDRAWN


def test_one_parent_is_asked_few_times_a_day(client, widget):
    for number in range(5):
        email = f"lou{number}@example.org"
        sign_up(client, widget, **{**UNDER, "email": email})
        client.post(door(mails()[-1]))
    asked = [mail for mail in mails() if mail.recipient == PARENT]
    assert len(asked) == parents.MOST_A_DAY


def test_an_unknown_link_of_a_parent_tells_nothing(client, app):
    for answer in (client.get("/parent/xyz"), client.post("/parent/xyz")):
        assert answer.status_code == 200


def test_the_form_asks_the_age_with_two_equal_buttons_and_none_pressed(client, widget):
    page = client.get(f"/f/{widget.public_id}").get_data(as_text=True)
    assert page.count('type="radio" name="age"') == 2
    assert "checked" not in page
    assert 'name="parent_email"' in page


def holds(address):
    """The tables in which the address can be read."""
    db.session.rollback()
    return {
        table.name
        for table in Model.metadata.sorted_tables
        if db.session.scalar(
            text(f'SELECT count(*) FROM "{table.name}" t WHERE t::text LIKE :sign'),
            {"sign": f"%{address}%"},
        )
    }


@pytest.mark.covers("consent-23")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_the_page_of_a_parent_changes_no_row(client, widget, method):
    the_child_confirms(client, widget)
    to_parent = door(mails()[1])
    before = everything()
    answer = client.open(to_parent, method=method)
    assert answer.status_code == 200
    assert everything() == before
    assert "<script" not in answer.get_data(as_text=True)
    assert CHILD not in answer.get_data(as_text=True)
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def everything():
    """Every row of every table."""
    db.session.rollback()
    return {
        table.name: db.session.execute(
            text(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')
        ).all()
        for table in Model.metadata.sorted_tables
    }
