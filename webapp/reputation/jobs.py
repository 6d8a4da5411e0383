"""The work that watching over the reputation of senders asks for."""

from webapp.core.jobs import Job

watch = Job(name="reputation.watch", time_limit=120)
count_now = Job(name="reputation.count_now", time_limit=600)
count_lately = Job(name="reputation.count_lately", time_limit=1800)
tell_owners = Job(name="reputation.tell_owners", time_limit=120)
