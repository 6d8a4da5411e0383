"""How many people a widget met, and how many of them went each step further."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from webapp.core import clock
from webapp.core.db import db
from webapp.widgets.models import Widget, WidgetDay

# How far back the lately of a widget goes, today included.
LATELY_DAYS = 30


@dataclass(frozen=True)
class Figures:
    """How many times a widget was shown, started, submitted and confirmed."""

    shown: int = 0
    started: int = 0
    submitted: int = 0
    confirmed: int = 0

    @property
    def start_rate(self) -> float | None:
        """Of those who saw it, who began."""
        return _rate(self.started, self.shown)

    @property
    def sign_up_rate(self) -> float | None:
        """Of those who began, who signed up."""
        return _rate(self.submitted, self.started)

    @property
    def confirmation_rate(self) -> float | None:
        """Of those who signed up, who confirmed: the conversion of the double opt-in."""
        return _rate(self.confirmed, self.submitted)


def since_ever(widget_ids: list[int]) -> dict[int, Figures]:
    """The figures of each widget since it exists."""
    return _sums(widget_ids, date.min)


def lately(widget_ids: list[int]) -> dict[int, Figures]:
    """The figures of each widget over the last thirty days."""
    return _sums(widget_ids, first_day())


def first_day() -> date:
    """The first of the last thirty days."""
    return clock.now().date() - timedelta(days=LATELY_DAYS - 1)


def daily(widget: Widget) -> list[tuple[date, Figures]]:
    """Each of the last thirty days, the oldest first, quiet ones too."""
    counted = {day.day: day for day in days(widget, first_day())}
    return [
        (day, _of(counted[day]) if day in counted else Figures())
        for day in (first_day() + timedelta(days=n) for n in range(LATELY_DAYS))
    ]


def days(widget: Widget, since: date = date.min) -> list[WidgetDay]:
    """The days on which something was counted, the oldest first."""
    return list(
        db.session.scalars(
            select(WidgetDay)
            .where(WidgetDay.widget_id == widget.id, WidgetDay.day >= since)
            .order_by(WidgetDay.day)
        )
    )


def _of(day: WidgetDay) -> Figures:
    return Figures(day.shown, day.started, day.submitted, day.confirmed)


def _rate(part: int, whole: int) -> float | None:
    """The share; none where nothing was counted before, as for a form without script."""
    return part / whole if whole and part <= whole else None


def _sums(widget_ids: list[int], since: date) -> dict[int, Figures]:
    columns = (
        WidgetDay.shown,
        WidgetDay.started,
        WidgetDay.submitted,
        WidgetDay.confirmed,
    )
    rows = db.session.execute(
        select(WidgetDay.widget_id, *(func.sum(column) for column in columns))
        .where(WidgetDay.widget_id.in_(widget_ids), WidgetDay.day >= since)
        .group_by(WidgetDay.widget_id)
    )
    found = {row[0]: Figures(*(int(value) for value in row[1:])) for row in rows}
    return {widget_id: found.get(widget_id, Figures()) for widget_id in widget_ids}
