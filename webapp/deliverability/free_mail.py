"""Addresses at mailbox providers: only the provider can sign for them."""

from webapp.core import addresses
from webapp.core.addresses import LARGE_DOMAINS

DOMAINS = LARGE_DOMAINS | {
    *("googlemail.com", "live.com", "hotmail.be", "outlook.be", "hotmail.co.uk"),
    *("yahoo.co.uk", "yahoo.be", "yahoo.de", "ymail.com", "rocketmail.com", "aol.fr"),
    *("numericable.fr", "club-internet.fr", "aliceadsl.fr", "voila.fr", "cegetel.net"),
    *("noos.fr", "libertysurf.fr", "dbmail.com", "mailo.com", "mailo.fr", "net-c.fr"),
    *("mac.com", "pm.me", "tutanota.com", "gmx.de", "gmx.net", "web.de", "t-online.de"),
    *("mail.com", "yandex.com", "yandex.ru", "mail.ru", "skynet.be", "telenet.be"),
    *("bluewin.ch", "free.com", "hey.com", "zohomail.eu", "zohomail.com"),
}
# Whose servers may send for which of these addresses.
_SERVERS = {
    "gmail.com": {"gmail.com", "googlemail.com"},
    "office365.com": {"outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr"},
    "outlook.com": {"outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr"},
    "yahoo.com": {"yahoo.com", "yahoo.fr", "ymail.com"},
    "orange.fr": {"orange.fr", "wanadoo.fr"},
    "sfr.fr": {"sfr.fr", "neuf.fr"},
    "me.com": {"icloud.com", "me.com", "mac.com"},
}


def is_one(address: str) -> bool:
    """Whether an address is at a mailbox provider."""
    return addresses.domain(address) in DOMAINS


def sends_for(host: str, address: str) -> bool:
    """Whether this SMTP server is the provider's own, which signs for its addresses."""
    domain = addresses.domain(address)
    return any(
        host == server or host.endswith(f".{server}")
        for server in {domain} | {at for at, own in _SERVERS.items() if domain in own}
    )
