"""The background work about segments."""

from webapp.core.jobs import Job

look = Job("segments.look")
take_changes = Job("segments.take_changes")
renew = Job("segments.renew", queue="bulk")
mark_all = Job("segments.mark_all")
forget = Job("segments.forget", queue="bulk")
