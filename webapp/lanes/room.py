"""How many messages fit through a lane now, as SQL over its row."""

from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, and_, case, cast, func, or_

from webapp.core import clock
from webapp.lanes import days, warming
from webapp.lanes.models import WHOLE_SERVER, Lane

# What no limit is counted as.
PLENTY = 1_000_000
# What a lane hands over at once when it was at rest: ten seconds of its pace.
BURST_PER_MINUTE = 6.0

Figures = ColumnElement[Any]


def limits() -> Figures:
    """Whether a whole server has limits of its own, and so has to be asked at each turn."""
    return or_(
        Lane.per_minute.is_not(None),
        Lane.daily_cap.is_not(None),
        Lane.closed_until.is_not(None),
        Lane.closings > 0,
        Lane.share < 100,
    )


def rate() -> Figures:
    """Messages a minute, as agreed and as slowed down; NULL without limit."""
    slowed = case(
        (Lane.share < 100, func.greatest(1.0, Lane.slowed_from * Lane.share / 100.0))
    )
    return func.least(cast(Lane.per_minute, Float), slowed)


def tokens() -> Figures:
    """What the bucket holds by now; NULL without limit."""
    holds = func.greatest(1.0, rate() / BURST_PER_MINUTE)
    filled = func.least(holds, Lane.tokens + rate() * _seconds() / 60.0)
    return case((rate().is_not(None), filled))


def left_today() -> Figures:
    """How many may still leave today; NULL without limit."""
    plan = case(dict(enumerate(warming.PLAN)), value=Lane.warm_up_step)
    is_warming = and_(Lane.warm_up_from.is_not(None), Lane.provider != WHOLE_SERVER)
    warm = case((is_warming, plan))
    return func.least(Lane.daily_cap, warm) - Lane.taken_today


def is_half_open() -> Figures:
    """Whether the lane was closed for its failures, and one message may try again."""
    return and_(Lane.closings > 0, _is_open())


def room() -> Figures:
    """How many messages may leave now; 0 while the lane is closed, or its day not begun."""
    return case(
        (~_is_open(), 0),
        (Lane.day < days.today(), 0),
        else_=func.greatest(
            0,
            func.least(
                PLENTY,
                case((is_half_open(), 1)),
                left_today(),
                cast(func.floor(tokens()), Integer),
            ),
        ),
    )


def _is_open() -> Figures:
    return or_(Lane.closed_until.is_(None), Lane.closed_until <= clock.now())


def _seconds() -> Figures:
    passed = func.extract("epoch", clock.now() - Lane.filled_at)
    return func.greatest(0.0, cast(passed, Float))
