"""E-mail addresses: checked, normalised and hashed in one place."""

import hashlib
import hmac

from email_validator import EmailNotValidError, validate_email

from webapp.core.errors import DomainError
from webapp.core.i18n import _l

# RFC 5321 4.5.3.1.3: the longest path is 256 octets with its brackets.
MAX_LENGTH = 254


# Mailboxes of everybody; many people at one of them says nothing.
LARGE_DOMAINS = frozenset(
    {
        *("gmail.com", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com"),
        *("live.fr", "msn.com", "orange.fr", "wanadoo.fr", "yahoo.fr", "yahoo.com"),
        *("free.fr", "sfr.fr", "neuf.fr", "laposte.net", "bbox.fr", "icloud.com"),
        *("me.com", "aol.com", "gmx.fr", "gmx.com", "protonmail.com", "proton.me"),
    }
)
# Where dots in the local part make no difference.
DOTLESS_DOMAINS = frozenset({"gmail.com", "googlemail.com"})


class AddressIsNotValid(DomainError):
    """This cannot be an e-mail address."""

    message = _l("This does not look like an e-mail address.")


def normalise(address: str) -> str:
    """The address as we store it: domain in lower case, local part as typed, NFC.

    :raises AddressIsNotValid: also for an address that carries CR, LF or NUL.
    """
    try:
        checked = validate_email(
            address.strip(" \t"), check_deliverability=False, strict=True
        )
    except EmailNotValidError as error:
        raise AddressIsNotValid from error
    if len(checked.normalized) > MAX_LENGTH:
        raise AddressIsNotValid
    return checked.normalized


def key(address: str) -> str:
    """What makes two addresses the same one: the normal form, in lower case."""
    return address.strip().casefold()


def domain(address: str) -> str:
    """Where the address receives its mail."""
    return key(address).rpartition("@")[2]


def mailbox(address: str) -> str:
    """What makes two addresses reach the same mailbox: for counting abuse, never for identity."""
    local = key(address).rpartition("@")[0].partition("+")[0]
    at = domain(address)
    return f"{local.replace('.', '') if at in DOTLESS_DOMAINS else local}@{at}"


def keyed_hash(address: str, secret: bytes) -> bytes:
    """A mark by which we recognise an address without keeping it (HMAC-SHA-256)."""
    return hmac.digest(secret, key(address).encode(), hashlib.sha256)


def mask(address: str) -> str:
    """The address as a stranger may see it: m…@example.org."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
