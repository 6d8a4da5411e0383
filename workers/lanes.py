"""Lanes at work: whose servers take the mail of which domain."""

from webapp.lanes import jobs, looking_up
from workers.actors import performs


@performs(jobs.look_up_domains, own_transactions=True)
def look_up_domains() -> None:
    """Ask the DNS about domains that are new, or were asked about long ago."""
    looking_up.look_up()
