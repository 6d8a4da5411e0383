"""How a workspace counts its customers; a workspace that never chose counts as most do."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.purchases import jobs
from webapp.purchases.models import CustomerRules

# The days of most shops, until this one has enough orders to measure its own.
USUAL_LATE = 90
USUAL_LOST = 365
USUAL: dict[str, Any] = {
    "currency": "EUR",
    "late_days": USUAL_LATE,
    "lost_days": USUAL_LOST,
    "by_hand": False,
    "gaps": 0,
    "ambassador_orders": 4,
    "ambassador_percent": 20,
    "r_bounds": [],
    "m_bounds": [],
    "counts_opens": False,
    "counts_clicks": False,
    "orders_in_history": 0,
    "drift": 0,
}


def of(workspace: Workspace) -> CustomerRules:
    """The rules of the workspace, to be read; those of most shops until a rebuild keeps them."""
    found = db.session.get(CustomerRules, workspace.id)
    return found or CustomerRules(workspace_id=workspace.id, **USUAL)


def kept(workspace: Workspace) -> CustomerRules:
    """The same as a row, to be changed; made at the first time."""
    # Two who ask at once make one.
    db.session.execute(
        insert(CustomerRules)
        .values(workspace_id=workspace.id, **USUAL)
        .on_conflict_do_nothing()
    )
    return db.session.get_one(CustomerRules, workspace.id)


@dataclass(frozen=True)
class Said:
    """What staff decides; no days: those measured on the shop's own orders."""

    currency: str
    late_days: int | None
    lost_days: int | None
    ambassador_orders: int
    ambassador_percent: int


class DaysDoNotFit(DomainError):
    """Whoever is lost was late before."""

    message = _l("A customer is lost later than at risk: enter more days.")


def change(workspace: Workspace, said: Said) -> None:
    """Count otherwise from now on; everybody is worked out anew in the background.

    :raises DaysDoNotFit:
    """
    if said.late_days and said.lost_days and said.lost_days <= said.late_days:
        raise DaysDoNotFit
    rules = kept(workspace)
    rules.currency = said.currency
    rules.by_hand = said.late_days is not None
    if rules.by_hand:
        rules.late_days = said.late_days or rules.late_days
        rules.lost_days = said.lost_days or rules.lost_days
    else:
        rules.late_days = rules.measured_late or USUAL_LATE
        rules.lost_days = rules.measured_lost or USUAL_LOST
    rules.ambassador_orders = said.ambassador_orders
    rules.ambassador_percent = said.ambassador_percent
    auditing.record(workspace, "customers.rules_changed")
    jobs.rebuild.enqueue(workspace_id=workspace.id)
