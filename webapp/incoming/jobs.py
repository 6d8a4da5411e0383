"""The work that what comes back asks for."""

from webapp.core.jobs import Job

process = Job(name="incoming.process", time_limit=60)
take_refusals = Job(name="incoming.take_refusals", time_limit=120)
collect_all = Job(name="incoming.collect_all", time_limit=60)
collect = Job(name="incoming.collect", time_limit=540)
purge = Job(name="incoming.purge", queue="bulk")
process_waiting = Job(name="incoming.process_waiting", time_limit=60)
# Topics that ask whether they may post to us wait on another host.
confirm_topics = Job(name="incoming.confirm_topics", time_limit=120)
forget_words = Job(name="incoming.forget_words", time_limit=60)
