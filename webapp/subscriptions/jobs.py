"""The work that subscriptions ask for."""

from webapp.core.jobs import Job

send_again = Job(name="subscriptions.send_again", queue="urgent")
remind_unconfirmed = Job(name="subscriptions.remind_unconfirmed")
purge_unconfirmed = Job(name="subscriptions.purge_unconfirmed")
