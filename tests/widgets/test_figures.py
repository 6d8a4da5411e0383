"""What a widget brought, step by step and day by day."""

from datetime import date, timedelta

import pytest

from tests.factories import widgets as make
from webapp.core import clock
from webapp.core.db import db
from webapp.widgets import figures
from webapp.widgets.figures import Figures
from webapp.widgets.models import WidgetDay


def _count(widget, day, **counted):
    db.session.add(WidgetDay(widget_id=widget.id, day=day, **counted))
    db.session.flush()


def test_each_step_is_a_share_of_the_one_before():
    counted = Figures(shown=200, started=50, submitted=20, confirmed=15)
    assert counted.start_rate == pytest.approx(0.25)
    assert counted.sign_up_rate == pytest.approx(0.4)
    assert counted.confirmation_rate == pytest.approx(0.75)


def test_nothing_is_said_where_the_step_before_was_not_counted():
    without_script = Figures(shown=0, started=0, submitted=20, confirmed=0)
    assert without_script.start_rate is None
    assert without_script.sign_up_rate is None
    assert without_script.confirmation_rate == 0


def test_lately_is_thirty_days_and_in_all_is_everything(workspace):
    widget, other = make.widget(workspace), make.widget(workspace)
    today = clock.now().date()
    _count(widget, today, submitted=4, confirmed=1)
    _count(widget, today - timedelta(days=29), submitted=6, confirmed=5)
    _count(widget, today - timedelta(days=30), submitted=10, confirmed=10)
    _count(other, today, submitted=7)
    both = [widget.id, other.id]
    assert figures.lately(both)[widget.id] == Figures(submitted=10, confirmed=6)
    assert figures.since_ever(both)[widget.id] == Figures(submitted=20, confirmed=16)
    assert figures.lately(both)[other.id] == Figures(submitted=7)


def test_quiet_days_are_days_too(workspace):
    widget = make.widget(workspace)
    today = clock.now().date()
    _count(widget, today - timedelta(days=2), submitted=3)
    daily = figures.daily(widget)
    assert len(daily) == 30
    assert daily[-1] == (today, Figures())
    assert daily[-3] == (today - timedelta(days=2), Figures(submitted=3))


def test_days_come_in_their_order(workspace):
    widget = make.widget(workspace)
    for day in (date(2026, 3, 2), date(2025, 1, 1)):
        _count(widget, day)
    assert [one.day for one in figures.days(widget)] == [
        date(2025, 1, 1),
        date(2026, 3, 2),
    ]
