"""How long customers of this shop take to come back: from that, who is late and who is lost."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Float, cast, func, literal, select

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.purchases.customer_rules import USUAL_LATE, USUAL_LOST
from webapp.purchases.models import COUNTING, CustomerRules, Order
from webapp.purchases.scoring import day_of

# Fewer gaps than these say nothing: then the days of most shops are taken.
FEWEST_GAPS = 200
# Three customers in four are back by then, nineteen in twenty by then.
LATE_SHARE, LOST_SHARE = 0.75, 0.95
# A change within five percent leaves the days alone: nobody changes stage for nothing.
STILL = 0.05
LONGEST = 3650


@dataclass(frozen=True)
class Measured:
    """Days within which three quarters, and 95 %, of those who came back did."""

    gaps: int
    late: int
    lost: int


def measure(workspace: Workspace) -> Measured:
    """Measure the gaps between the days on which each customer bought; the usual days if too few."""
    day = day_of(Order.placed_at, workspace)
    days = (
        select(Order.contact_id, day.label("day"))
        .where(Order.workspace_id == workspace.id, Order.status.in_(COUNTING))
        .distinct()
        .subquery("days")
    )
    before = func.lag(days.c.day).over(
        partition_by=days.c.contact_id, order_by=days.c.day
    )
    gaps = select((days.c.day - before).label("days")).subquery("gaps")
    shares = cast(literal([LATE_SHARE, LOST_SHARE], ARRAY(Float)), ARRAY(Float))
    found = db.session.execute(
        select(
            func.count(gaps.c.days),
            func.percentile_cont(shares).within_group(gaps.c.days),
        )
    ).one()
    count, quantiles = found
    if count < FEWEST_GAPS:
        return Measured(count, USUAL_LATE, USUAL_LOST)
    late, lost = (min(max(round(value), 1), LONGEST) for value in quantiles)
    return Measured(count, late, max(lost, late + 1))


def follow(workspace: Workspace, rules: CustomerRules, today: date) -> None:
    """Once a month, count in the days just measured, unless staff chose others or little changed."""
    if rules.measured_on and rules.measured_on >= today.replace(day=1):
        return
    found = measure(workspace)
    is_first = rules.measured_on is None
    rules.gaps, rules.measured_on = found.gaps, today
    rules.measured_late, rules.measured_lost = found.late, found.lost
    if rules.by_hand:
        return
    if is_first or _moved(rules.late_days, found.late):
        rules.late_days = found.late
    if is_first or _moved(rules.lost_days, found.lost):
        rules.lost_days = found.lost
    rules.lost_days = max(rules.lost_days, rules.late_days + 1)


def _moved(before: int, now: int) -> bool:
    return abs(now - before) > STILL * before
