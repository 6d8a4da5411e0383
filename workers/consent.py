"""Consent at work: note how far the ledgers have come, forget circumstances that served their time."""

from webapp.consent import checkpoints, evidence, jobs, timestamping, verifications
from workers.actors import performs


@performs(jobs.take_checkpoints)
def take_checkpoints() -> None:
    """Sign where each chain stands today."""
    checkpoints.take_all()


@performs(jobs.purge_evidence)
def purge_evidence() -> None:
    """Forget the circumstances whose day has come."""
    evidence.purge()


@performs(jobs.timestamp_checkpoints, own_transactions=True)
def timestamp_checkpoints() -> None:
    """Ask the time-stamping authority, where there is one."""
    timestamping.stamp_all()


@performs(jobs.verify_ledgers)
def verify_ledgers() -> None:
    """Have every ledger verified."""
    verifications.ask_all()


@performs(jobs.verify_ledger, own_transactions=True)
def verify_ledger(verification_id: int) -> None:
    """Go on with a verification."""
    verifications.advance(verification_id)


@performs(jobs.rescue_verifications)
def rescue_verifications() -> None:
    """Find the verifications that were cut off."""
    verifications.rescue()
