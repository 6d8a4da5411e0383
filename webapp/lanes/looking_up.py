"""Ask the DNS whose servers take the mail of the domains that contacts have."""

import time
from datetime import timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.contacts.models import Contact
from webapp.core import clock, draining
from webapp.core.db import db, transaction
from webapp.deliverability import mail_domains
from webapp.lanes import providers
from webapp.lanes.models import DomainProvider

# A run is short, and comes again soon; in seconds, as many domains never answer.
LOOKUPS = 200
LONGEST_RUN = 120.0
# Domains seldom move.
FRESH = timedelta(days=90)
FIRST_RETRY = timedelta(hours=1)
LONGEST_RETRY = timedelta(days=14)


def look_up() -> int:
    """Look up some unknown or stale domains, those with most contacts first; how many.

    Commits on its way: the DNS is asked outside of any transaction. Where the DNS
    knows no public name at all, nothing is remembered.
    """
    with transaction():
        domains = _due()
    if not domains or not mail_domains.knows_the_world(mail_domains.resolve):
        return 0
    found = _ask(domains)
    with transaction():
        if found:
            _remember(found)
        _forget_what_nobody_has()
    return len(found)


def retry_after(failures: int) -> timedelta:
    """How long a domain rests after so many lookups in a row without an answer."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(failures - 1, 20)
    return min(doubled, LONGEST_RETRY)


def _due() -> list[str]:
    domain = func.lower(func.split_part(Contact.email, "@", 2))
    held = (
        select(domain.label("domain"), func.count().label("contacts"))
        .group_by(domain)
        .subquery()
    )
    rows = db.session.execute(
        select(held.c.domain, DomainProvider.checked_at, DomainProvider.failures)
        .outerjoin(DomainProvider, DomainProvider.domain == held.c.domain)
        .order_by(held.c.contacts.desc(), held.c.domain)
    )
    now = clock.now()
    due = (
        domain
        for domain, checked_at, failures in rows
        if providers.of(domain) == providers.OTHER
        and (checked_at is None or checked_at + _rest(failures) <= now)
    )
    return [domain for domain, _ in zip(due, range(LOOKUPS), strict=False)]


def _rest(failures: int) -> timedelta:
    return retry_after(failures) if failures else FRESH


def _ask(domains: list[str]) -> dict[str, str | None]:
    """What the DNS says of the domains, as far as the time of a run goes."""
    found: dict[str, str | None] = {}
    deadline = time.monotonic() + LONGEST_RUN
    for domain in domains:
        if draining.requested() or time.monotonic() > deadline:
            break
        found[domain] = _provider(domain)
    return found


def _provider(domain: str) -> str | None:
    """Who takes the mail of a domain; None when the DNS did not say."""
    try:
        return providers.behind(mail_domains.resolve(domain, "MX"))
    except LookupError:
        return None


def _remember(found: dict[str, str | None]) -> None:
    """Keep what was found; a provider that is known stays when the DNS is silent."""
    new = insert(DomainProvider).values(
        [
            {
                "domain": domain,
                "provider": provider or providers.OTHER,
                "checked_at": clock.now(),
                "failures": 0 if provider else 1,
            }
            for domain, provider in sorted(found.items())
        ]
    )
    failed = new.excluded.failures > 0
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["domain"],
            set_={
                "provider": case(
                    (failed, DomainProvider.provider), else_=new.excluded.provider
                ),
                "checked_at": new.excluded.checked_at,
                "failures": case((failed, DomainProvider.failures + 1), else_=0),
            },
        )
    )


def _forget_what_nobody_has() -> None:
    """A domain that is held is looked up again before it is twice as old."""
    db.session.execute(
        delete(DomainProvider).where(
            DomainProvider.checked_at < clock.now() - 2 * FRESH
        )
    )
