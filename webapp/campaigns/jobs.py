"""The work that campaigns ask for."""

from webapp.core.jobs import Job

start_due = Job(name="campaigns.start_due", time_limit=300)
# A reply to the final dot may take ten minutes.
deliver = Job(name="campaigns.deliver", queue="bulk", time_limit=1800)
wake = Job(name="campaigns.wake", time_limit=120)
