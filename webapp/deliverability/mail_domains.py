"""Whether a domain takes any mail at all, asked of the DNS while nobody waits for a page."""

from collections.abc import Callable

import dns.exception
import dns.resolver

# In seconds: a mail that may be good does not wait longer for an answer about its domain.
LIFETIME = 3.0
# A domain that has taken mail since the beginning: who does not know it asks no public DNS.
KNOWN = "org"
NULL_MX = "."

Resolve = Callable[[str, str], list[str]]


class NoSuchDomain(LookupError):
    """The DNS says that there is no such name (NXDOMAIN)."""


class NoAnswer(LookupError):
    """The DNS did not say; nothing follows from that."""


class NoSuchRecord(NoAnswer):
    """The name is there, and has no record of this kind."""


def resolve(name: str, kind: str) -> list[str]:
    """The records of a name, as text; for mail exchangers their host alone.

    :raises NoSuchDomain: when there is no such name.
    :raises NoAnswer: when it takes too long; `NoSuchRecord` when there is none of this kind.
    """
    try:
        found = dns.resolver.resolve(name, kind, lifetime=LIFETIME)
    except dns.resolver.NXDOMAIN as error:
        raise NoSuchDomain from error
    except dns.resolver.NoAnswer as error:
        raise NoSuchRecord from error
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise NoAnswer from error
    return [str(getattr(record, "exchange", record)) for record in found]


def refuses_all(domain: str, ask: Resolve | None = None) -> bool:
    """Whether the domain does not exist or says that it takes no mail (RFC 7505).

    In doubt it takes mail: a DNS that fails, or knows no public name, keeps nobody out.
    """
    ask = ask or resolve
    try:
        return NULL_MX in ask(domain, "MX")
    except NoAnswer:
        return False
    except NoSuchDomain:
        return knows_the_world(ask)


def knows_the_world(ask: Resolve) -> bool:
    """Whether the DNS answers at all, for a domain that everybody knows."""
    try:
        return bool(ask(KNOWN, "NS"))
    except LookupError:
        return False
