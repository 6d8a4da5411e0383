"""What makes two e-mail addresses look like one person's: for matching, never for sending."""

from functools import lru_cache

import idna

from webapp.core import addresses, typos

_GMAIL = "gmail.com"


def key(address: str) -> str:
    """The address without case, tags and dots that Gmail overlooks, its domain as it was meant."""
    local, _, domain = address.strip().casefold().rpartition("@")
    domain = _meant(domain)
    if domain == _GMAIL:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}"


@lru_cache(maxsize=50_000)
def _meant(domain: str) -> str:
    if domain in addresses.DOTLESS_DOMAINS:
        return _GMAIL
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            return domain
    meant = typos.suggestion(f"@{domain}")
    return meant[1:] if meant else domain
