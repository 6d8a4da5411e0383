"""The work that pages about contacts ask for."""

from webapp.core.jobs import Job

# A hundred thousand people take some minutes; nothing is sent meanwhile.
export_proofs = Job(name="contact_pages.export_proofs", time_limit=3600)
rescue_exports = Job(name="contact_pages.rescue_exports")
purge_exports = Job(name="contact_pages.purge_exports")
