"""Stages and scores of the figures one meets: borders, midnight, ties, the days of the shop itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import cast, column, func, select, values
from sqlalchemy.types import DateTime, Integer, Numeric

from tests.factories import audience as people
from tests.factories import purchases as make
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import (
    customer_rules,
    groups,
    history,
    measuring_gaps,
    overview,
    queries,
    rebuilding,
    refreshing,
    scoring,
    staging,
)
from webapp.purchases.models import ContactStats, Stage, StageChange

NOW = make.noon(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today():
    with clock.stopped(NOW):
        yield


def stage_of(workspace, contact):
    rebuilding.rebuild(workspace)
    db.session.expire_all()
    return queries.figures_of(contact).stats.stage


def bought(workspace, days, orders=1, total=40):
    """Somebody whose last of so many orders was so many days ago."""
    one = people.contact(workspace)
    for number in range(orders):
        at = NOW - timedelta(days=days + number)
        make.order(workspace, one, placed_at=at, total=Decimal(total))
    return one


@pytest.mark.parametrize(
    ("days", "orders", "stage"),
    [
        (90, 1, Stage.NEW),
        (91, 1, Stage.AT_RISK),
        (365, 1, Stage.AT_RISK),
        (366, 1, Stage.LOST),
        (90, 2, Stage.LOYAL),
        (91, 9, Stage.AT_RISK),
        (366, 9, Stage.LOST),
    ],
)
def test_a_day_decides_at_each_border(workspace, days, orders, stage):
    # Nobody here is among the best.
    bought(workspace, 400, 1, total=9000)
    assert stage_of(workspace, bought(workspace, days, orders)) == stage


def test_an_ambassador_is_loyal_and_among_the_best(workspace):
    for _number in range(8):
        bought(workspace, 10)
    best = bought(workspace, 10, orders=4, total=100)
    rich = bought(workspace, 10, orders=2, total=100)
    assert stage_of(workspace, best) == Stage.AMBASSADOR
    assert stage_of(workspace, rich) == Stage.LOYAL


def test_an_order_a_minute_after_midnight_in_paris_is_of_the_new_day(workspace):
    one = people.contact(workspace)
    # Half past midnight of 22 August in Paris, the evening before in London.
    make.order(
        workspace, one, placed_at=make.noon(2026, 8, 21).replace(hour=22, minute=30)
    )
    assert stage_of(workspace, one) == Stage.NEW
    with clock.stopped(NOW + timedelta(hours=11, minutes=30)):
        assert stage_of(workspace, one) == Stage.AT_RISK


def test_silence_alone_moves_people_on_and_is_remembered(workspace):
    one = bought(workspace, 89)
    bought(workspace, 10)
    for days in (0, 2, 280):
        with clock.stopped(NOW + timedelta(days=days)):
            rebuilding.rebuild(workspace)
    told = select(StageChange.before, StageChange.after).where(
        StageChange.contact_id == one.id
    )
    moves = [tuple(row) for row in db.session.execute(told.order_by(StageChange.id))]
    assert moves[-2:] == [("new", "at_risk"), ("at_risk", "lost")]


def test_each_move_begins_where_the_one_before_ended(workspace):
    contacts = [
        bought(workspace, days, orders) for days in (1, 100, 400) for orders in (1, 3)
    ]
    rebuilding.rebuild(workspace)
    for days in (30, 100, 300):
        with clock.stopped(NOW + timedelta(days=days)):
            make.order(workspace, contacts[days % 3])
            refreshing.refresh()
            rebuilding.rebuild(workspace)
    for one in contacts:
        told = select(StageChange).where(StageChange.contact_id == one.id)
        moves = db.session.scalars(told.order_by(StageChange.id)).all()
        assert [move.after for move in moves[:-1]] == [
            move.before for move in moves[1:]
        ]
        if moves:
            assert moves[-1].after == queries.figures_of(one).stats.stage


def test_an_import_of_the_past_gives_the_chart_its_past(workspace):
    rebuilding.rebuild(workspace)
    silent = bought(workspace, 300, orders=2)
    bought(workspace, 5)
    rebuilding.rebuild(workspace)
    told = select(StageChange.before, StageChange.after).where(
        StageChange.contact_id == silent.id
    )
    moves = [tuple(row) for row in db.session.execute(told.order_by(StageChange.at))]
    assert moves == [("prospect", "loyal"), ("loyal", "at_risk")]
    months = overview.months(workspace)
    assert len(months) == history.MONTHS + 1
    place = staging.ORDER.index(Stage.LOYAL)
    by_month = {month.isoformat()[:7]: found[place] for month, found in months}
    assert (by_month["2025-12"], by_month["2026-01"], by_month["2026-06"]) == (0, 1, 0)
    assert sum(months[-1][1]) == 2


def test_below_two_hundred_gaps_the_days_are_those_of_most_shops(workspace):
    bought(workspace, 1, orders=5)
    found = measuring_gaps.measure(workspace)
    assert (found.gaps, found.late, found.lost) == (4, 90, 365)


@pytest.mark.parametrize(
    ("measured", "kept"), [(104, 100), (95, 100), (106, 106), (94, 94)]
)
def test_a_change_of_less_than_five_percent_leaves_the_days_alone(
    workspace, monkeypatch, measured, kept
):
    rules = customer_rules.of(workspace)
    rules.late_days, rules.lost_days = 100, 300
    rules.measured_on = NOW.date().replace(month=10)
    told = measuring_gaps.Measured(500, measured, 300)
    monkeypatch.setattr(measuring_gaps, "measure", lambda _workspace: told)
    measuring_gaps.follow(workspace, rules, NOW.date())
    assert (rules.late_days, rules.measured_late) == (kept, measured)
    # Measured once a month.
    rules.late_days = 77
    measuring_gaps.follow(workspace, rules, NOW.date())
    assert rules.late_days == 77


def test_days_that_staff_chose_are_never_measured_away(workspace, monkeypatch):
    rules = customer_rules.of(workspace)
    rules.by_hand, rules.late_days, rules.lost_days = True, 30, 60
    told = measuring_gaps.Measured(500, 200, 300)
    monkeypatch.setattr(measuring_gaps, "measure", lambda _workspace: told)
    measuring_gaps.follow(workspace, rules, NOW.date())
    assert (rules.late_days, rules.lost_days, rules.measured_late) == (30, 60, 200)


@pytest.mark.parametrize(("r", "f"), [(r, f) for r in range(1, 6) for f in range(1, 6)])
def test_each_cell_belongs_to_one_group(r, f):
    assert sum(group.holds(r, f) for group in groups.GROUPS) == 1


def test_groups_in_sql_are_those_in_python(workspace):
    for r in range(1, 6):
        for f in range(1, 6):
            one = people.contact(workspace)
            stats = ContactStats(
                contact_id=one.id, workspace_id=workspace.id, r=r, f=f, m=1
            )
            db.session.add(stats)
    db.session.flush()
    for group in groups.GROUPS:
        found = select(ContactStats.r, ContactStats.f).where(group.condition())
        for r, f in db.session.execute(found):
            assert groups.group_of(r, f) is group


FIGURES = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.integers(0, 12).map(lambda tens: Decimal(tens * 10)),
        st.integers(0, 500),
    ),
    min_size=1,
    max_size=40,
)


KINDS = {
    "contact_id": Integer,
    "orders": Integer,
    "revenue": Numeric(14, 2),
    "last_order_at": DateTime(timezone=True),
}


@pytest.mark.covers("data-20")
@pytest.mark.covers("data-21")
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(FIGURES)
def test_equal_figures_have_equal_scores_and_each_one_stage(workspace, told):
    rules = customer_rules.of(workspace)
    rows = [
        (number, orders, revenue, NOW - timedelta(days=days) if orders else None)
        for number, (orders, revenue, days) in enumerate(told)
    ]
    told_rows = values(*(column(name) for name in KINDS), name="told").data(rows)
    typed = (cast(told_rows.c[name], kind).label(name) for name, kind in KINDS.items())
    figures = select(*typed).subquery("figures")
    scoring.set_bounds(workspace, rules, figures)
    scores = scoring.scores(workspace, rules, figures)
    stage = staging.stage(workspace, rules, figures, NOW.date())
    found = db.session.execute(
        select(
            figures.c.orders,
            figures.c.revenue,
            figures.c.last_order_at,
            *scores.values(),
            stage,
        )
    ).all()
    assert sum(row.stage in set(Stage) for row in found) == len(told)
    assert all((row.stage == Stage.PROSPECT) == (row.orders == 0) for row in found)
    assert all((row.r is None) == (row.orders == 0) for row in found)
    for score, value in (("r", "last_order_at"), ("f", "orders"), ("m", "revenue")):
        bought_rows = [row for row in found if row.orders]
        by_value = {(getattr(row, value), getattr(row, score)) for row in bought_rows}
        assert len(by_value) == len({one for one, _score in by_value})
        # More is never less.
        climbing = [one for _value, one in sorted(by_value)]
        assert climbing == sorted(climbing)
        assert all(1 <= one <= 5 for one in climbing)


def test_scores_do_not_exist_before_anybody_bought(workspace):
    people.contact(workspace)
    rebuilding.rebuild(workspace)
    rules = customer_rules.of(workspace)
    assert (rules.r_bounds, rules.m_bounds, rules.ambassador_revenue) == ([], [], None)
    assert db.session.scalar(select(func.count(ContactStats.r))) == 0
