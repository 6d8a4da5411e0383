"""Subscriptions at work: remind once, then forget what nobody confirmed."""

from webapp.subscriptions import blocks, jobs, purging, reminding
from workers.actors import performs


@performs(jobs.remind_unconfirmed)
def remind_unconfirmed() -> None:
    """Remind of sign-ups that wait to be confirmed."""
    reminding.remind_unconfirmed()


@performs(jobs.purge_unconfirmed)
def purge_unconfirmed() -> None:
    """Remove old requests, and the people who were never anything else."""
    purging.purge_unconfirmed()
    blocks.forget_old()
