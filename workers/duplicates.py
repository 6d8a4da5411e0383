"""Duplicates at work: looked for on demand and every night."""

from webapp.duplicates import automatic, finding, jobs, undoing
from workers.actors import performs


@performs(jobs.find, own_transactions=True)
def find(run_id: int) -> None:
    """Carry out a search that was asked for."""
    finding.carry_out(run_id)


@performs(jobs.find_nightly)
def find_nightly() -> None:
    """Ask for a search in every workspace where something changed."""
    finding.ask_everywhere()


@performs(jobs.rescue)
def rescue() -> None:
    """Wake the searches whose worker died."""
    finding.rescue()


@performs(jobs.merge_alone)
def merge_alone(workspace_id: int, user_id: int | None) -> None:
    """Merge some of the pairs that are safe, and ask for the rest."""
    automatic.carry_on(workspace_id, user_id)


@performs(jobs.let_go)
def let_go() -> None:
    """Make the merges for good that were not undone for a year."""
    undoing.let_go()
