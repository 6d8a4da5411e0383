"""Questions to the DNS, each asked once; who answers can be replaced."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import dns.exception
import dns.name
import dns.resolver
import dns.reversename
from dns.rdatatype import TXT

# In seconds, for one question.
LIFETIME = 3.0
# For one round: names that lead to more and more names would keep a worker for hours.
MOST_QUESTIONS = 400

Ip = IPv4Address | IPv6Address
# The records of a name and kind as text, none where there are none.
Ask = Callable[[str, str], list[str]]


class Silent(LookupError):
    """The DNS did not answer; nothing follows from that."""


def ask_dns(name: str, kind: str) -> list[str]:
    """The records of a name; the parts of a TXT record joined, names without their last dot.

    :raises Silent: when no server gave an answer in time.
    """
    try:
        found = dns.resolver.resolve(name, kind, lifetime=LIFETIME, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong):
        return []
    except (dns.name.EmptyLabel, dns.name.NameTooLong, dns.resolver.YXDOMAIN):
        return []
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise Silent from error
    if found.rdtype == TXT:
        return [b"".join(one.strings).decode("utf-8", "replace") for one in found]
    return [str(getattr(one, "exchange", one)).rstrip(".").lower() for one in found]


class Dns:
    """One round of questions; what was answered is remembered until its end."""

    def __init__(self, ask: Ask | None = None) -> None:
        self._ask = ask or ask_dns
        self._known: dict[tuple[str, str], list[str]] = {}

    def records(self, name: str, kind: str) -> list[str]:
        """As ask_dns(), and silent once enough was asked."""
        question = (name.lower().rstrip("."), kind)
        if question not in self._known:
            if len(self._known) >= MOST_QUESTIONS:
                raise Silent
            self._known[question] = self._ask(*question)
        return self._known[question]

    def texts(self, name: str, version: str) -> list[str]:
        """The TXT records that begin with a version tag, such as `v=spf1`."""
        return [
            text
            for text in self.records(name, "TXT")
            if text.replace(" ", "").lower().startswith(version.lower())
        ]

    def addresses(self, name: str) -> set[Ip]:
        """Where a host is; an address stands for itself."""
        own = as_ip(name)
        if own:
            return {own}
        found = self.records(name, "A") + self.records(name, "AAAA")
        return {ip for ip in map(as_ip, found) if ip}

    def names(self, ip: Ip) -> list[str]:
        """What the owner of an address calls it (PTR)."""
        return self.records(str(dns.reversename.from_address(str(ip))), "PTR")


def as_ip(text: str) -> Ip | None:
    """The address this text is, if it is one."""
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None
