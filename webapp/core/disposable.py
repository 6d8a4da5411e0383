"""Domains whose addresses live for minutes; relays that hide a lasting address are none of them."""

from functools import cache

# Their owners read what comes: they hide an address, they do not throw one away.
RELAYS = frozenset(
    {
        *("privaterelay.appleid.com", "icloud.com", "mozmail.com", "duck.com"),
        *("simplelogin.com", "simplelogin.co", "aleeas.com", "slmail.me", "8alias.com"),
        *("dralias.com", "anonaddy.com", "anonaddy.me", "addy.io", "passmail.net"),
        *("passinbox.com", "passfwd.com"),
    }
)


def is_disposable(domain: str) -> bool:
    """Whether the domain, or one above it, gives out addresses to throw away."""
    labels = domain.split(".")
    above = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return bool(above & _known()) and not above & RELAYS


@cache
def _known() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
