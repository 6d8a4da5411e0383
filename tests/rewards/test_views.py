from io import BytesIO

import pytest

from tests.factories import accounts as make_accounts
from tests.factories import rewards as make
from webapp.core.db import db
from webapp.rewards import queries
from webapp.rewards.models import Reward
from webapp.rewards.stocking import LARGEST_FILE

HERE = "/w/maison-tilleul/rewards/"


@pytest.fixture
def pool(workspace):
    made = make.pool(workspace)
    db.session.commit()
    return made


def test_a_reward_is_made_filled_and_put_away(editor, workspace):
    assert "No reward yet" in editor.get(HERE).text
    answer = editor.post(
        HERE + "new", data={"kind": "pool", "name": "Un thé", "words": "En boutique."}
    )
    reward = db.session.query(Reward).one()
    assert answer.location.endswith(f"/rewards/{reward.id}")
    filled = {
        "codes": "A1\n\nB2\nA1",
        "file": (BytesIO("\ufeffC3;x\n".encode()), "c.csv"),
    }
    answer = editor.post(f"{HERE}{reward.id}/codes", data=filled)
    assert answer.status_code == 303
    assert queries.figures([reward])[reward.id].left == 3
    assert editor.get(f"{HERE}{reward.id}").status_code == 200
    editor.post(f"{HERE}{reward.id}/archive")
    assert "Un thé" not in editor.get(HERE).text
    assert "Un thé" in editor.get(HERE + "?archived=1").text


def test_a_code_for_everybody_needs_one(editor, workspace):
    answer = editor.post(HERE + "new", data={"kind": "code", "name": "Dix pour cent"})
    assert answer.status_code == 422
    assert "Enter the code that everybody gets." in answer.text


def test_a_file_that_does_not_fit_is_refused_beside_its_field(editor, workspace):
    reward = make.reward(workspace, kind="file")
    db.session.commit()
    for name, content in (("page.html", b"x"), ("big.pdf", b"x" * (LARGEST_FILE + 1))):
        answer = editor.post(
            f"{HERE}{reward.id}/file", data={"file": (BytesIO(content), name)}
        )
        assert answer.status_code == 422
        assert "at most 20 MB" in answer.text
    fine = {"file": (BytesIO(b"x" * 3_000_000), "guide.pdf")}
    assert editor.post(f"{HERE}{reward.id}/file", data=fine).status_code == 303


def test_viewers_look_and_change_nothing(viewer, pool):
    assert viewer.get(f"{HERE}{pool.id}").status_code == 200
    for path in (f"{pool.id}/codes", f"{pool.id}/archive", "new"):
        assert viewer.post(HERE + path).status_code == 403


def test_the_reward_of_another_workspace_is_not_there(editor):
    foreign = make.reward(make_accounts.workspace(slug="ailleurs"))
    db.session.commit()
    assert editor.get(f"{HERE}{foreign.id}").status_code == 404
    assert editor.post(f"{HERE}{foreign.id}/archive").status_code == 404
