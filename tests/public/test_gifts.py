import pytest

from tests.factories import audience
from tests.factories import rewards as make
from webapp.core import tokens
from webapp.core.db import db
from webapp.rewards import editing, giving, queries, stocking
from webapp.rewards.models import Gift


@pytest.fixture
def given(workspace):
    reward = make.file(workspace)
    person = audience.contact(workspace)
    giving.give(reward, person, "fr")
    db.session.commit()
    return reward, giving.told(reward, person).url.partition("/g/")[2]


def _downloads(reward):
    db.session.expire_all()
    return queries.figures([reward])[reward.id].downloads


def test_the_file_is_fetched_by_a_press_and_counted(client, given):
    reward, token = given
    page = client.get(f"/g/{token}")
    assert page.status_code == 200
    assert "guide.pdf" in page.text
    assert _downloads(reward) == 0
    answer = client.post(f"/g/{token}")
    assert answer.data == make.PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename=guide.pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/octet-stream"
    assert _downloads(reward) == 1


def test_links_given_before_lead_to_the_newest_version(client, given, workspace):
    reward, token = given
    stocking.add_file(workspace, reward, "guide-2.pdf", b"%PDF-1.7 nouveau")
    db.session.commit()
    assert client.post(f"/g/{token}").data == b"%PDF-1.7 nouveau"


def test_a_link_leads_nowhere_once_the_reward_is_archived_or_the_person_gone(
    client, given, workspace
):
    reward, token = given
    editing.archive(workspace, reward)
    db.session.commit()
    assert client.get(f"/g/{token}").status_code == 404
    editing.restore(workspace, reward)
    db.session.delete(db.session.query(Gift).one())
    db.session.commit()
    assert client.post(f"/g/{token}").status_code == 404


@pytest.mark.parametrize("token", ["x", "e30.x.y", "%00"])
def test_an_altered_link_gives_nothing(client, token):
    assert client.get(f"/g/{token}").status_code in {400, 404}


def test_a_token_made_for_something_else_is_no_gift(client, given):
    token = tokens.sign("widget preview", db.session.query(Gift).one().id)
    assert client.get(f"/g/{token}").status_code == 404
