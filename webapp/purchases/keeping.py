"""Write the figures of contacts down where they differ, and the history of their stages."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    FromClause,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import (
    insert as plain_insert,
)
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.db import db
from webapp.purchases import figures, scoring, staging
from webapp.purchases.models import ContactStats, CustomerRules, Stage, StageChange

SCORED = ("r", "f", "m", "stage")


def write(
    workspace: Workspace,
    rules: CustomerRules,
    worked_out: FromClause,
    *,
    with_history: bool = True,
) -> int:
    """Write scores and stages with the figures; says how many rows were new or different."""
    fresh = _scored(workspace, rules, worked_out)
    columns = [*figures.COLUMNS, *SCORED, "computed_at"]
    now = literal(clock.now())
    told = insert(ContactStats).from_select(
        columns,
        select(*(fresh.c[name] for name in (*figures.COLUMNS, *SCORED)), now),
    )
    kept = ContactStats.__table__
    written = told.on_conflict_do_update(
        index_elements=["contact_id"],
        set_={name: told.excluded[name] for name in columns[1:]},
        where=or_(
            figures.differs(kept, _Excluded(told)),  # type: ignore[arg-type]
            *(kept.c[name].is_distinct_from(told.excluded[name]) for name in SCORED),
        ),
    )
    if with_history:
        written = written.add_cte(_changes(fresh))
    done = db.session.execute(written, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)  # type: ignore[attr-defined]


def today(workspace: Workspace) -> Any:
    """The day it is where the workspace is."""
    return clock.now().astimezone(ZoneInfo(workspace.timezone)).date()


class _Excluded:
    """The row that was to be inserted, under the name `differs` reads."""

    def __init__(self, told: Any) -> None:
        self.c = told.excluded


def _scored(workspace: Workspace, rules: CustomerRules, worked_out: FromClause) -> CTE:
    found = scoring.scores(workspace, rules, worked_out)
    stage = staging.stage(workspace, rules, worked_out, today(workspace))
    return select(
        *(worked_out.c[name] for name in figures.COLUMNS), *found.values(), stage
    ).cte("fresh")


def _changes(fresh: CTE) -> CTE:
    """Who moves from one stage to another; whoever was not known was a prospect."""
    before = func.coalesce(ContactStats.stage, Stage.PROSPECT.value)
    moved = (
        select(
            fresh.c.workspace_id,
            fresh.c.contact_id,
            before,
            fresh.c.stage,
            literal(clock.now()),
        )
        .outerjoin(ContactStats, ContactStats.contact_id == fresh.c.contact_id)
        .where(before != fresh.c.stage)
    )
    return (
        plain_insert(StageChange)
        .from_select(["workspace_id", "contact_id", "before", "after", "at"], moved)
        .cte("moved")
    )
