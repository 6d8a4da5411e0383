"""A new mail server makes itself known slowly: a little more each day, provider by provider."""

from datetime import date, timedelta

from sqlalchemy import select, update

from webapp.core.db import db
from webapp.lanes import days
from webapp.lanes.models import Lane

# Messages a day, step by step; after the last one nothing is held back any more.
PLAN = (
    50,
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    7_500,
    10_000,
    15_000,
    20_000,
    30_000,
    40_000,
    55_000,
    70_000,
    100_000,
)
# Too many addresses that do not exist: the provider would think the list was bought.
MOST_BOUNCES = 0.03
# A day counts when it was used: nobody gets known by staying at home.
USED = 0.5
# Providers forget a sender in a month, and know nothing of it after three.
IDLE = timedelta(days=30)
FORGOTTEN = timedelta(days=90)


def start(server_id: int | None) -> None:
    """Hold the server to the plan from today on, from its first step, for every provider."""
    _set(server_id, days.today())


def stop(server_id: int | None) -> None:
    """Hold the server to the plan no longer."""
    _set(server_id, None)


def cap(step: int) -> int | None:
    """How many messages may leave on a day of this step; None after the last."""
    return PLAN[step] if step < len(PLAN) else None


def turn_the_day(lane_ids: list[int], today: date) -> None:
    """Begin a new day: its figures at nothing, its step as the days before earned it.

    Twice, or by several workers at once, it does no harm.
    """
    lanes = db.session.scalars(
        select(Lane)
        .where(Lane.id.in_(lane_ids), Lane.day < today)
        .order_by(Lane.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for lane in lanes:
        if lane.warm_up_from:
            lane.warm_up_step = next_step(lane, today)
        lane.day = today
        lane.taken_today = lane.bounced_today = lane.refused_today = 0
    db.session.flush()


def next_step(lane: Lane, today: date) -> int:
    """The step of the plan that a lane is on today, after the last day on which it was used."""
    if today - lane.day > FORGOTTEN:
        return 0
    if today - lane.day > IDLE:
        return lane.warm_up_step // 2
    most = cap(lane.warm_up_step)
    if most is None or lane.taken_today < most * USED:
        return lane.warm_up_step
    if lane.bounced_today > lane.taken_today * MOST_BOUNCES:
        return lane.warm_up_step
    return lane.warm_up_step + 1


def _set(server_id: int | None, since: date | None) -> None:
    db.session.execute(
        update(Lane)
        .where(Lane.mail_server_id.is_not_distinct_from(server_id))
        .values(warm_up_from=since, warm_up_step=0)
        .execution_options(synchronize_session=False)
    )
