"""Site events that were kept long enough are erased."""

from datetime import UTC, datetime, time

from sqlalchemy import delete, select

from webapp.accounts.models import Workspace
from webapp.core import clock, months
from webapp.core.db import db
from webapp.purchases import jobs
from webapp.purchases.models import SiteEvent

# In one transaction; the rest follows in the next.
ROWS_AT_ONCE = 20_000


def retire_events() -> None:
    """Erase the site events that are older than their workspace keeps what it measures."""
    erased = [_retire(one) for one in db.session.scalars(select(Workspace)).all()]
    if ROWS_AT_ONCE in erased:
        jobs.retire_events.enqueue()


def _retire(workspace: Workspace) -> int:
    day = months.after(clock.now().date(), -workspace.keeps_hits)
    old = (
        select(SiteEvent.id)
        .where(
            SiteEvent.workspace_id == workspace.id,
            SiteEvent.at < datetime.combine(day, time(), UTC),
        )
        .limit(ROWS_AT_ONCE)
    )
    gone = db.session.scalars(
        delete(SiteEvent)
        .where(SiteEvent.id.in_(old))
        .returning(SiteEvent.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
