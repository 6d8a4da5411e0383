"""Suppression lists at work: long files taken, and those that were cut off begun anew."""

from webapp.deliverability import jobs, suppression_imports
from workers.actors import performs


@performs(jobs.import_suppressions, own_transactions=True)
def import_suppressions(import_id: int) -> None:
    """Take a file."""
    suppression_imports.perform(import_id)


@performs(jobs.rescue_suppression_imports)
def rescue_suppression_imports() -> None:
    """Find the files that were cut off, and forget old ones."""
    suppression_imports.rescue()
