"""What each mailbox provider is known to take; docs/lanes.md tells where each figure comes from."""

from dataclasses import dataclass

from webapp.lanes.models import WHOLE_SERVER


@dataclass(frozen=True)
class Terms:
    """How much one mail server hands over for one provider; None is no limit."""

    connections: int
    messages_per_connection: int
    per_minute: int | None = None
    daily_cap: int | None = None


# What large senders begin with where nothing is known.
USUAL = Terms(10, 100)
# Companies' gateways and French providers that publish nothing, and like it slow.
CAREFUL = Terms(3, 50)
BY_PROVIDER: dict[str, Terms] = {
    "google": Terms(5, 50),
    "microsoft": Terms(5, 50),
    "office365": Terms(5, 50),
    "yahoo": Terms(5, 20),
    "apple": Terms(10, 5),
    "orange": Terms(2, 100),
    "free": Terms(2, 20, per_minute=600),
    "sfr": Terms(2, 50, per_minute=1200),
    "bouygues": Terms(2, 50, per_minute=1200),
    "laposte": Terms(2, 50, per_minute=1200),
    "gmx": CAREFUL,
    "proton": CAREFUL,
    "tonline": CAREFUL,
    "ovh": CAREFUL,
    "ionos": CAREFUL,
    "gandi": CAREFUL,
    "infomaniak": CAREFUL,
    "mimecast": Terms(10, 100),
    "proofpoint": Terms(10, 100),
}
# A service that is spoken to by HTTP delivers by itself, at the pace of each provider.
BY_A_SERVICE = Terms(10, 1000)
# What limits each provider limits the whole: a quota of the relay is for a person to enter.
WHOLE = Terms(50, 1000)


def terms(provider: str, *, by_a_service: bool = False) -> Terms:
    """What is recommended for a provider, handed over by SMTP or by a service."""
    if provider == WHOLE_SERVER:
        return WHOLE
    if by_a_service:
        return BY_A_SERVICE
    return BY_PROVIDER.get(provider, USUAL)
