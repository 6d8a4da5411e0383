"""The work that exports ask for."""

from webapp.core.jobs import Job

# A million contacts take some minutes; nothing is sent meanwhile.
make = Job(name="exports.make", queue="bulk", time_limit=3600)
rescue = Job(name="exports.rescue")
purge = Job(name="exports.purge")
