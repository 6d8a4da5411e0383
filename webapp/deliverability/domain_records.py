"""The DNS records that the owner of a sender domain publishes."""

from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.core import addresses
from webapp.core.i18n import _l
from webapp.core.installation import settings
from webapp.deliverability import domain_keys, mail_hosts, sender_domains
from webapp.deliverability.domain_checks import (
    dkim_records,
    dmarc,
    findings,
    spf,
)
from webapp.deliverability.domain_checks.dkim_records import OwnKey
from webapp.deliverability.domain_checks.findings import Subject
from webapp.deliverability.models import DomainKey, SenderDomain

# What a TXT record holds in one piece (RFC 1035 3.3.14).
PIECE = 255
_NOTHING_ELSE = "~all"
_ALL = frozenset({"all", "+all", "-all", "~all", "?all"})


@dataclass(frozen=True)
class Record:
    """A line for the zone of the domain; `is_there` as far as the last check saw."""

    subject: Subject
    kind: str
    name: str
    value: str
    why: Any
    is_there: bool = False

    @property
    def pieces(self) -> str:
        """A long value as some providers want it: in quoted pieces; empty where one does."""
        if len(self.value) <= PIECE:
            return ""
        cut = range(0, len(self.value), PIECE)
        return " ".join(f'"{self.value[at : at + PIECE]}"' for at in cut)


def of(domain: SenderDomain, workspace: Workspace) -> list[Record]:
    """All that is to be published for a domain, whether it is there or not."""
    found = [_spf(domain, workspace)]
    if sender_domains.signs_here(workspace):
        found += _dkim(domain)
    if _present(domain, Subject.DMARC) or not _is_good(domain, Subject.DMARC):
        # Else the record of a domain above holds for this one.
        found.append(_dmarc(domain, workspace))
    if domain.return_path_host and settings().return_host:
        found += _return_path(domain, workspace)
    if domain.tracking_host and mail_hosts.own_name():
        found.append(_tracking(domain))
    return found


def spf_value(present: str, needed: list[str]) -> str:
    """The record as it should be: all that is there, what is missing, and an end to it."""
    terms = [term for term in present.split() if term.lower() not in _ALL]
    ends = [term for term in present.split() if term.lower() in {"-all", "~all"}]
    elsewhere = [term for term in terms if term.lower().startswith("redirect=")]
    kept = [term for term in terms or [spf.VERSION] if term not in elsewhere]
    missing = [term for term in needed if term not in present.lower().split()]
    return " ".join([*kept, *missing, *(elsewhere or ends[:1] or [_NOTHING_ELSE])])


def dmarc_value(present: str, reports: str) -> str:
    """The record as it should be: its policy as it is, and somebody who is told."""
    tags = dkim_records.tags_of(present) if present else {"v": "DMARC1"}
    kept = {name: value for name, value in tags.items() if name in dmarc.KNOWN}
    if kept.get("p", "").lower() not in dmarc.POLICIES:
        kept["p"] = "none"
    kept["rua"] = kept.get("rua") or f"mailto:{reports}"
    order = ["v", "p", *(name for name in kept if name not in {"v", "p"})]
    return "; ".join(f"{name}={kept[name]}" for name in order)


def _spf(domain: SenderDomain, workspace: Workspace) -> Record:
    return Record(
        Subject.SPF,
        "TXT",
        domain.domain,
        spf_value(_present(domain, Subject.SPF), _terms(workspace)),
        _l("Says which servers may send for the domain. It has one such record alone."),
        _is_good(domain, Subject.SPF),
    )


def _dkim(domain: SenderDomain) -> list[Record]:
    keys = domain_keys.every(domain)
    current = [key for key in keys if key not in domain_keys.outdated(keys)]
    return [_key(domain, key) for key in sorted(current, key=lambda one: one.id)]


def _key(domain: SenderDomain, key: DomainKey) -> Record:
    own = OwnKey(key.selector, key.algorithm, key.public_key)
    return Record(
        Subject.DKIM,
        "TXT",
        dkim_records.name_of(key.selector, domain.domain),
        dkim_records.record(own),
        _l(
            "The key by which receivers know that a message is yours and was not changed."
        ),
        key.seen_at is not None,
    )


def _dmarc(domain: SenderDomain, workspace: Workspace) -> Record:
    reports = workspace.sender_email
    if addresses.domain(reports) != domain.domain:
        reports = f"postmaster@{domain.domain}"
    return Record(
        Subject.DMARC,
        "TXT",
        f"_dmarc.{domain.domain}",
        dmarc_value(_present(domain, Subject.DMARC), reports),
        _l(
            "Ties the two to your address, and sends you daily reports. Put an address there "
            "that you read."
        ),
        _is_good(domain, Subject.DMARC),
    )


def _return_path(domain: SenderDomain, workspace: Workspace) -> list[Record]:
    host, is_there = (
        domain.return_path_host,
        _is_good(domain, Subject.RETURN_PATH),
    )
    return [
        Record(
            Subject.RETURN_PATH,
            "MX",
            host,
            f"10 {settings().return_host}.",
            _l(
                "Brings undeliverable mail back to us, which tells us whom not to write to."
            ),
            is_there,
        ),
        Record(
            Subject.RETURN_PATH,
            "TXT",
            host,
            spf_value("", _terms(workspace)),
            _l("SPF for that name: receivers ask it about each message."),
            is_there,
        ),
    ]


def _tracking(domain: SenderDomain) -> Record:
    return Record(
        Subject.TRACKING,
        "CNAME",
        domain.tracking_host,
        f"{mail_hosts.own_name()}.",
        _l("Lets the links of your messages bear your own name."),
        _is_good(domain, Subject.TRACKING),
    )


def _is_good(domain: SenderDomain, subject: Subject) -> bool:
    return sender_domains.is_good(domain, subject)


def _present(domain: SenderDomain, subject: Subject) -> str:
    """The record as the last check saw it; empty when it saw none of the domain's own."""
    details = [
        one.detail for one in findings.read(domain.checks) if one.subject == subject
    ]
    return next((str(one["record"]) for one in details if "record" in one), "")


def _terms(workspace: Workspace) -> list[str]:
    return [one.term for one in mail_hosts.mechanisms(mail_hosts.of(workspace))]
