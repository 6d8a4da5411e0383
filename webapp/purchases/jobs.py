"""The background work about customers."""

from webapp.core.jobs import Job

refresh = Job("purchases.refresh")
rebuild_all = Job("purchases.rebuild_all")
rebuild = Job("purchases.rebuild", queue="bulk", time_limit=3600)
retire_events = Job("purchases.retire_events", queue="bulk")
