"""Reputation at work: campaigns watched, mail counted, owners told."""

from webapp.reputation import alarms, counting, jobs, watching
from workers.actors import performs


@performs(jobs.watch, own_transactions=True)
def watch() -> None:
    """Pause the campaigns that do harm."""
    watching.watch()


@performs(jobs.count_now, own_transactions=True)
def count_now() -> None:
    """Count the campaigns under way."""
    counting.count_now()


@performs(jobs.count_lately, own_transactions=True)
def count_lately() -> None:
    """Count the campaigns of the week."""
    counting.count_lately()


@performs(jobs.tell_owners)
def tell_owners() -> None:
    """Note closed lanes, end what is over, write to owners."""
    alarms.look()
