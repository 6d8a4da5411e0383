"""Figures at work: the months of hits, and hits that were kept long enough."""

from webapp.analytics import jobs, retiring
from workers.actors import performs


@performs(jobs.tend_months)
def tend_months() -> None:
    """Make the months to come, drop the empty ones."""
    retiring.tend_months()


@performs(jobs.retire_hits)
def retire_hits() -> None:
    """Have each workspace's old hits erased."""
    retiring.ask_all()


@performs(jobs.retire_hits_of)
def retire_hits_of(workspace_id: int) -> None:
    """Erase the hits of a workspace that are older than it keeps them."""
    retiring.retire(workspace_id)
