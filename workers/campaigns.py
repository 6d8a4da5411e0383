"""Campaigns at work: started in time, delivered, and woken when something was lost."""

from webapp.campaigns import delivering, jobs, planning
from workers.actors import performs


@performs(jobs.start_due)
def start_due() -> None:
    """Start the campaigns whose time has come."""
    planning.start_due()


@performs(jobs.deliver, own_transactions=True)
def deliver(campaign_id: int) -> None:
    """Deliver a claim of a campaign."""
    delivering.deliver(campaign_id)


@performs(jobs.wake)
def wake() -> None:
    """Enqueue the deliveries that are missing."""
    delivering.wake()
