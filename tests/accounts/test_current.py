"""Who is signed in, and where that shows."""

import pytest

from tests.factories import widgets as make
from webapp.core.db import db
from webapp.subscriptions import archives


@pytest.fixture
def shared(workspace):
    """The addresses of what proxies may keep for everybody."""
    letter = make.mailing_list(workspace, name="Lettre")
    archives.set_open(workspace, letter, is_open=True, is_indexed=False)
    widget = make.widget(workspace, letter)
    db.session.commit()
    archive = archives.address(workspace, letter).removeprefix("http://volontiers.test")
    form = f"/f/{widget.public_id}/form.json"
    return [archive, f"{archive}/rss.xml", form, "/embed/v1.js"]


def test_what_everybody_gets_a_copy_of_holds_no_session(owner, shared):
    with owner.session_transaction() as cookie:
        cookie.permanent = True
        cookie["_flashes"] = [("success", "Only for the owner")]
    for address in shared:
        answer = owner.get(address)
        assert "public" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert "Only for the owner" not in answer.text


def test_a_page_of_the_back_office_keeps_the_session_alive(owner, workspace):
    with owner.session_transaction() as cookie:
        cookie.permanent = True
    answer = owner.get(f"/w/{workspace.slug}/")
    assert "session=" in answer.headers["Set-Cookie"]
