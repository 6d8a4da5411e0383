"""The questions that can wait are asked after the confirmation, of those whose answer we lack."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience
from tests.factories import widgets as make
from webapp.contacts.models import AttributeKind, Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

LATER = ["first_name", "postcode", "attr:taille", "last_name", "birth_date"]


@pytest.fixture
def widget(workspace):
    audience.attribute(workspace, "taille", AttributeKind.CHOICE, ["S", "M"])
    made = make.widget(workspace, later_fields=LATER)
    db.session.commit()
    return made


def door(client, widget, email="camille@example.org", **typed):
    client.post(f"/f/{widget.public_id}", data={"email": email, **typed})
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    path = mail.content["values"]["url"].removeprefix("http://volontiers.test")
    db.session.rollback()
    return path


def confirmed(client, widget, **typed):
    path = door(client, widget, **typed)
    return path, client.post(path).get_data(as_text=True)


def person():
    db.session.rollback()
    return db.session.scalars(select(Contact)).one()


def names(page):
    return [name for name in LATER if f'name="{name}"' in page]


def test_three_at_most_are_asked_and_none_is_required(client, widget):
    _, page = confirmed(client, widget)
    assert names(page) == LATER[:3]
    assert "required" not in page


def test_nothing_is_asked_before_the_confirmation(client, widget):
    path = door(client, widget)
    assert names(client.get(path).get_data(as_text=True)) == []
    client.post(f"{path}/more", data={"first_name": "Camille"})
    assert person().first_name == ""


def test_what_is_answered_is_noted_and_not_asked_again(client, widget):
    path, _ = confirmed(client, widget)
    answer = client.post(
        f"{path}/more", data={"first_name": "Camille", "attr:taille": "M"}
    )
    assert answer.status_code == 200
    assert names(answer.get_data(as_text=True)) == []
    camille = person()
    assert (camille.first_name, camille.attributes) == ("Camille", {"taille": "M"})
    assert names(client.get(path).get_data(as_text=True)) == [
        "postcode",
        "last_name",
        "birth_date",
    ]


def test_what_is_known_is_neither_asked_nor_overwritten(client, widget, workspace):
    audience.contact(workspace, email="camille@example.org", first_name="Camille")
    db.session.commit()
    path, page = confirmed(client, widget)
    assert "first_name" not in names(page)
    client.post(f"{path}/more", data={"first_name": "Autre", "postcode": "69001"})
    assert (person().first_name, person().postcode) == ("Camille", "69001")


def test_what_was_not_asked_is_not_taken(client, widget):
    path, _ = confirmed(client, widget)
    client.post(f"{path}/more", data={"phone": "0612345678", "last_name": "Durand"})
    assert (person().phone, person().last_name) == ("", "")


def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(client, widget):
    path, _ = confirmed(client, widget)
    answer = client.post(
        f"{path}/more", data={"first_name": "Camille", "attr:taille": "XXL"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert 'value="Camille"' in page
    assert (person().first_name, person().attributes) == ("", {})


def test_an_empty_answer_is_an_answer(client, widget):
    path, _ = confirmed(client, widget)
    answer = client.post(f"{path}/more", data={"first_name": " "})
    assert answer.status_code == 200
    assert person().first_name == ""


def test_after_an_hour_a_forwarded_mail_says_nothing_about_the_person(client, widget):
    path, _ = confirmed(client, widget)
    with clock.stopped(clock.now() + timedelta(hours=1, seconds=1)):
        assert names(client.get(path).get_data(as_text=True)) == []
        client.post(f"{path}/more", data={"first_name": "Camille"})
    assert person().first_name == ""


def test_an_unknown_link_notes_nothing(client, app):
    assert client.post("/y/xyz/more", data={"first_name": "x"}).status_code == 200
