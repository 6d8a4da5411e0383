"""A new mail server sends a little more each day, as long as what it sends is wanted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.lanes import hearing, offers, warming
from webapp.lanes.models import Lane

GONE = Outcome(1, Result.REFUSED, 550, "5.1.1", "User unknown", Stage.RECIPIENT)

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def server(workspace):
    """A server that begins to warm up, with a lane to Google."""
    made = MailServer(workspace_id=workspace.id, name="OVH", host="ssl0.ovh.net")
    db.session.add(made)
    db.session.flush()
    offers.lane_of(made.id, "google")
    warming.start(made.id)
    return made.id


def send(server_id, provider="google", messages=1_000_000):
    """Send as much as may leave today; how much it was."""
    (grant,) = offers.grants(server_id, [provider])
    return offers.take(grant.lane_id, min(messages, grant.most))


def row(server_id, provider="google"):
    return db.session.scalar(
        select(Lane)
        .where(Lane.mail_server_id == server_id, Lane.provider == provider)
        .execution_options(populate_existing=True)
    )


def day(number):
    return clock.stopped(clock.now() + timedelta(days=number))


@pytest.mark.covers("delivery-32")
def test_each_day_a_little_more_leaves_than_the_day_before(server):
    sent = []
    for number in range(len(warming.PLAN)):
        with day(number):
            sent.append(send(server))
            assert send(server) == 0
    assert sent == list(warming.PLAN)
    with day(len(warming.PLAN)):
        assert send(server, messages=300_000) == 300_000


@pytest.mark.covers("delivery-32")
def test_each_provider_has_a_plan_of_its_own(server):
    assert send(server) == 50
    # A lane that is made later warms up as well.
    assert send(server, "orange") == 50
    with day(1):
        assert send(server) == 100


@pytest.mark.covers("delivery-32")
def test_another_server_is_not_held_back(server):
    assert send(None, messages=5000) == 5000


@pytest.mark.covers("delivery-32")
def test_many_bounces_hold_the_step(server):
    send(server)
    for _ in range(2):
        hearing.came_back(server, "google", GONE, is_proven=True)
    with day(1):
        assert send(server) == 50
    with day(2):
        assert send(server) == 100


def test_a_few_bounces_do_not(server):
    send(server)
    hearing.came_back(server, "google", GONE, is_proven=True)
    with day(1):
        assert send(server) == 100


def test_a_day_that_was_hardly_used_does_not_count(server):
    send(server, messages=24)
    with day(1):
        assert send(server, messages=25) == 25
    with day(2):
        assert send(server) == 100


def test_a_week_without_mail_is_no_step_back(server):
    send(server)
    with day(8):
        assert send(server) == 100


@pytest.mark.parametrize(
    ("idle", "step"), [(30, 9), (31, 4), (90, 4), (91, 0), (400, 0)]
)
def test_who_was_silent_for_a_month_begins_further_down(server, idle, step):
    lane = row(server)
    lane.warm_up_step, lane.taken_today = 8, warming.PLAN[8]
    db.session.flush()
    with day(idle):
        assert send(server) == warming.PLAN[step]


def test_a_server_that_was_warm_warms_up_again_after_a_long_silence(server):
    row(server).warm_up_step = len(warming.PLAN)
    db.session.flush()
    with day(91):
        assert send(server) == 50


def test_the_day_s_own_limit_holds_beside_the_plan(server):
    row(server).daily_cap = 30
    db.session.flush()
    assert send(server) == 30


def test_when_it_is_stopped_nothing_is_held_back(server):
    send(server)
    warming.stop(server)
    assert send(server, messages=5000) == 5000


def test_who_begins_again_begins_at_the_first_step(server):
    row(server).warm_up_step = 8
    db.session.flush()
    warming.start(server)
    assert send(server) == 50


def test_the_plan_grows_each_day_and_says_where_it_ends():
    assert list(warming.PLAN) == sorted(set(warming.PLAN))
    assert warming.cap(len(warming.PLAN)) is None
