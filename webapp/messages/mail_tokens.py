"""The opaque end of the links in our mails: signed, short, never expiring.

Mail is read years later, so a token outlives its contact and the rotation of keys.
"""

import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from enum import IntEnum

MAC_BYTES = 12
_LONGEST = 80
_WIDE = 0x80
_PADDING = (b"", b"===", b"==", b"=")
_TO_URL = bytes.maketrans(b"+/", b"-_")
# What is no sign of ours becomes none of base64's.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
# The last sign of a token, by its length: the bits that say nothing are zero.
_LAST = (None, (), tuple("AQgw"), tuple("AEIMQUYcgkosw048"))


class Kind(IntEnum):
    """What a link does; a token for one kind is no token for another."""

    UNSUBSCRIBE = 1
    PREFERENCES = 2
    VIEW = 3
    OPEN = 4
    CLICK = 5
    MESSAGE = 6
    FRESH = 7
    HYGIENE = 8
    MEASURING = 9


# How many ids each kind carries:
# workspace, contact, list, message | workspace, contact | message | message, campaign |
# workspace, contact, the minute it ends, a mark of the address it was mailed to |
# contact | as a fresh one, and campaign.
_IDS = {
    Kind.UNSUBSCRIBE: 4,
    Kind.PREFERENCES: 2,
    Kind.VIEW: 1,
    Kind.OPEN: 1,
    Kind.CLICK: 2,
    Kind.MESSAGE: 1,
    Kind.FRESH: 4,
    Kind.HYGIENE: 1,
    Kind.MEASURING: 5,
}
# By number: finding a kind in a dict costs as much as hashing the token.
_COUNTS = [
    _IDS.get(Kind(number), 0) if number else 0 for number in range(len(Kind) + 1)
]
_NARROW_FORM = [struct.Struct(f">BB{count}I") for count in _COUNTS]
_WIDE_FORM = [struct.Struct(f">BB{count}Q") for count in _COUNTS]


class MailTokens:
    """Signs with one key, and reads what any of its keys signed."""

    def __init__(
        self,
        secret: bytes,
        *,
        key_id: int = 1,
        older: Mapping[int, bytes] | None = None,
    ) -> None:
        """Older secrets by their key id: links in mails already sent go on working."""
        self._key_id = key_id
        secrets = {**(older or {}), key_id: secret}
        self._keys = {number: _derive(value) for number, value in secrets.items()}
        self._key = self._keys[key_id]

    def sign(self, kind: Kind, *ids: int) -> str:
        """A token of 24 to 46 characters; an id that does not apply is 0."""
        try:
            body = _NARROW_FORM[kind].pack(self._key_id, kind, *ids)
        except struct.error:
            body = _WIDE_FORM[kind].pack(self._key_id, kind | _WIDE, *ids)
        return _encode(body + _mac(self._key, body))

    def read(self, token: str, kind: Kind) -> tuple[int, ...] | None:
        """The ids, or None for anything we did not sign for this kind."""
        raw = _decode(token)
        if raw is None:
            return None
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        # An unknown key is worth the same time as a wrong signature.
        key = self._keys.get(raw[0], b"")
        if not hmac.compare_digest(_mac(key or self._key, body), mac):
            return None
        return _ids(body, kind) if key else None


def _ids(body: bytes, kind: Kind) -> tuple[int, ...] | None:
    form = _WIDE_FORM[kind] if body[1] & _WIDE else _NARROW_FORM[kind]
    if body[1] & ~_WIDE != kind or len(body) != form.size:
        return None
    return tuple(form.unpack(body)[2:])


def _mac(key: bytes, body: bytes) -> bytes:
    """A keyed hash (RFC 7693), at a third of the cost of an HMAC: a mail has six of them."""
    return hashlib.blake2b(body, key=key, digest_size=MAC_BYTES).digest()


def _derive(secret: bytes) -> bytes:
    """A key of its own: what is signed here cannot be passed off as a session."""
    return hmac.digest(secret, b"volontiers mail links", hashlib.sha256)


def _encode(raw: bytes) -> str:
    text = binascii.b2a_base64(raw, newline=False).translate(_TO_URL)
    return text.rstrip(b"=").decode("ascii")


def _decode(token: str) -> bytes | None:
    """What a token says, in the one spelling that it has."""
    if len(token) > _LONGEST:
        return None
    over = len(token) % 4
    last = _LAST[over]
    if last is not None and token[-1] not in last:
        return None
    try:
        raw = binascii.a2b_base64(
            token.encode("ascii").translate(_FROM_URL) + _PADDING[over],
            strict_mode=True,
        )
    except (binascii.Error, UnicodeEncodeError):
        return None
    return raw if len(raw) > MAC_BYTES + 2 else None
