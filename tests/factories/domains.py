"""Sender domains, as the tests need them."""

from webapp.core import clock
from webapp.deliverability import domain_editing, domain_keys
from webapp.deliverability.domain_checks import findings
from webapp.deliverability.domain_checks.findings import Subject, good
from webapp.deliverability.models import DomainHealth

SHOP = "maison-tilleul.example"
# What the words of any finding may ask for.
DETAIL = {
    "lookups": 1,
    "policy": "reject",
    "where": SHOP,
    "host": f"bounce.{SHOP}",
    "server": f"smtp.{SHOP}",
}


def domain(workspace, name=SHOP, *, checked=True, return_path="", tracking=""):
    """A domain whose checks passed a moment ago, its keys seen in the DNS."""
    made = domain_editing.add(workspace, name)
    made.return_path_host, made.tracking_host = return_path, tracking
    if checked:
        pass_checks(made)
    return made


def pass_checks(made):
    found = [good(subject, f"{subject}_good", **DETAIL) for subject in Subject]
    made.checks = [one.stored() for one in found]
    made.health, made.checked_at = DomainHealth.GREEN, clock.now()
    for key in domain_keys.every(made):
        key.seen_at = clock.now()


def fail_checks(made):
    found = [findings.problem(Subject.SPF, "spf_missing", domain=made.domain)]
    made.checks = [one.stored() for one in found]
    made.health, made.checked_at = DomainHealth.RED, clock.now()


def answer_for(made):
    domain_editing.override(made, "The records come next week.", user_id=None)
