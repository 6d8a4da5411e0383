"""People sign up at a widget, with and without script, from any site."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from tests.factories import subscriptions as make_people
from tests.factories import widgets as make
from webapp.consent.models import ConsentEvent, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import blocks, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.subscribing import Leaving
from webapp.widgets import figures, queries

ADDRESS = "camille@example.org"


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, fields=["first_name"])
    db.session.commit()
    return made


def _post(client, widget, **typed):
    form = {"email": ADDRESS, "version": "", **typed}
    return client.post(f"/f/{widget.public_id}", data=form)


def _post_by_script(client, widget, **typed):
    return client.post(
        f"/f/{widget.public_id}",
        data={"email": ADDRESS, **typed},
        headers={"Accept": "application/json", "Origin": "https://shop.example"},
    )


def test_a_visitor_without_script_is_asked_to_open_the_mail(client, widget):
    answer = _post(client, widget, first_name="Camille")
    assert answer.status_code == 303
    assert answer.location.startswith(f"/f/{widget.public_id}/thanks/")
    assert client.get(answer.location).status_code == 200
    contact = db.session.scalar(select(Contact))
    assert (contact.email, contact.first_name) == (ADDRESS, "Camille")


@pytest.mark.covers("consent-8")
def test_a_sign_up_waits_until_it_is_confirmed(client, widget):
    _post(client, widget)
    states = db.session.scalars(select(ConsentEvent.state)).all()
    assert states == [State.PENDING]
    assert db.session.scalar(select(Message.kind)) == "confirmation"


@pytest.mark.covers("consent-14", "consent-15")
def test_the_event_names_the_version_that_was_shown(client, widget):
    shown = queries.latest_version(widget)
    widget.design = {**widget.design, "title": "Autre"}
    make.publishing.publish(widget, make.BASE_URL)
    db.session.commit()
    _post(client, widget, version=shown.fingerprint)
    event = db.session.scalar(select(ConsentEvent))
    assert event.widget_version_id == shown.id


@pytest.mark.covers("consent-15")
def test_a_version_of_another_widget_is_not_believed(client, widget, workspace):
    other = queries.latest_version(make.widget(workspace, title="Autre"))
    db.session.commit()
    _post(client, widget, version=other.fingerprint)
    event = db.session.scalar(select(ConsentEvent))
    assert event.widget_version_id == queries.latest_version(widget).id


def test_the_script_gets_an_answer_that_any_site_may_read(client, widget):
    answer = _post_by_script(client, widget)
    assert answer.json["thanks"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "camille",
        "camille@",
        "a@b@c.fr",
        "camille@example.org\r\nBcc: x@y.fr",
        "x" * 300,
    ],
)
def test_an_address_that_is_none_is_said_beside_its_field(client, widget, typed):
    answer = _post_by_script(client, widget, email=typed)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["email"]
    page = _post(client, widget, email=typed)
    assert page.status_code == 422
    assert answer.json["errors"]["email"] in page.get_data(as_text=True)
    assert db.session.scalar(select(Contact)) is None


def _in_four_places(workspace, widget):
    """An address nobody knows, one that waits, one on the list, one never to be written to."""
    letter = queries.mailing_list_of(widget)
    waiting = make_people.contact(workspace, "waiting@example.org")
    subscribing.ask(letter, waiting, asked=Asked())
    make_people.subscriber(workspace, letter, "known@example.org")
    gone = make_people.subscriber(workspace, letter, "gone@example.org")
    subscribing.leave_everything(gone, Leaving("preferences"))
    db.session.commit()
    return ["new@example.org", "waiting@example.org", "known@example.org", gone.email]


@pytest.mark.covers("consent-11", "delivery-51")
@pytest.mark.parametrize("post", [_post, _post_by_script])
def test_the_answer_tells_nothing_of_what_is_known_of_an_address(
    client, workspace, widget, post
):
    places = _in_four_places(workspace, widget)
    answers = [post(client, widget, email=address) for address in places]
    # What was typed comes back, sealed: never twice the same, and told by nothing else.
    told = {
        (
            answer.status,
            re.sub(rb"/thanks/[\w=-]+", b"/thanks/", answer.data),
            tuple(sorted(answer.headers.keys())),
        )
        for answer in answers
    }
    assert len(told) == 1


@pytest.fixture
def work(app):
    """work() is what the web process asked of the database and of the workers since the last time."""
    seen = []
    broker = app.extensions["broker"]
    enqueue = broker.enqueue

    def note(connection, cursor, statement, *rest):
        seen.append(re.sub(r"\s+", " ", statement))

    def send(message, **options):
        seen.append(message.actor_name)
        return enqueue(message, **options)

    def since():
        found = seen[:]
        seen.clear()
        return found

    event.listen(db.engine, "before_cursor_execute", note)
    broker.enqueue = send
    yield since
    event.remove(db.engine, "before_cursor_execute", note)
    broker.enqueue = enqueue


@pytest.mark.covers("delivery-51")
@pytest.mark.parametrize("post", [_post, _post_by_script])
def test_the_answer_costs_the_same_work_whatever_is_known_of_an_address(
    app, workspace, widget, work, post
):
    places = [*_in_four_places(workspace, widget), "blocked@example.org"]
    blocks.block(workspace.id, places[-1])
    db.session.commit()
    # No worker is at hand: what the visitor waits for, and nothing else.
    visitor = FlaskClient(app, app.response_class)
    done = {}
    for address in ["warming-up@example.org", *places]:
        work()
        assert post(visitor, widget, email=address).status_code < 400
        done[address] = work()
    done.pop("warming-up@example.org")
    assert len({tuple(steps) for steps in done.values()}) == 1
    assert done[places[0]].count("widgets.take_sign_up") == 1


@pytest.mark.covers("delivery-51")
def test_no_mail_is_handed_over_before_the_answer(client, workspace, widget, outbox):
    for address in _in_four_places(workspace, widget):
        _post_by_script(client, widget, email=address)
    assert outbox.outbox == []


def test_what_the_widget_does_not_ask_is_not_taken(client, widget):
    _post(client, widget, last_name="Durand", opens="maybe")
    assert db.session.scalar(select(Contact.last_name)) == ""


def test_showing_and_starting_are_counted_without_a_name(client, widget):
    client.get(f"/f/{widget.public_id}")
    client.post(f"/f/{widget.public_id}/shown")
    client.post(f"/f/{widget.public_id}/started")
    found = figures.since_ever([widget.id])[widget.id]
    assert (found.shown, found.started) == (2, 1)
    columns = db.session.execute(text("SELECT * FROM widget_day LIMIT 0")).keys()
    assert set(columns) == {
        "widget_id",
        "day",
        "shown",
        "started",
        "submitted",
        "confirmed",
    }


@pytest.mark.parametrize("path", ["", "/thanks", "/form.json"])
def test_a_draft_is_shown_to_nobody(client, workspace, path):
    draft = make.widget(workspace, published=False)
    db.session.commit()
    assert client.get(f"/f/{draft.public_id}{path}").status_code == 404


def test_a_draft_of_a_published_widget_stays_hidden_until_published(client, widget):
    widget.design = {**widget.design, "title": "Pas encore"}
    db.session.commit()
    assert "Pas encore" not in client.get(f"/f/{widget.public_id}").get_data(
        as_text=True
    )


def test_the_script_and_the_form_are_for_other_sites(client, widget):
    script = client.get("/embed/v1.js")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    form = client.get(f"/f/{widget.public_id}/form.json")
    assert form.headers["Access-Control-Allow-Origin"] == "*"
    unchanged = client.get(
        f"/f/{widget.public_id}/form.json",
        headers={"If-None-Match": form.headers["ETag"]},
    )
    assert unchanged.status_code == 304
