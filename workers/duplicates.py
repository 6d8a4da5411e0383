"""Duplicates at work: looked for on demand and every night."""

from webapp.duplicates import finding, jobs
from workers.actors import performs


@performs(jobs.find, own_transactions=True)
def find(run_id: int) -> None:
    """Carry out a search that was asked for."""
    finding.carry_out(run_id)


@performs(jobs.find_nightly)
def find_nightly() -> None:
    """Ask for a search in every workspace where something changed."""
    finding.ask_everywhere()
