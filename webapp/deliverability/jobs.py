"""The work that the suppression list asks for."""

from webapp.core.jobs import Job

import_suppressions = Job(name="deliverability.import_suppressions", time_limit=1800)
rescue_suppression_imports = Job(name="deliverability.rescue_suppression_imports")
