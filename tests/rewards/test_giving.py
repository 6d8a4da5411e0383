"""A promise is kept once, to each person, after they confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.factories import accounts as make_accounts
from tests.factories import audience
from tests.factories import rewards as make
from tests.factories import widgets as make_widgets
from webapp.accounts import queries as accounts
from webapp.consent import pacing
from webapp.core import clock, mail_templates
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.rewards import editing, giving, queries, stocking
from webapp.rewards.models import Gift, RewardCode
from webapp.subscriptions import confirming
from webapp.subscriptions.models import OptIn
from webapp.widgets import entering, intake
from webapp.widgets import queries as widget_queries
from webapp.widgets.guarding import Visitor


def enter(widget):
    """A visitor signs up, and a worker takes it from there."""
    shown = widget_queries.latest_version(widget)
    typed = MultiDict({"email": "camille@example.org"})
    entering.enter(widget, shown, typed, Visitor())
    for sign_up_id in intake.waiting(clock.now()):
        entering.take(sign_up_id)
    db.session.flush()


def mails(template):
    told = [one.content for one in db.session.scalars(select(Message))]
    return [one["values"] for one in told if one.get("template") == template]


def codes_of(*people):
    given = dict(db.session.execute(select(Gift.contact_id, Gift.code)).all())
    return [given.get(person.id) for person in people]


@pytest.fixture
def anna(workspace):
    return audience.contact(workspace)


@pytest.fixture
def luc(workspace):
    return audience.contact(workspace)


def test_a_code_for_everybody_is_mailed_once(workspace, anna):
    reward = make.reward(workspace)
    giving.give(reward, anna, "fr")
    giving.give(reward, anna, "fr")
    assert [one["code"] for one in mails("reward")] == ["TILLEUL10"]
    assert giving.told(reward, anna).code == "TILLEUL10"
    assert queries.figures([reward])[reward.id].given == 1


def test_each_person_gets_a_code_of_their_own(workspace, anna, luc):
    reward = make.pool(workspace, "A1", "B2", "", "A1")
    giving.give(reward, anna, "fr")
    giving.give(reward, luc, "fr")
    assert sorted(codes_of(anna, luc)) == ["A1", "B2"]
    assert queries.figures([reward])[reward.id].left == 0


def test_who_comes_too_late_waits_and_the_owners_are_told_once(
    workspace, anna, luc, owner
):
    reward = make.pool(workspace)
    giving.give(reward, anna, "fr")
    giving.give(reward, luc, "fr")
    assert codes_of(anna, luc) == ["", ""]
    assert mails("reward") == []
    assert len(mails("codes_ran_out")) == len(accounts.owners(workspace)) > 0
    assert giving.told(reward, anna).is_owed


def test_new_codes_go_first_to_those_who_wait(workspace, anna, luc):
    reward = make.pool(workspace)
    giving.give(reward, anna, "fr")
    giving.give(reward, luc, "fr")
    assert stocking.add_codes(workspace, reward, ["Z9"]) == 1
    assert codes_of(anna, luc) == ["Z9", ""]
    assert [one["code"] for one in mails("reward")] == ["Z9"]


def test_a_code_given_is_used_up_even_when_the_person_is_gone(workspace, anna, luc):
    reward = make.pool(workspace, "A1")
    giving.give(reward, anna, "fr")
    db.session.delete(anna)
    db.session.flush()
    giving.give(reward, luc, "fr")
    assert codes_of(luc) == [""]
    taken = db.session.scalars(select(RewardCode)).one()
    assert taken.taken_at is not None


def test_nothing_is_given_after_the_last_day_or_from_the_archive(workspace, anna):
    today = pacing.today(workspace)
    over = make.reward(workspace, last_day=today - timedelta(days=1))
    last = make.reward(workspace, last_day=today)
    away = make.reward(workspace)
    editing.archive(workspace, away)
    empty = make.reward(workspace, kind="file")
    for reward in (over, last, away, empty):
        giving.give(reward, anna, "fr")
    told = [giving.told(reward, anna) for reward in (over, last, away, empty)]
    assert [one is not None for one in told] == [False, True, False, False]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"x"),
        ("tool.exe", b"x"),
        ("image.svg", b"x"),
        ("guide.pdf", b""),
        ("", b"x"),
        ("../../etc/passwd", b"x"),
    ],
)
def test_what_could_harm_who_fetches_it_is_no_reward(workspace, name, content):
    reward = make.reward(workspace, kind="file")
    with pytest.raises(stocking.FileDoesNotFit):
        stocking.add_file(workspace, reward, name, content)


def test_a_code_that_is_too_long_adds_none(workspace):
    reward = make.pool(workspace)
    with pytest.raises(stocking.CodesDoNotFit):
        stocking.add_codes(workspace, reward, ["A1", "x" * 101])
    assert queries.figures([reward])[reward.id].left == 0


def test_the_reward_of_a_widget_comes_with_the_confirmation_and_not_before(workspace):
    reward = make.reward(workspace)
    widget = make_widgets.widget(workspace, reward=reward.id)
    enter(widget)
    assert mails("reward") == []
    [confirmation] = mails("confirmation")
    confirming.confirm(confirmation["url"].rsplit("/", 1)[1])
    assert [one["code"] for one in mails("reward")] == ["TILLEUL10"]


def test_who_is_on_the_list_already_gets_it_by_mail_without_a_word_on_the_page(
    workspace,
):
    letter = make_widgets.mailing_list(workspace, opt_in=OptIn.SINGLE)
    enter(make_widgets.widget(workspace, letter))
    reward = make.reward(workspace)
    widget = make_widgets.widget(workspace, letter, reward=reward.id)
    enter(widget)
    enter(widget)
    assert [one["code"] for one in mails("reward")] == ["TILLEUL10"]


def test_a_widget_gives_nothing_of_another_workspace(workspace):
    foreign = make.reward(make_accounts.workspace(slug="ailleurs"))
    letter = make_widgets.mailing_list(workspace, opt_in=OptIn.SINGLE)
    enter(make_widgets.widget(workspace, letter, reward=foreign.id))
    assert mails("reward") == []


def test_the_mail_says_the_code_and_until_when(app, workspace, anna):
    today = pacing.today(workspace)
    giving.give(make.reward(workspace, last_day=today), anna, "fr")
    [values] = mails("reward")
    words = mail_templates.write(
        "reward", "fr", {**values, "workspace": workspace, "contact": anna}
    )
    assert "TILLEUL10" in words.text
    assert "TILLEUL10" in words.html
    assert str(today.year) in words.text
