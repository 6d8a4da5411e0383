"""Check a sender domain in the DNS, in a worker: nobody waits, and silence changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.core import clock, events
from webapp.core.db import db, transaction
from webapp.core.installation import settings
from webapp.deliverability import domain_keys, jobs, mail_hosts, sender_domains
from webapp.deliverability.domain_checks import (
    dkim_records,
    dmarc,
    findings,
    hosts,
    spf,
)
from webapp.deliverability.domain_checks.asking import Dns, Silent
from webapp.deliverability.domain_checks.dkim_records import OwnKey
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Subject,
    good,
    problem,
)
from webapp.deliverability.events import SenderDomainFailed
from webapp.deliverability.mail_hosts import Host
from webapp.deliverability.models import DomainHealth, DomainKey, SenderDomain

# A check that did not end by then was lost.
PATIENCE = timedelta(minutes=2)
# Mail that an old key signed is on its way for a week; then two, to be sure.
KEPT_AFTER_ROTATION = timedelta(days=14)


@dataclass(frozen=True)
class Facts:
    """What is checked: taken from the database before the first question."""

    domain: str
    keys: list[OwnKey]
    servers: list[Host]
    return_path: str
    return_host: str
    tracking: str
    own_name: str
    signs_here: bool
    can_sign: bool


def ask(domain: SenderDomain) -> None:
    """Have a domain checked as soon as a worker is free."""
    domain.asked_at = clock.now()
    jobs.check_domain.enqueue(domain_id=domain.id)


def ask_all() -> None:
    """Have every domain checked: records disappear, and nobody says so."""
    for domain in db.session.scalars(select(SenderDomain)):
        ask(domain)


def is_under_way(domain: SenderDomain) -> bool:
    """Whether a check was asked for and may still end."""
    return bool(domain.asked_at and clock.now() - domain.asked_at < PATIENCE)


def check(domain_id: int, dns: Dns | None = None) -> None:
    """Ask the DNS about a domain and keep what it says; no transaction is held meanwhile."""
    with transaction():
        domain = db.session.get(SenderDomain, domain_id)
        facts = facts_of(domain) if domain else None
    if facts is None:
        return
    found, seen = examine(facts, dns or Dns())
    with transaction():
        domain = db.session.get(SenderDomain, domain_id, with_for_update=True)
        if domain:
            _keep(domain, found, seen)


def facts_of(domain: SenderDomain) -> Facts:
    """What is to be checked of a domain."""
    workspace = db.session.get_one(Workspace, domain.workspace_id)
    keys = domain_keys.every(domain)
    return Facts(
        domain=domain.domain,
        keys=[
            OwnKey(key.selector, key.algorithm, key.public_key)
            for key in keys
            if key not in domain_keys.outdated(keys)
        ],
        servers=mail_hosts.of(workspace),
        return_path=domain.return_path_host,
        return_host=settings().return_host,
        tracking=domain.tracking_host,
        own_name=mail_hosts.own_name(),
        signs_here=sender_domains.signs_here(workspace),
        can_sign=all(map(domain_keys.is_readable, keys)),
    )


def examine(facts: Facts, dns: Dns) -> tuple[list[Finding], list[str]]:
    """All that is found, and the selectors of the keys that the DNS has."""
    needed = mail_hosts.mechanisms(facts.servers)
    seen: list[str] = []

    def look_at_keys() -> list[Finding]:
        if not facts.signs_here:
            return [good(Subject.DKIM, "dkim_by_server")]
        if not facts.can_sign:
            return [problem(Subject.DKIM, "dkim_locked")]
        found, right = dkim_records.check(facts.domain, facts.keys, dns)
        seen.extend(right)
        return found

    found = [
        *_heard(Subject.SPF, lambda: spf.check(facts.domain, needed, dns)),
        *_heard(Subject.DKIM, look_at_keys),
        *_heard(Subject.DMARC, lambda: dmarc.check(facts.domain, dns)),
    ]
    return found + _around(facts, dns), seen


def _around(facts: Facts, dns: Dns) -> list[Finding]:
    needed = mail_hosts.mechanisms(facts.servers)
    found = []
    if facts.return_path:
        found += _heard(
            Subject.RETURN_PATH,
            lambda: hosts.check_return_path(
                facts.return_path, facts.return_host, needed, dns
            ),
        )
    for one in facts.servers:
        if one.is_own:
            found += _heard(Subject.SERVER, partial(_server, one, dns))
    if facts.tracking:
        found += _heard(
            Subject.TRACKING,
            lambda: hosts.check_tracking(facts.tracking, facts.own_name, dns),
        )
    return found


def _server(host: Host, dns: Dns) -> list[Finding]:
    if host.is_here:
        return [good(Subject.SERVER, "server_here", server=host.name)]
    return hosts.check_server(host.name, host.host, dns)


def _heard(subject: Subject, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except Silent:
        return [findings.silent(subject)]


def _keep(domain: SenderDomain, found: list[Finding], seen: list[str]) -> None:
    could_send = domain.health in {DomainHealth.GREEN, DomainHealth.AMBER}
    found = findings.keep_known(found, findings.read(domain.checks))
    domain.checks = [one.stored() for one in found]
    domain.health = findings.health(found)
    domain.checked_at, domain.asked_at = clock.now(), None
    keys = domain_keys.every(domain)
    for key in keys:
        if key.selector in seen and key.seen_at is None:
            key.seen_at = clock.now()
    _forget_outdated(domain_keys.every(domain))
    if could_send and not sender_domains.may_send(domain):
        events.publish(
            SenderDomainFailed(domain.workspace_id, domain.id, domain.domain)
        )


def _forget_outdated(keys: list[DomainKey]) -> None:
    for key in domain_keys.outdated(keys):
        since = domain_keys.replaced_at(keys, key)
        if since and clock.now() - since > KEPT_AFTER_ROTATION:
            db.session.delete(key)
