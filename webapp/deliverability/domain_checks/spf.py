"""SPF (RFC 7208): read a record with all it includes, as a receiving server would."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from webapp.deliverability.domain_checks.asking import Dns, Ip
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Subject,
    advice,
    good,
    problem,
)

VERSION = "v=spf1"
# RFC 7208 4.6.4: beyond these, a record counts as broken.
MOST_LOOKUPS = 10
MOST_VOIDS = 2
# We stop asking; no record needs that many.
_ENOUGH = 30
# A server may not send; a provider has mail returned to a domain of its own; a relay beside
# us may send by anything.
NOT_ALLOWED, NOT_NAMED, NOT_KNOWN = "spf_server", "spf_provider", "spf_here"
_ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
_MECHANISMS = _ASKING | {"all", "ip4", "ip6"}


@dataclass(frozen=True)
class Mechanism:
    """What should stand in the record for one mail server, and what it means if it does not."""

    server: str
    host: str
    term: str
    without: str = NOT_ALLOWED

    @property
    def needed(self) -> bool:
        """SPF is asked of our domain about this very server."""
        return self.without == NOT_ALLOWED


@dataclass
class Walk:
    """What came of following a record to its ends."""

    dns: Dns
    lookups: int = 0
    voids: int = 0
    included: set[str] = field(default_factory=set)
    networks: list[IPv4Network | IPv6Network] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    no_record: list[str] = field(default_factory=list)
    # The qualifier of `all` in the first record; empty without one.
    ending: str = ""
    # Macros or `exists` decide by the sender's address: what they allow cannot be listed.
    is_opaque: bool = False

    def allows(self, ips: set[Ip]) -> bool:
        """Whether one of these addresses may send."""
        return any(ip in network for ip in ips for network in self.networks)


def records(domain: str, dns: Dns) -> list[str]:
    """The SPF records of a domain; there should be one."""
    return [
        text
        for text in dns.records(domain, "TXT")
        if text.lower().split(" ", 1)[0] == VERSION
    ]


def check(
    domain: str,
    mechanisms: list[Mechanism],
    dns: Dns,
    subject: Subject = Subject.SPF,
) -> list[Finding]:
    """What is wrong with the record of a domain.

    :raises Silent: when the DNS does not answer.
    """
    found = records(domain, dns)
    if not found:
        return [problem(subject, "spf_missing", domain=domain)]
    if len(found) > 1:
        return [problem(subject, "spf_two", domain=domain, count=len(found))]
    walk = follow(domain, found[0], dns)
    wrong = _faults(walk, subject, domain) + _absent(walk, mechanisms, subject)
    wrong = wrong or [good(subject, "spf_good", lookups=walk.lookups)]
    return [one.also(record=found[0]) for one in wrong]


def follow(domain: str, record: str, dns: Dns) -> Walk:
    """Read a record and all it includes."""
    walk = Walk(dns)
    _read(walk, domain, record, is_first=True)
    return walk


def _faults(walk: Walk, subject: Subject, domain: str) -> list[Finding]:
    wrong = []
    if walk.lookups > MOST_LOOKUPS:
        wrong.append(problem(subject, "spf_too_many", lookups=walk.lookups))
    if walk.voids > MOST_VOIDS:
        wrong.append(problem(subject, "spf_voids", voids=walk.voids))
    wrong += [problem(subject, "spf_broken", term=term) for term in walk.broken]
    wrong += [problem(subject, "spf_no_include", name=name) for name in walk.no_record]
    if walk.ending == "+":
        wrong.append(problem(subject, "spf_allows_all", domain=domain))
    elif walk.ending in {"", "?"}:
        wrong.append(advice(subject, "spf_open", domain=domain))
    return wrong


def _absent(walk: Walk, mechanisms: list[Mechanism], subject: Subject) -> list[Finding]:
    if walk.is_opaque:
        return []
    return [
        (problem if one.needed else advice)(
            subject,
            one.without,
            server=one.server,
            term=one.term,
        )
        for one in mechanisms
        if not _covers(walk, one)
    ]


def _covers(walk: Walk, mechanism: Mechanism) -> bool:
    kind, _colon, name = mechanism.term.partition(":")
    if kind == "include" and name in walk.included:
        return True
    return walk.allows(walk.dns.addresses(mechanism.host))


def _read(walk: Walk, domain: str, record: str, *, is_first: bool = False) -> None:
    redirect, has_all = "", False
    for term in record.lower().split()[1:]:
        name, equals, value = term.partition("=")
        if equals and ":" not in name and "/" not in name:
            redirect = value if name == "redirect" else redirect
            continue
        qualifier = term[0] if term[0] in "+-~?" else "+"
        mechanism = term.lstrip("+-~?")
        if mechanism == "all":
            has_all = True
            walk.ending = qualifier if is_first else walk.ending
        else:
            _follow_term(walk, domain, mechanism)
    if redirect and not has_all:
        walk.lookups += 1
        _include(walk, redirect, is_first=is_first)


def _follow_term(walk: Walk, domain: str, term: str) -> None:
    kind, _colon, value = term.partition(":")
    kind, _slash, width = kind.partition("/")
    if kind not in _MECHANISMS:
        walk.broken.append(term)
        return
    if kind in {"ip4", "ip6"}:
        _add_network(walk, term, value)
        return
    walk.lookups += 1
    if walk.lookups > _ENOUGH:
        return
    if "%" in value or kind in {"exists", "ptr"}:
        walk.is_opaque = True
    elif kind == "include":
        _include(walk, value)
    else:
        host, _slash, own_width = value.partition("/")
        _add_hosts(walk, kind, host or domain, own_width or width)


def _include(walk: Walk, name: str, *, is_first: bool = False) -> None:
    if name in walk.included or walk.lookups > _ENOUGH:
        return
    walk.included.add(name)
    found = records(name, walk.dns)
    walk.voids += not walk.dns.records(name, "TXT")
    if len(found) != 1:
        walk.no_record.append(name)
        return
    _read(walk, name, found[0], is_first=is_first)


def _add_hosts(walk: Walk, kind: str, host: str, width: str) -> None:
    hosts = walk.dns.records(host, "MX")[:MOST_LOOKUPS] if kind == "mx" else [host]
    ips = {ip for one in hosts for ip in walk.dns.addresses(one)}
    walk.voids += not ips
    narrow = width.partition("/")[0]
    for ip in ips:
        bits = narrow if narrow and ip.version == 4 else ip.max_prefixlen
        _add_network(walk, f"{kind}/{width}", f"{ip}/{bits}")


def _add_network(walk: Walk, term: str, value: str) -> None:
    try:
        walk.networks.append(ip_network(value, strict=False))
    except ValueError:
        walk.broken.append(term)
