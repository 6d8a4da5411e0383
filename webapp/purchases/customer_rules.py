"""How a workspace counts its customers; a workspace that never chose counts as most do."""

from dataclasses import dataclass

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


def of(workspace: Workspace) -> CustomerRules:
    """The rules of the workspace, made at the first question."""
    found = db.session.get(CustomerRules, workspace.id)
    if found is not None:
        return found
    # Two who ask at once make one.
    db.session.execute(
        insert(CustomerRules).values(workspace_id=workspace.id).on_conflict_do_nothing()
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
    rules = of(workspace)
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
