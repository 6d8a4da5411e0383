"""The work that sender domains and the suppression list ask for."""

from webapp.core.jobs import Job

# Somebody looks at the page meanwhile.
check_domain = Job(name="deliverability.check_domain", queue="urgent", time_limit=120)
check_domains = Job(name="deliverability.check_domains")
import_suppressions = Job(name="deliverability.import_suppressions", time_limit=1800)
rescue_suppression_imports = Job(name="deliverability.rescue_suppression_imports")
