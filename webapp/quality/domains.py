"""Whether the domains of a base take mail at all, asked of the DNS in the background."""

import time
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from webapp.contacts.models import Contact
from webapp.core import addresses, clock, draining
from webapp.core.db import db, transaction
from webapp.deliverability import mail_domains
from webapp.deliverability.mail_domains import (
    NULL_MX,
    NoAnswer,
    NoSuchDomain,
    NoSuchRecord,
    Resolve,
)
from webapp.quality.models import DomainCheck, Doubt, Finding, Verdict

# A run is short, and comes again soon; in seconds, as many domains never answer.
LOOKUPS = 300
LONGEST_RUN = 120.0
FRESH = timedelta(days=60)
# A domain that lapsed may be paid for the next day: it is asked again before the verdict counts.
AGAIN = timedelta(days=1)
FIRST_RETRY = timedelta(hours=2)
LONGEST_RETRY = timedelta(days=14)
DEAD = (Verdict.MISSING, Verdict.REFUSES)


def check() -> int:
    """Ask about some domains that are unknown or were asked long ago; how many answered.

    Commits on its way: the DNS is asked outside of any transaction. Where the DNS knows no
    public name at all, nothing is remembered.
    """
    with transaction():
        due = _due()
    if not due or not mail_domains.knows_the_world(mail_domains.resolve):
        return 0
    found = _ask(due)
    with transaction():
        if found:
            _remember(found)
        _forget_what_nobody_has()
    return len(found)


def verdict(domain: str, ask: Resolve) -> Verdict:
    """What the DNS says; a DNS that is silent says nothing (RFC 5321 5.1, RFC 7505)."""
    try:
        exchangers = ask(domain, "MX")
    except NoSuchDomain:
        return Verdict.MISSING
    except NoSuchRecord:
        return _without_exchanger(domain, ask)
    except NoAnswer:
        return Verdict.UNKNOWN
    return Verdict.REFUSES if exchangers == [NULL_MX] else Verdict.RECEIVES


def mark(workspace_id: int) -> None:
    """Note whose domain takes no mail, as the DNS said it twice, and forget whose does again."""
    db.session.execute(
        delete(Finding).where(
            Finding.workspace_id == workspace_id, Finding.doubt == Doubt.DEAD_DOMAIN
        ),
        execution_options={"synchronize_session": False},
    )
    dead = (
        select(
            Contact.workspace_id,
            literal(Doubt.DEAD_DOMAIN.value),
            Contact.id,
            DomainCheck.verdict,
        )
        .join(DomainCheck, DomainCheck.domain == domain_of())
        .where(Contact.workspace_id == workspace_id, *_is_certain())
    )
    names = ["workspace_id", "doubt", "contact_id", "hint"]
    # Two counts at once find the same people.
    marked = insert(Finding).from_select(names, dead).on_conflict_do_nothing()
    db.session.execute(marked)


def domain_of() -> ColumnElement[str]:
    """Where the address of a contact receives its mail."""
    # Written out: two parameters would be two expressions to group by.
    return func.lower(
        func.split_part(Contact.email, literal_column("'@'"), literal_column("2"))
    )


def _without_exchanger(domain: str, ask: Resolve) -> Verdict:
    """Mail goes to the host itself, where there is one."""
    for kind in ("A", "AAAA"):
        try:
            if ask(domain, kind):
                return Verdict.RECEIVES
        except NoSuchDomain:
            return Verdict.MISSING
        except NoSuchRecord:
            continue
        except NoAnswer:
            return Verdict.UNKNOWN
    return Verdict.REFUSES


def _is_certain() -> tuple[ColumnElement[bool], ...]:
    return (
        DomainCheck.verdict.in_(DEAD),
        DomainCheck.checked_at >= DomainCheck.since + AGAIN,
    )


def _due() -> list[str]:
    """Those with most people first."""
    held = select(domain_of().label("domain"), func.count().label("people"))
    every = held.group_by(domain_of()).subquery()
    rows = db.session.execute(
        select(every.c.domain, DomainCheck)
        .outerjoin(DomainCheck, DomainCheck.domain == every.c.domain)
        .order_by(every.c.people.desc(), every.c.domain)
    )
    due = (
        domain
        for domain, known in rows
        if domain not in addresses.LARGE_DOMAINS and (known is None or _is_due(known))
    )
    return [domain for domain, _ in zip(due, range(LOOKUPS), strict=False)]


def _is_due(known: DomainCheck) -> bool:
    rest = FRESH
    if known.failures:
        rest = min(FIRST_RETRY * 2 ** min(known.failures - 1, 20), LONGEST_RETRY)
    elif known.verdict in DEAD and known.checked_at < known.since + AGAIN:
        rest = AGAIN
    return bool(known.checked_at + rest <= clock.now())


def _ask(domains: list[str]) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    deadline = time.monotonic() + LONGEST_RUN
    for domain in domains:
        if draining.requested() or time.monotonic() > deadline:
            break
        found[domain] = verdict(domain, mail_domains.resolve)
    return found


def _remember(found: Mapping[str, Verdict]) -> None:
    """Keep what was said; what was known stays while the DNS is silent."""
    now = clock.now()
    new = insert(DomainCheck).values(
        [
            {
                "domain": domain,
                "verdict": said,
                "since": now,
                "checked_at": now,
                "failures": int(said is Verdict.UNKNOWN),
            }
            for domain, said in sorted(found.items())
        ]
    )
    said = new.excluded.verdict
    silent, same = said == Verdict.UNKNOWN, said == DomainCheck.verdict
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["domain"],
            set_={
                "verdict": case((silent, DomainCheck.verdict), else_=said),
                "since": case(
                    (silent, DomainCheck.since),
                    (same, DomainCheck.since),
                    else_=new.excluded.since,
                ),
                # The moment of the last word, for `mark`: silence is none.
                "checked_at": case(
                    (
                        and_(silent, DomainCheck.verdict.in_(DEAD)),
                        DomainCheck.checked_at,
                    ),
                    else_=new.excluded.checked_at,
                ),
                "failures": case((silent, DomainCheck.failures + 1), else_=0),
            },
        )
    )


def _forget_what_nobody_has() -> None:
    """A domain that is held is asked about again before it is twice as old."""
    db.session.execute(
        delete(DomainCheck).where(DomainCheck.checked_at < clock.now() - 2 * FRESH)
    )
