"""DMARC (RFC 9989): whose record holds for a domain, and what it asks of receivers."""

from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.dkim_records import tags_of
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Subject,
    advice,
    good,
    problem,
)

VERSION = "v=DMARC1"
# RFC 9989 4.10: a walk up the tree asks at most eight times.
MOST_QUERIES = 8
POLICIES = frozenset({"none", "quarantine", "reject"})
KNOWN = frozenset(
    {"v", "p", "sp", "np", "psd", "t", "rua", "ruf", "adkim", "aspf", "fo"}
)
# Of RFC 7489 alone.
REMOVED = ("pct", "rf", "ri")


def check(domain: str, dns: Dns) -> list[Finding]:
    """What is wrong with the record that holds for a domain.

    :raises Silent: when the DNS does not answer.
    """
    own = dns.texts(f"_dmarc.{domain}", VERSION)
    if len(own) > 1:
        return [problem(Subject.DMARC, "dmarc_two", domain=domain, count=len(own))]
    where, text = holding(domain, dns)
    if not text:
        return [problem(Subject.DMARC, "dmarc_missing", domain=domain)]
    tags = tags_of(text)
    policy = policy_of(tags, is_own=where == domain)
    found = [*_wrong_policy(policy, where), *_faults(tags, where)]
    if not found:
        code = "dmarc_none" if policy == "none" else "dmarc_good"
        found = [good(Subject.DMARC, code, where=where, policy=policy)]
    return [one.also(record=text) for one in found] if where == domain else found


def holding(domain: str, dns: Dns) -> tuple[str, str]:
    """The domain whose record holds for this one, and the record; both empty without any."""
    found = {name: text for name in steps(domain) if (text := _single(name, dns))}
    for name in (domain, _organizational(domain, found), *found):
        if name in found:
            return name, found[name]
    return "", ""


def steps(domain: str) -> list[str]:
    """The names a walk up the tree asks about, the domain itself first."""
    labels = domain.split(".")
    # From a long name the walk jumps to the last seven labels.
    above = labels[1:] if len(labels) < MOST_QUERIES else labels[-(MOST_QUERIES - 1) :]
    return [domain, *(".".join(above[at:]) for at in range(len(above)))]


def policy_of(tags: dict[str, str], *, is_own: bool) -> str:
    """What a receiver does with mail that fails; empty where the record says nonsense."""
    said = tags.get("p", "none") if is_own else tags.get("sp") or tags.get("p", "none")
    return said.lower() if said.lower() in POLICIES else ""


def _organizational(domain: str, found: dict[str, str]) -> str:
    """RFC 9989 4.10.2: psd=n ends the walk, psd=y stands one above, else the shortest name."""
    for name, text in found.items():
        psd = tags_of(text).get("psd", "u").lower()
        if psd == "n":
            return name
        if psd == "y" and name != domain:
            return ".".join(domain.split(".")[-name.count(".") - 2 :])
    return min(found, key=len, default=domain)


def _single(name: str, dns: Dns) -> str:
    """The one record of a name: several count as none."""
    found = dns.texts(f"_dmarc.{name}", VERSION)
    return found[0] if len(found) == 1 else ""


def _wrong_policy(policy: str, where: str) -> list[Finding]:
    return [] if policy else [problem(Subject.DMARC, "dmarc_policy", domain=where)]


def _faults(tags: dict[str, str], where: str) -> list[Finding]:
    wrong = []
    removed = [name for name in REMOVED if name in tags]
    unknown = sorted(set(tags) - KNOWN - set(REMOVED) - {""})
    if removed:
        wrong.append(advice(Subject.DMARC, "dmarc_removed", tags=", ".join(removed)))
    if unknown:
        wrong.append(advice(Subject.DMARC, "dmarc_unknown", tags=", ".join(unknown)))
    if not tags.get("rua"):
        wrong.append(advice(Subject.DMARC, "dmarc_no_rua", domain=where))
    if tags.get("t", "").lower() == "y":
        wrong.append(advice(Subject.DMARC, "dmarc_testing", domain=where))
    strict = [name for name in ("adkim", "aspf") if tags.get(name, "").lower() == "s"]
    if strict:
        wrong.append(advice(Subject.DMARC, "dmarc_strict", tags=", ".join(strict)))
    return wrong
