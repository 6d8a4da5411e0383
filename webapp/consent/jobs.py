"""The work that consent asks for."""

from webapp.core.jobs import Job

take_checkpoints = Job(name="consent.take_checkpoints")
purge_evidence = Job(name="consent.purge_evidence")
# It speaks with another machine: never within a transaction.
timestamp_checkpoints = Job(name="consent.timestamp_checkpoints")
