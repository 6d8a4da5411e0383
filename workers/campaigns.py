"""Campaigns at work: started in time, delivered, and woken when something was lost."""

from webapp.campaigns import delivering, jobs, planning
from workers.actors import performs


@performs(jobs.start_due)
def start_due() -> None:
    """Start the campaigns whose time has come."""
    planning.start_due()


@performs(jobs.deliver, own_transactions=True)
def deliver() -> None:
    """Deliver for a turn where it is needed most."""
    delivering.deliver()


@performs(jobs.wake)
def wake() -> None:
    """Enqueue the deliveries that are missing."""
    delivering.wake()
