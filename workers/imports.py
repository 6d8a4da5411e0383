"""Imports read, weighed, taken and given back; those that were cut off go on; old files go."""

from webapp.imports import jobs, retaining, working
from workers.actors import performs


@performs(jobs.work, own_transactions=True)
def work(run_id: int) -> None:
    """Go on with an import."""
    working.perform(run_id)


@performs(jobs.rescue)
def rescue() -> None:
    """Find those that were cut off."""
    retaining.rescue()


@performs(jobs.retain)
def retain() -> None:
    """Delete the files whose day has come."""
    retaining.forget_old()
