"""Everybody's figures, worked out from nothing: each night, and compared with what was kept."""

import logging

from sqlalchemy import (
    Column,
    MetaData,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    union_all,
)

from webapp.accounts.models import Workspace
from webapp.contacts import counting
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import (
    customer_rules,
    figures,
    history,
    jobs,
    keeping,
    locking,
    measuring_gaps,
    overview,
    scoring,
)
from webapp.purchases.models import ContactStats, CustomerRules, StatsDue

log = logging.getLogger(__name__)

# In hours.
LATELY = 12

_KEPT = ContactStats.__table__
_FRESH = Table(
    "worked_out",
    MetaData(),
    *(Column(name, _KEPT.c[name].type) for name in figures.COLUMNS),
)
_WAS_DUE = Table("was_due", MetaData(), Column("contact_id", _KEPT.c.contact_id.type))
_MAKE = (
    "DROP TABLE IF EXISTS worked_out, was_due",
    "CREATE TEMP TABLE worked_out (LIKE contact_stats INCLUDING DEFAULTS) ON COMMIT DROP",
    "CREATE TEMP TABLE was_due (contact_id bigint) ON COMMIT DROP",
)


def ask_all() -> None:
    """Have the figures of every workspace rebuilt that were not lately, as after a restart."""
    lately = select(CustomerRules.workspace_id).where(
        CustomerRules.rebuilt_at > clock.ago(hours=LATELY)
    )
    others = select(Workspace.id).where(Workspace.id.not_in(lately))
    for number in db.session.scalars(others.order_by(Workspace.id)):
        jobs.rebuild.enqueue(workspace_id=number)


def rebuild(workspace: Workspace) -> None:
    """Work out the figures, the bounds of the scores and the stages of everybody."""
    locking.wait(workspace.id)
    rules = customer_rules.kept(workspace)
    for statement in _MAKE:
        db.session.execute(text(statement))
    _take_marks(workspace)
    measuring_gaps.follow(workspace, rules, keeping.today(workspace))
    fresh = figures.of(workspace, rules)
    db.session.execute(insert(_FRESH).from_select(figures.COLUMNS, fresh))
    db.session.execute(text("ANALYZE worked_out"))
    scoring.set_bounds(workspace, rules, _FRESH)
    _compare(workspace, rules)
    _write(workspace, rules)


def _take_marks(workspace: Workspace) -> None:
    """Everybody is worked out after this: what is marked from now on is for the next refresh."""
    taken = (
        delete(StatsDue)
        .where(StatsDue.workspace_id == workspace.id)
        .returning(StatsDue.contact_ids)
        .cte("taken")
    )
    people = select(func.unnest(taken.c.contact_ids))
    db.session.execute(insert(_WAS_DUE).from_select(["contact_id"], people))


def _compare(workspace: Workspace, rules: CustomerRules) -> None:
    """Count the rows that were wrong though nothing waited to be worked out."""
    measuring = (workspace.measures_opens, workspace.measures_clicks)
    if measuring != (rules.counts_opens, rules.counts_clicks):
        rules.drift = 0
        return
    waiting = select(func.unnest(StatsDue.contact_ids)).where(
        StatsDue.workspace_id == workspace.id
    )
    due = union_all(select(_WAS_DUE.c.contact_id), waiting).subquery("due")
    wrong = (
        select(func.count())
        .select_from(_FRESH)
        .join(_KEPT, _KEPT.c.contact_id == _FRESH.c.contact_id)
        .where(
            figures.differs(_KEPT, _FRESH),
            _FRESH.c.contact_id.not_in(select(due.c[0])),
        )
    )
    rules.drift = db.session.scalar(wrong) or 0
    if rules.drift:
        log.warning("The figures of %d contacts were not what they are", rules.drift)


def _write(workspace: Workspace, rules: CustomerRules) -> None:
    is_behind = history.is_behind(workspace, rules)
    keeping.write(workspace, rules, _FRESH, with_history=not is_behind)
    if is_behind:
        history.derive(workspace, rules)
    history.count_this_month(workspace)
    rules.counts_opens = workspace.measures_opens
    rules.counts_clicks = workspace.measures_clicks
    rules.rebuilt_at = clock.now()
    if counting.are_many(workspace):
        overview.counted(workspace, now=True)
