"""The hosts a workspace's mail leaves by, as SPF and reverse DNS know them."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from webapp.accounts.models import Workspace
from webapp.core.installation import settings
from webapp.deliverability import choosing
from webapp.deliverability.domain_checks.asking import as_ip
from webapp.deliverability.domain_checks.spf import (
    NOT_ALLOWED,
    NOT_KNOWN,
    NOT_NAMED,
    Mechanism,
)
from webapp.deliverability.transports.api_server import ApiServer

# What providers ask one to include in SPF. Those of the second table put a return path of
# their own on each message, so that SPF is asked of their domain: ours is a courtesy.
_RELAYS = {
    "gandi.net": "_mailcust.gandi.net",
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "infomaniak.com": "spf.infomaniak.ch",
    "ionos.com": "_spf-eu.ionos.com",
    "ionos.fr": "_spf-eu.ionos.com",
    "migadu.com": "spf.migadu.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "ovh.net": "mx.ovh.com",
    "protonmail.ch": "_spf.protonmail.ch",
}
_OWN_RETURN_PATH = {
    "amazonaws.com": "amazonses.com",
    "brevo.com": "spf.brevo.com",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "mandrillapp.com": "spf.mandrillapp.com",
    "postmarkapp.com": "spf.mtasv.net",
    "scaleway.com": "_spf.tem.scaleway.com",
    "scw.cloud": "_spf.tem.scaleway.com",
    "sendgrid.net": "sendgrid.net",
    "smtp2go.com": "spf.smtp2go.com",
}
_KINDS = {
    "ses": "amazonaws.com",
    "brevo": "brevo.com",
    "mailgun": "mailgun.org",
    "postmark": "postmarkapp.com",
    "scaleway": "scaleway.com",
}


@dataclass(frozen=True)
class Host:
    """A host that mail leaves by; `include` where a provider is behind it."""

    name: str
    host: str
    include: str = ""
    keeps_return_path: bool = True

    @property
    def is_own(self) -> bool:
        """A server of the workspace or the installation, not of a known provider."""
        return not self.include

    @property
    def is_here(self) -> bool:
        """It is spoken with over a private network: what the world sees is not its address."""
        ip = as_ip(self.host)
        return self.host == "localhost" or (ip is not None and not ip.is_global)


def of(workspace: Workspace) -> list[Host]:
    """By which hosts the workspace's mail leaves; none when it leaves by none."""
    try:
        ways = choosing.ways(workspace)
    except choosing.NoMailServer:
        return []
    return list(dict.fromkeys(_host(way.server) for way in ways))


def mechanisms(hosts: list[Host]) -> list[Mechanism]:
    """What SPF must allow for them."""
    found = {_term(one): one for one in hosts}
    return [
        Mechanism(one.name, _seen_as(one), term, _without(one))
        for term, one in found.items()
        if term
    ]


def own_name() -> str:
    """What the installation is called in the public DNS; empty where it has no such name."""
    name = urlsplit(settings().base_url).hostname or ""
    return name if "." in name and as_ip(name) is None else ""


def _host(server: object) -> Host:
    if isinstance(server, ApiServer):
        return _known(_KINDS[server.kind]) or Host(server.kind, "")
    name = str(getattr(server, "host", ""))
    return _known(name) or Host(name, name)


def _known(host: str) -> Host | None:
    for table, keeps in ((_RELAYS, True), (_OWN_RETURN_PATH, False)):
        for domain, include in table.items():
            if host == domain or host.endswith(f".{domain}"):
                return Host(host, host, include, keeps)
    return None


def _seen_as(host: Host) -> str:
    return own_name() if host.is_here else host.host


def _without(host: Host) -> str:
    if host.is_here:
        return NOT_KNOWN
    return NOT_ALLOWED if host.keeps_return_path else NOT_NAMED


def _term(host: Host) -> str:
    if host.include:
        return f"include:{host.include}"
    if host.is_here:
        # The machine beside us: seen from outside, most likely our own name is its name.
        return f"a:{own_name()}" if own_name() else ""
    ip = as_ip(host.host)
    return f"ip{ip_address(ip).version}:{ip}" if ip else f"a:{host.host}"
