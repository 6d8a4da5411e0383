"""Customers at work: the figures of contacts, every few seconds and every night."""

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.purchases import jobs, rebuilding, refreshing, retaining
from workers.actors import performs


@performs(jobs.refresh)
def refresh() -> None:
    """Work out the figures of those to whom something happened."""
    refreshing.refresh()


@performs(jobs.rebuild_all)
def rebuild_all() -> None:
    """Have the figures of every workspace rebuilt."""
    rebuilding.ask_all()


@performs(jobs.rebuild)
def rebuild(workspace_id: int) -> None:
    """Rebuild the figures of one workspace."""
    workspace = db.session.get(Workspace, workspace_id)
    if workspace is not None:
        rebuilding.rebuild(workspace)


@performs(jobs.retire_events)
def retire_events() -> None:
    """Erase site events that were kept long enough."""
    retaining.retire_events()
