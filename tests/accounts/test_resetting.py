import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from webapp.accounts import passwords
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

OLD, NEW = "une phrase assez longue", "une autre phrase, plus longue"


@pytest.fixture
def anna(workspace):
    made = make.member(workspace, role="owner", email="anna@maison.example")
    passwords.change(made, OLD)
    db.session.commit()
    return made


def _ask(client, email="anna@maison.example"):
    return client.post(
        "/forgotten-password", data={"email": email}, follow_redirects=True
    )


def _path():
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    return re.search(r"/new-password/[^\"' ]+", str(message.content))[0]


def test_the_link_of_the_mail_changes_the_password(client, anna):
    _ask(client)
    assert client.post(_path(), data={"password": NEW}).location == "/sign-in"
    db.session.expire(anna)
    assert passwords.matches(anna, NEW)


def test_a_known_and_an_unknown_address_get_the_same_answer(client, anna):
    assert _ask(client).text == _ask(client, "nobody@maison.example").text
    assert len(db.session.scalars(select(Message)).all()) == 1


def test_a_link_works_once(client, anna):
    _ask(client)
    path = _path()
    client.post(path, data={"password": NEW})
    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": OLD}).status_code == 410


def test_a_link_is_good_for_half_an_hour(client, anna, monkeypatch):
    _ask(client)
    path = _path()
    assert client.get(path).status_code == 200
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr("itsdangerous.timed.time.time", later.timestamp)
    assert client.get(path).status_code == 410


def test_an_altered_link_opens_nothing(client, anna):
    _ask(client)
    assert client.get(_path()[:-1] + "_").status_code == 410


def test_a_new_password_signs_out_every_browser(client, anna, sign_in):
    elsewhere = sign_in(anna)
    assert elsewhere.get("/account").status_code == 200
    _ask(client)
    client.post(_path(), data={"password": NEW})
    assert elsewhere.get("/account").status_code == 303


def test_an_easy_password_is_refused(client, anna):
    _ask(client)
    assert client.post(_path(), data={"password": "short"}).status_code == 422
    assert client.post(_path(), data={"password": anna.email}).status_code == 422


def test_the_mail_speaks_the_language_of_the_person(client, anna):
    anna.locale = "fr"
    db.session.commit()
    _ask(client)
    assert db.session.scalars(select(Message)).one().content["locale"] == "fr"
