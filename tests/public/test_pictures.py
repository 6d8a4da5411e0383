"""A picture of a message at our host: for everybody, for long, and without a trace."""

import io

import pytest
from PIL import Image

from webapp.campaigns import pictures
from webapp.core.db import db


@pytest.fixture
def picture(workspace):
    into = io.BytesIO()
    Image.new("RGB", (4, 4), "green").save(into, "PNG")
    made = pictures.add(workspace, "x.png", into.getvalue())
    db.session.commit()
    return made


def test_anybody_sees_it_and_may_keep_it(client, picture):
    answer = client.get(f"/i/{picture.public_id}")
    assert answer.status_code == 200
    assert answer.data == picture.content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_whoever_has_it_already_is_not_sent_it_again(client, picture):
    tag = client.get(f"/i/{picture.public_id}").headers["ETag"]
    again = client.get(f"/i/{picture.public_id}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_it_can_be_nothing_but_a_picture(client, picture):
    headers = client.get(f"/i/{picture.public_id}").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_nobody_is_recognised_by_it(owner, client, picture):
    for browser in (owner, client):
        answer = browser.get(f"/i/{picture.public_id}")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_an_unknown_picture_is_not_there(client, picture):
    for path in ("/i/" + "0" * 32, "/i/x", f"/i/{picture.public_id}x"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "immutable" not in answer.headers.get("Cache-Control", "")
