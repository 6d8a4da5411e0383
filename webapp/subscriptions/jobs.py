"""The work that subscriptions ask for."""

from webapp.core.jobs import Job

purge_unconfirmed = Job(name="subscriptions.purge_unconfirmed")
