"""In which stage a contact is: fixed order of the questions, every contact in exactly one."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, and_, case, cast, literal

from webapp.accounts.models import Workspace
from webapp.purchases.models import CustomerRules, Stage
from webapp.purchases.scoring import day_of

# In the order of a customer's life; the one way to list them.
ORDER = (
    Stage.PROSPECT,
    Stage.NEW,
    Stage.LOYAL,
    Stage.AMBASSADOR,
    Stage.AT_RISK,
    Stage.LOST,
)


def stage(
    workspace: Workspace, rules: CustomerRules, figures: FromClause, today: date
) -> ColumnElement[str]:
    """The stage of each row on that day, counted in days of the workspace."""
    last_day = day_of(figures.c.last_order_at, workspace)
    days = cast(literal(today), Date) - last_day
    return case(
        (figures.c.orders == 0, Stage.PROSPECT.value),
        (days > rules.lost_days, Stage.LOST.value),
        (days > rules.late_days, Stage.AT_RISK.value),
        (figures.c.orders == 1, Stage.NEW.value),
        (_is_ambassador(rules, figures), Stage.AMBASSADOR.value),
        else_=Stage.LOYAL.value,
    ).label("stage")


def _is_ambassador(rules: CustomerRules, figures: FromClause) -> Any:
    if rules.ambassador_revenue is None:
        return literal(value=False)
    return and_(
        figures.c.orders >= rules.ambassador_orders,
        figures.c.revenue >= rules.ambassador_revenue,
    )
