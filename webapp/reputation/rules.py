"""The rates from which on a workspace wants its campaigns paused."""

from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.reputation import thresholds
from webapp.reputation.models import PauseRule
from webapp.reputation.thresholds import Limits


class LimitsDoNotFit(DomainError):
    """A limit that stops nothing, or everything."""

    status = 422
    message = _l("One of these limits is too low or too high.")


def of(workspace_id: int) -> Limits:
    """What the workspace chose, or the usual."""
    chosen = db.session.get(PauseRule, workspace_id, populate_existing=True)
    if chosen is None:
        return Limits()
    return Limits(chosen.bounces, chosen.complaints, chosen.least)


def change(workspace: Workspace, limits: Limits) -> None:
    """Pause from these rates on.

    :raises LimitsDoNotFit: outside of what may be chosen.
    """
    fits = (
        thresholds.BOUNCES[0] <= limits.bounces <= thresholds.BOUNCES[1]
        and thresholds.COMPLAINTS[0] <= limits.complaints <= thresholds.COMPLAINTS[1]
        and thresholds.LEAST[0] <= limits.least <= thresholds.LEAST[1]
    )
    if not fits:
        raise LimitsDoNotFit
    values = {
        "bounces": limits.bounces,
        "complaints": limits.complaints,
        "least": limits.least,
    }
    db.session.execute(
        insert(PauseRule)
        .values(workspace_id=workspace.id, **values)
        .on_conflict_do_update(index_elements=["workspace_id"], set_=values)
    )
    auditing.record(
        workspace,
        "reputation.limits_changed",
        workspace,
        bounces=str(limits.bounces),
        complaints=str(limits.complaints),
        least=limits.least,
    )
