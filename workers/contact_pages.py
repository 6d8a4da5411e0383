"""Pages about contacts at work: make the proofs of a list, and delete them on their day."""

from webapp.contact_pages import jobs, proof_exports
from workers.actors import performs


@performs(jobs.export_proofs, own_transactions=True)
def export_proofs(export_id: int) -> None:
    """Make the file."""
    proof_exports.perform(export_id)


@performs(jobs.rescue_exports)
def rescue_exports() -> None:
    """Find the files that were cut off."""
    proof_exports.rescue()


@performs(jobs.purge_exports)
def purge_exports() -> None:
    """Delete the files whose day has come."""
    proof_exports.purge()
