"""The work that messages ask for."""

from webapp.core.jobs import Job

# Somebody waits for a confirmation or an invitation.
send_one = Job(name="messages.send_one", queue="urgent", time_limit=900)
rescue_unsent = Job(name="messages.rescue_unsent", time_limit=60)
ingest_hits = Job(name="messages.ingest_hits", time_limit=120)
take_last_opens = Job(name="messages.take_last_opens", time_limit=120)
forget_last_opens = Job(name="messages.forget_last_opens", queue="bulk", time_limit=120)
