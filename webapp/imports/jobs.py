"""The work that imports ask for."""

from webapp.core.jobs import Job

# Reads, weighs, takes or gives back; ends by itself after a minute, and asks for the rest.
work = Job(name="imports.work", queue="bulk")
rescue = Job(name="imports.rescue")
retain = Job(name="imports.retain")
