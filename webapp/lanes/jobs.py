"""The work around lanes that nobody waits for."""

from webapp.core.jobs import Job

look_up_domains = Job(name="lanes.look_up_domains", queue="bulk", time_limit=300)
