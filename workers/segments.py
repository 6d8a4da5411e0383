"""Segments at work: memberships follow what happens, and the days."""

from webapp.segments import jobs, renewing
from workers.actors import performs


@performs(jobs.look)
def look() -> None:
    """Ask for the work that waits."""
    renewing.look()


@performs(jobs.take_changes, own_transactions=True)
def take_changes() -> None:
    """Follow what happened to contacts."""
    renewing.take_changes()


@performs(jobs.renew)
def renew(workspace_id: int) -> None:
    """Find the next segment anew."""
    renewing.renew(workspace_id)


@performs(jobs.mark_all)
def mark_all() -> None:
    """Have all found anew this night."""
    renewing.mark_all()


@performs(jobs.forget)
def forget() -> None:
    """Let go of old changes."""
    renewing.forget()
