"""The certificates topics are signed with: fetched from their service alone, and kept for a day."""

import re
import time
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from webapp.core import clock
from webapp.incoming.webhooks import fetching
from webapp.incoming.webhooks.fetching import CannotBeFetched
from webapp.incoming.webhooks.posted import NotTheirs

KEPT_FOR = 24 * 3600.0
# What could not be fetched is not asked for again at each post.
MISSED_FOR = 60.0
_MOST = 50


@dataclass(frozen=True)
class Authority:
    """A service that signs what its topics post.

    `certificate` and `subscribing` match the whole of an address: scheme, host, path.
    `chain` gives, for a region, where the certificates stand that issue its own.
    """

    certificate: re.Pattern[str]
    subscribing: re.Pattern[str]
    topic: re.Pattern[str]
    chain: str = ""


_kept: dict[str, tuple[list[x509.Certificate], float]] = {}


def certificate(authority: Authority, url: str, region: str) -> x509.Certificate:
    """The certificate at an address of the service, valid today and issued by it.

    :raises NotTheirs: for any other address, which is never asked, and any other certificate.
    """
    if not authority.certificate.fullmatch(url):
        raise NotTheirs("a certificate from somewhere else")
    found = _fetched(url)
    if not found or not _is_valid(found[0]):
        raise NotTheirs("the certificate is not valid today")
    if authority.chain and not _is_issued(found[0], authority.chain.format(region)):
        raise NotTheirs("the certificate was issued by somebody else")
    return found[0]


def forget() -> None:
    """Fetch every certificate anew when it is needed."""
    _kept.clear()


def _is_valid(one: x509.Certificate) -> bool:
    return one.not_valid_before_utc <= clock.now() <= one.not_valid_after_utc


def _is_issued(one: x509.Certificate, chain: str) -> bool:
    for issuer in _fetched(chain):
        try:
            one.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return _is_valid(issuer)
    return False


def _fetched(url: str) -> list[x509.Certificate]:
    now = time.monotonic()
    known = _kept.get(url)
    if known and known[1] > now:
        return known[0]
    if len(_kept) >= _MOST:
        _kept.clear()
    found = _read(url)
    _kept[url] = (found, now + (KEPT_FOR if found else MISSED_FOR))
    return found


def _read(url: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(fetching.get(url))
    except (CannotBeFetched, ValueError):
        return []
