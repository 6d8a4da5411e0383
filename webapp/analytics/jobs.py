"""The work that figures ask for."""

from webapp.core.jobs import Job

tend_months = Job(name="analytics.tend_months", time_limit=60)
retire_hits = Job(name="analytics.retire_hits", queue="bulk", time_limit=900)
retire_hits_of = Job(name="analytics.retire_hits_of", queue="bulk", time_limit=900)
