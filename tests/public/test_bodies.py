"""What strangers may send: nothing that fills a disk."""

import pytest
from sqlalchemy import func, select

from tests.factories import widgets as make
from webapp.core.db import db
from webapp.widgets.models import SignUp


@pytest.fixture
def widget(workspace):
    made = make.widget(workspace, fields=["first_name"])
    db.session.commit()
    return made


def waiting():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignUp))


def test_a_sign_up_as_large_as_a_book_is_refused_and_kept_nowhere(client, widget):
    typed = {"email": "anna@example.org", "first_name": "a" * 300_000}
    assert client.post(f"/f/{widget.public_id}", data=typed).status_code == 413
    assert waiting() == 0


def test_a_long_answer_to_many_questions_is_taken(client, widget):
    typed = {"email": "anna@example.org", "first_name": "é" * 15_000}
    assert client.post(f"/f/{widget.public_id}", data=typed).status_code == 303


@pytest.mark.parametrize(
    "door", ["/p/x", "/p/m/x", "/y/x", "/y/x/no", "/u/x", "/parent/x", "/g/x"]
)
def test_no_door_of_a_mail_reads_a_book(client, door):
    assert client.post(door, data={"reason": "a" * 300_000}).status_code == 413
