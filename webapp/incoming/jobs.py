"""The work that what comes back asks for."""

from webapp.core.jobs import Job

process = Job(name="incoming.process", time_limit=60)
process_waiting = Job(name="incoming.process_waiting", time_limit=60)
