"""The work that looking for duplicates asks for."""

from webapp.core.jobs import Job

find = Job(name="duplicates.find", queue="bulk", time_limit=3600)
find_nightly = Job(name="duplicates.find_nightly", time_limit=600)
