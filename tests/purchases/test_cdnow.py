"""Stages and scores, proven on what the customers of a real shop bought."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.purchases import cdnow
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import customer_rules, rebuilding
from webapp.purchases.models import ContactStats, Stage

# At noon of New Year’s Day, as the moments of the data set: 1997 is known, 1998 is not.
UNTIL = cdnow.START.replace(year=1998)
NINETY_DAYS = timedelta(days=90)


CLIMBING = (Stage.LOYAL, Stage.AMBASSADOR)


@pytest.mark.covers("data-20")
@pytest.mark.covers("data-21")
@pytest.mark.covers("data-23")
def test_the_longer_customers_are_silent_for_this_shop_the_fewer_buy_again(workspace):
    later = cdnow.load(workspace, UNTIL)
    with clock.stopped(UNTIL):
        rebuilding.rebuild(workspace)
    assert_limits_are_those_of_this_shop(workspace)
    assert_each_is_in_one_stage()
    assert_no_tie_is_split()
    assert_scores_are_fifths()
    assert_stages_tell_who_buys(later)


def assert_limits_are_those_of_this_shop(workspace):
    """Three in four were back within 78 days, nineteen in twenty within 214."""
    rules = customer_rules.of(workspace)
    assert (rules.gaps, rules.late_days, rules.lost_days) == (31_749, 78, 214)


def assert_each_is_in_one_stage():
    by_stage = dict(
        db.session.execute(
            select(ContactStats.stage, func.count()).group_by(ContactStats.stage)
        ).all()
    )
    assert sum(by_stage.values()) == cdnow.CUSTOMERS
    # All of them bought first in the first quarter of 1997: nobody is new any more.
    assert set(by_stage) == set(Stage) - {Stage.PROSPECT, Stage.NEW}


def assert_no_tie_is_split():
    day = func.date(func.timezone("Europe/Paris", ContactStats.last_order_at))
    for score, value in (
        (ContactStats.r, day),
        (ContactStats.f, ContactStats.orders),
        (ContactStats.m, ContactStats.revenue),
    ):
        split = (
            select(value).group_by(value).having(func.count(func.distinct(score)) > 1)
        )
        assert db.session.execute(split).all() == []
        scores = db.session.scalars(select(score).distinct().order_by(score)).all()
        assert scores == [1, 2, 3, 4, 5]


def assert_scores_are_fifths():
    """As `ceil(5 * cume_dist())` gives them, worked out by PostgreSQL itself."""
    share = func.cume_dist().over(order_by=ContactStats.revenue)
    expected = select(ContactStats.m, func.ceil(5 * share).label("fifth")).subquery()
    wrong = select(func.count()).where(expected.c.m != expected.c.fifth)
    assert db.session.scalar(wrong) == 0


def assert_stages_tell_who_buys(later):
    stage = ContactStats.stage
    shares = [
        share_who_buy(later, condition)
        for condition in (
            stage.in_(CLIMBING),
            stage == Stage.AT_RISK,
            stage == Stage.LOST,
        )
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 4 * shares[2]
    # Among those who came lately, each stage promises more than the one before.
    of_here = [share_who_buy(later, stage == one) for one in CLIMBING]
    assert of_here == sorted(of_here)


def share_who_buy(later, condition):
    """Of these contacts, how many bought within the next ninety days."""
    people = db.session.scalars(select(ContactStats.contact_id).where(condition)).all()
    buy = [one for one in people if any(at < UNTIL + NINETY_DAYS for at in later[one])]
    return len(buy) / len(people)
