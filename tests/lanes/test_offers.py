"""No more leaves by a lane than it takes, whoever asks, and however many at once."""

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, select, text, update

from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.deliverability.models import MailServer, ServerKind
from webapp.lanes import offers, recommended
from webapp.lanes.models import WHOLE_SERVER, Lane


@pytest.fixture
def lane(app, stopped_clock):
    """lane(per_minute=60): the lane to Free, its row changed so."""

    def make(provider="free", server_id=None, **changes):
        lane_id = offers.lane_of(server_id, provider)
        if changes:
            db.session.execute(update(Lane).where(Lane.id == lane_id).values(**changes))
        return lane_id

    return make


def whole(**changes):
    """Change the row of the whole server of the installation."""
    db.session.execute(
        update(Lane).where(Lane.provider == WHOLE_SERVER).values(**changes)
    )


def row(lane_id):
    return db.session.get(Lane, lane_id, populate_existing=True)


def grant(provider="free", server_id=None):
    (one,) = offers.grants(server_id, [provider])
    return one


def test_a_lane_begins_as_recommended(app):
    one = grant("orange")
    terms = recommended.BY_PROVIDER["orange"]
    assert (one.connections, one.messages_per_connection) == (
        terms.connections,
        terms.messages_per_connection,
    )


def test_a_service_paces_itself(workspace):
    server = MailServer(workspace_id=workspace.id, name="SES", kind=ServerKind.SES)
    db.session.add(server)
    db.session.flush()
    one = grant("orange", server.id)
    assert one.connections == recommended.BY_A_SERVICE.connections


def test_each_server_has_lanes_of_its_own(workspace):
    server = MailServer(workspace_id=workspace.id, name="OVH", host="ssl0.ovh.net")
    db.session.add(server)
    db.session.flush()
    assert grant("orange").lane_id != grant("orange", server.id).lane_id
    assert grant("orange").lane_id == grant("orange").lane_id


def test_a_lane_goes_with_its_server(workspace):
    server = MailServer(workspace_id=workspace.id, name="OVH", host="ssl0.ovh.net")
    db.session.add(server)
    db.session.flush()
    offers.lane_of(server.id, "orange")
    db.session.execute(delete(MailServer))
    assert db.session.scalars(select(Lane.mail_server_id)).all() == []


def test_without_limit_all_may_leave(lane):
    unlimited = lane("google")
    assert grant("google").most == offers.PLENTY
    assert offers.take(unlimited, 5000) == 5000


def test_the_pace_holds_back_and_comes_back_with_time(lane):
    slow = lane(per_minute=60, tokens=10.0)
    assert grant().most == 10
    assert offers.take(slow, 100) == 10
    assert offers.take(slow, 100) == 0
    assert grant().seconds_until == pytest.approx(1.0)
    with clock.stopped(clock.ahead(seconds=3)):
        assert offers.take(slow, 100) == 3


def test_a_rest_saves_up_ten_seconds_and_no_more(lane):
    slow = lane(per_minute=60)
    with clock.stopped(clock.ahead(hours=2)):
        assert offers.take(slow, 100) == 10


def test_what_was_not_handed_over_may_leave_again(lane):
    slow = lane(per_minute=60, tokens=10.0)
    offers.take(slow, 10)
    offers.give_back(slow, 4)
    assert offers.take(slow, 100) == 4
    assert row(slow).taken_today == 10


def test_a_day_has_its_most(lane):
    capped = lane("google", daily_cap=30)
    assert offers.take(capped, 20) == 20
    assert offers.take(capped, 20) == 10
    waiting = grant("google")
    assert waiting.most == 0
    # It is nine in the morning in Paris.
    assert waiting.seconds_until == pytest.approx(15 * 3600)


def test_the_day_begins_at_midnight_in_paris(lane):
    capped = lane("google", daily_cap=30, is_adjusted=True)
    offers.take(capped, 30)
    with clock.stopped(clock.ahead(hours=14, minutes=59)):
        assert grant("google").most == 0
    with clock.stopped(clock.ahead(hours=15)):
        assert grant("google").most == 30


def test_nothing_is_taken_on_a_day_that_was_not_begun(lane):
    capped = lane("google", daily_cap=30, is_adjusted=True)
    offers.take(capped, 30)
    with clock.stopped(clock.ahead(days=1)):
        assert offers.take(capped, 30) == 0
        assert grant("google").most == 30
        assert offers.take(capped, 31) == 30


def test_what_nobody_adjusted_follows_what_is_recommended_from_the_next_day(lane):
    mine, theirs = lane("orange", is_adjusted=True), lane("sfr")
    db.session.execute(update(Lane).values(connections=7))
    with clock.stopped(clock.ahead(days=1)):
        offers.grants(None, ["orange", "sfr"])
        assert row(mine).connections == 7
        terms = recommended.BY_PROVIDER["sfr"]
        assert row(theirs).connections == terms.connections


def test_a_closed_lane_says_until_when(lane):
    closed = lane("google", closed_until=clock.ahead(minutes=10))
    assert (grant("google").most, grant("google").seconds_until) == (0, 600.0)
    assert offers.take(closed, 1) == 0
    with clock.stopped(clock.ahead(minutes=10)):
        assert offers.take(closed, 5) == 5


def test_the_limits_of_the_whole_server_bind_all_its_lanes(lane):
    google, orange = lane("google"), lane("orange")
    whole(daily_cap=10)
    assert offers.take(google, 7) == 7
    assert grant("orange").most == 3
    assert offers.take(orange, 7) == 3
    offers.give_back(orange, 1)
    assert offers.take(google, 7) == 1


def test_a_closed_server_closes_all_its_lanes(lane):
    google = lane("google")
    whole(closed_until=clock.ahead(minutes=1))
    assert offers.take(google, 1) == 0
    assert grant("orange").seconds_until == 60.0


def test_after_a_failure_one_message_goes_ahead(lane):
    broken = lane("google", closings=1, closed_until=clock.ago(seconds=1))
    offered = grant("google")
    assert (offered.most, offered.connections) == (1, 1)
    assert offers.take(broken, 50) == 1
    assert offers.take(broken, 50) == 0
    # Whoever took it may have died with it.
    with clock.stopped(clock.ahead(seconds=offers.PROBE)):
        assert offers.take(broken, 50) == 1


def test_the_message_that_goes_ahead_may_be_another_one(lane):
    broken = lane("google", closings=1, closed_until=clock.ago(seconds=1))
    offers.take(broken, 50)
    offers.give_back(broken, 1)
    assert offers.take(broken, 50) == 1


def test_mail_that_asks_nobody_is_counted(lane):
    capped = lane("google", daily_cap=10)
    offers.count(capped, 4)
    assert offers.take(capped, 10) == 6


def test_a_way_that_reaches_nobody_has_no_lane(app):
    (one,) = offers.unlimited(["google"])
    assert offers.take(one.lane_id, 5000) == 5000
    offers.give_back(one.lane_id, 5000)
    offers.count(one.lane_id, 1)
    assert db.session.scalars(select(Lane.id)).all() == []


def test_a_lane_that_is_gone_lets_nothing_through(app):
    assert offers.take(4711, 5) == 0


@given(
    steps=some.lists(
        some.tuples(some.floats(0, 90), some.integers(1, 60), some.integers(0, 60)),
        max_size=25,
    ),
    per_minute=some.integers(1, 300),
    cap=some.integers(0, 300) | some.none(),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_sequence_of_takes_exceeds_the_pace_or_the_day(
    bare_app, steps, per_minute, cap
):
    now = clock.now().replace(hour=8)
    with bare_app.app_context():
        with clock.stopped(now):
            lane_id = offers.lane_of(None, "free")
            db.session.execute(
                update(Lane)
                .where(Lane.id == lane_id)
                .values(per_minute=per_minute, daily_cap=cap)
            )
        seconds, left = 0.0, 0
        for wait, wanted, returned in steps:
            seconds += wait
            with clock.stopped(now + timedelta(seconds=seconds)):
                taken = offers.take(lane_id, wanted)
                back = min(returned, taken)
                offers.give_back(lane_id, back)
            left += taken - back
            assert 0 <= taken <= wanted
            assert left <= max(1, per_minute / 6) + per_minute * seconds / 60 + 1e-6
            assert cap is None or left <= cap
        db.session.rollback()


def test_two_workers_at_once_never_exceed_a_lane(app, stopped_clock):
    with transaction():
        lane_id = offers.lane_of(None, "google")
        db.session.execute(update(Lane).where(Lane.id == lane_id).values(daily_cap=500))
    taken, begin = [], threading.Barrier(4)

    def work():
        with app.app_context():
            begin.wait()
            for _ in range(40):
                with transaction():
                    taken.append(offers.take(lane_id, 7))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(taken) == 500
    assert row(lane_id).taken_today == 500


def test_who_comes_second_waits_and_gets_what_is_left(app, stopped_clock):
    with transaction():
        lane_id = offers.lane_of(None, "google")
        db.session.execute(update(Lane).where(Lane.id == lane_id).values(daily_cap=10))
    second = []

    def take_too():
        with app.app_context():
            with transaction():
                second.append(offers.take(lane_id, 8))
            db.session.remove()

    with transaction():
        first = offers.take(lane_id, 8)
        other = threading.Thread(target=take_too)
        other.start()
        waited = _waits_for_a_lock()
    other.join()
    assert waited
    assert (first, second) == (8, [2])


def _waits_for_a_lock():
    """Whether another connection comes to wait for what this transaction holds."""
    asked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    for _ in range(2000):
        with engine.connect() as connection:
            if connection.scalar(asked):
                return True
    return False


def test_workers_that_make_the_same_lanes_at_once_agree(app):
    made, begin = [], threading.Barrier(3)

    def work():
        with app.app_context():
            begin.wait()
            with transaction():
                made.append(offers.lane_of(None, "orange"))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(made) == 3
    assert len(set(made)) == 1
