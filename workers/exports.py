"""Exports at work: make the files, take up those that were cut off, delete them on their day."""

from webapp.exports import files, jobs, making
from workers.actors import performs


@performs(jobs.make, own_transactions=True)
def make(export_id: int) -> None:
    """Make the file."""
    making.perform(export_id)


@performs(jobs.rescue)
def rescue() -> None:
    """Find the files that were cut off."""
    making.rescue()


@performs(jobs.purge)
def purge() -> None:
    """Delete the files whose day has come."""
    files.purge()
