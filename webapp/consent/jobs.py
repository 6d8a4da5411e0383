"""The work that consent asks for."""

from webapp.core.jobs import Job

take_checkpoints = Job(name="consent.take_checkpoints")
purge_evidence = Job(name="consent.purge_evidence")
# It speaks with another machine: never within a transaction.
timestamp_checkpoints = Job(name="consent.timestamp_checkpoints")
verify_ledgers = Job(name="consent.verify_ledgers")
# Ends by itself after a minute, and asks for the rest.
verify_ledger = Job(name="consent.verify_ledger")
rescue_verifications = Job(name="consent.rescue_verifications")
