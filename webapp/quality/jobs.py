"""The work that the quality of data asks for, while nobody waits."""

from webapp.core.jobs import Job

# Every few minutes: who changed since the last look.
look_around = Job(name="quality.look_around", time_limit=60)
refresh = Job(name="quality.refresh", queue="bulk", time_limit=1800)
count = Job(name="quality.count", queue="bulk", time_limit=1800)
count_everywhere = Job(name="quality.count_everywhere", time_limit=60)
check_domains = Job(name="quality.check_domains", queue="bulk", time_limit=300)
tidy = Job(name="quality.tidy", queue="bulk", time_limit=1800)
stop_writing = Job(name="quality.stop_writing", queue="bulk", time_limit=1800)
# What the broker lost: figures that a colleague waits for, values half put into form.
rescue = Job(name="quality.rescue", time_limit=60)
choose = Job(name="quality.choose", queue="bulk", time_limit=600)
ask = Job(name="quality.ask", queue="bulk", time_limit=300)
