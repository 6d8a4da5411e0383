"""In the demo shop, some people pause and some want fewer messages."""

import pytest
from sqlalchemy import func, select

from tests.factories import demo as make_demo
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.demo import people
from webapp.messages.models import Message


@pytest.fixture
def shop(workspace):
    return make_demo.shop(workspace)[0]


def who(shop, *conditions):
    return db.session.scalars(
        select(Contact).where(Contact.workspace_id == shop.id, *conditions)
    ).all()


def test_a_few_people_pause_until_a_day_to_come(shop):
    pausing = who(shop, Contact.paused_until.is_not(None))
    assert 20 < len(pausing) < people.HOW_MANY / 20
    assert min(one.paused_until for one in pausing) > clock.now().date()


@pytest.mark.parametrize("frequency", [Frequency.WEEKLY, Frequency.MONTHLY])
def test_a_few_want_fewer_messages_and_had_their_last(shop, frequency):
    wanting = who(shop, Contact.frequency == frequency)
    assert 20 < len(wanting) < people.HOW_MANY / 20
    last = dict(
        db.session.execute(
            select(Message.contact_id, func.max(Message.dated_at))
            .where(Message.campaign_id.is_not(None))
            .group_by(Message.contact_id)
        ).all()
    )
    assert [one.last_campaign_at for one in wanting] == [
        last.get(one.id) for one in wanting
    ]
    assert any(one.last_campaign_at for one in wanting)


def test_nothing_is_noted_of_those_who_want_everything(shop):
    assert (
        who(
            shop,
            Contact.frequency == Frequency.ALL,
            Contact.last_campaign_at.is_not(None),
        )
        == []
    )
