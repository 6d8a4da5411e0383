"""The work that widgets ask for."""

from webapp.core.jobs import Job

forget_attempts = Job(name="widgets.forget_attempts", time_limit=120)
