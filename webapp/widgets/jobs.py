"""The work that widgets ask for."""

from webapp.core.jobs import Job

take_sign_up = Job(name="widgets.take_sign_up", queue="urgent", time_limit=60)
take_overdue = Job(name="widgets.take_overdue", queue="urgent", time_limit=60)
forget_attempts = Job(name="widgets.forget_attempts", time_limit=120)
