"""Sender domains checked, long suppression lists taken, and those that were cut off begun anew."""

from webapp.deliverability import domain_checking, jobs, suppression_imports
from workers.actors import performs


@performs(jobs.check_domain, own_transactions=True)
def check_domain(domain_id: int) -> None:
    """Ask the DNS about a sender domain."""
    domain_checking.check(domain_id)


@performs(jobs.check_domains)
def check_domains() -> None:
    """Have every sender domain checked."""
    domain_checking.ask_all()


@performs(jobs.import_suppressions, own_transactions=True)
def import_suppressions(import_id: int) -> None:
    """Take a file."""
    suppression_imports.perform(import_id)


@performs(jobs.rescue_suppression_imports)
def rescue_suppression_imports() -> None:
    """Find the files that were cut off, and forget old ones."""
    suppression_imports.rescue()
