"""Return paths that say which message comes back, and that nobody else can make (VERP)."""

import hmac
from base64 import b32decode, b32encode
from binascii import Error

from webapp.core.encryption import derived_key

# Bounces come back to it with the rest behind a plus, as mailboxes with subaddresses take them.
MAILBOX = "b"
_MAC_BYTES = 10
# Without padding in base32: a short and a long form.
_SHORT, _LONG = 5, 10


def address(message_id: int, domain: str) -> str:
    """The envelope sender of a message: 26 characters, rarely 34, before the @.

    Lower case and of letters and digits alone, since some servers fold the one and
    rewrite the other.
    """
    size = _SHORT if message_id < 1 << 8 * _SHORT else _LONG
    number = message_id.to_bytes(size, "big")
    token = b32encode(number + _mac(number)).decode("ascii").lower()
    return f"{MAILBOX}+{token}@{domain}"


def read(address: str) -> int | None:
    """The message that an address was made for; None for any that we did not make.

    What relays put before it (BATV's `prvs=…=`, SRS with its own signature) is looked past.
    """
    local = address.rpartition("@")[0] or address
    tag, plus, token = local.strip("<>").casefold().rpartition("+")
    if not plus or tag.rpartition("=")[2] != MAILBOX:
        return None
    raw = _decode(token)
    number, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(number) not in {_SHORT, _LONG} or not hmac.compare_digest(_mac(number), mac):
        return None
    return int.from_bytes(number, "big")


def _decode(token: str) -> bytes:
    try:
        return b32decode(token.upper())
    except (Error, ValueError):
        return b""


def _mac(number: bytes) -> bytes:
    return hmac.digest(derived_key("return path"), number, "sha256")[:_MAC_BYTES]
