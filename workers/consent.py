"""Consent at work: note how far the ledgers have come, forget circumstances that served their time."""

from webapp.consent import checkpoints, evidence, jobs
from workers.actors import performs


@performs(jobs.take_checkpoints)
def take_checkpoints() -> None:
    """Sign where each chain stands today."""
    checkpoints.take_all()


@performs(jobs.purge_evidence)
def purge_evidence() -> None:
    """Forget the circumstances whose day has come."""
    evidence.purge()
