"""Subscriptions at work: forget what nobody confirmed."""

from webapp.subscriptions import jobs, purging
from workers.actors import performs


@performs(jobs.purge_unconfirmed)
def purge_unconfirmed() -> None:
    """Remove old requests, and the people who were never anything else."""
    purging.purge_unconfirmed()
