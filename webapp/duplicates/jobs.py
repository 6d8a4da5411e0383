"""The work that looking for duplicates asks for."""

from webapp.core.jobs import Job

find = Job(name="duplicates.find", queue="bulk", time_limit=7200)
find_nightly = Job(name="duplicates.find_nightly", time_limit=600)
merge_alone = Job(name="duplicates.merge_alone", queue="bulk", time_limit=1800)
let_go = Job(name="duplicates.let_go", time_limit=600)
rescue = Job(name="duplicates.rescue", time_limit=60)
