"""DKIM signatures (RFC 6376, 8301, 8463): relaxed for the header, simple for the body.

The body of our messages needs no rewriting under `simple`, which makes its hash the cost of
hashing. The RSA signature costs ten times all the rest together.
"""

import hashlib
import re
from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

CRLF = b"\r\n"
# Each is signed where it stands. RFC 8058 demands both fields about leaving, Gmail Feedback-ID.
SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"mime-version",
    b"content-type",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"feedback-id",
    b"auto-submitted",
)
# Signed once more than it stands, so that nobody can add a second one (RFC 6376 8.15).
OVERSIGNED = b"from"
_SPACES = re.compile(rb"[ \t]+")
# RFC 5322 2.1.1: lines of 78 characters, their end not counted.
_LINE = 74


@dataclass(frozen=True)
class SigningKey:
    """A private key and the selector under which the DNS has its public half."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False, compare=False)

    @property
    def name(self) -> bytes:
        """The algorithm as `a=` says it."""
        is_rsa = isinstance(self.private, RSAPrivateKey)
        return b"rsa-sha256" if is_rsa else b"ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        """Always the same for the same data, so that a retry carries the same bytes."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        # RFC 8463 3: what is signed is the hash of the header.
        return self.private.sign(hashlib.sha256(data).digest())


@dataclass(frozen=True)
class Signer:
    """Signs the messages of one domain, with one key or with two side by side."""

    domain: str
    keys: tuple[SigningKey, ...]

    def sign(self, headers: bytes, body: bytes) -> bytes:
        """The DKIM-Signature fields to put in front of a message.

        :param headers: the header fields, each with its CRLF, without the empty line.
        :param body: what comes after the empty line, its line ends CRLF.
        """
        fields = _canonical_fields(headers)
        signed = _signed_names(fields)
        data = b"".join(_take(fields, signed))
        hashed = b64encode(_body_hash(body))
        return b"".join(self._field(key, signed, data, hashed) for key in self.keys)

    def _field(
        self, key: SigningKey, signed: tuple[bytes, ...], data: bytes, hashed: bytes
    ) -> bytes:
        start = _start(self.domain, key.selector, key.name, signed)
        unsigned = b"DKIM-Signature: " + start + hashed + b";\r\n b="
        canonical = _canonical_fields(unsigned + CRLF)[b"dkim-signature"][0]
        signature = b64encode(key.sign(data + canonical[: -len(CRLF)]))
        return unsigned + CRLF.join(_cut(signature)) + CRLF


def _canonical_fields(headers: bytes) -> dict[bytes, list[bytes]]:
    """The fields as they are signed, by name, in their order (RFC 6376 3.4.2: relaxed)."""
    unfolded = headers.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t")
    if b"  " in unfolded or b"\t" in unfolded:
        unfolded = _SPACES.sub(b" ", unfolded)
    fields = defaultdict(list)
    for line in unfolded.split(CRLF):
        name, colon, value = line.partition(b":")
        if colon:
            name = name.strip(b" ").lower()
            fields[name].append(name + b":" + value.strip(b" ") + CRLF)
    return fields


def _signed_names(fields: dict[bytes, list[bytes]]) -> tuple[bytes, ...]:
    names = [name for name in SIGNED for _ in fields.get(name, ())]
    return (*names, OVERSIGNED)


def _take(fields: dict[bytes, list[bytes]], signed: tuple[bytes, ...]) -> list[bytes]:
    """The fields that these names stand for: of several alike, the last one first."""
    left = {name: fields[name][:] for name in set(signed) if name in fields}
    return [left[name].pop() for name in signed if left.get(name)]


def _body_hash(body: bytes) -> bytes:
    """RFC 6376 3.4.3: the body ends with one line end, whatever it ended with."""
    end = len(body)
    while body.endswith(CRLF, 0, end):
        end -= len(CRLF)
    digest = hashlib.sha256(memoryview(body)[:end])
    digest.update(CRLF)
    return digest.digest()


@lru_cache(maxsize=256)
def _start(domain: str, selector: str, name: bytes, signed: tuple[bytes, ...]) -> bytes:
    """All of the field that is the same for all messages alike."""
    tags = (
        b"v=1; a=" + name + b"; c=relaxed/simple;\r\n"
        b" d=" + domain.encode() + b"; s=" + selector.encode() + b";\r\n"
    )
    return tags + b" h=" + _folded(signed) + b";\r\n bh="


def _folded(names: tuple[bytes, ...]) -> bytes:
    lines, current = [], b""
    for name in names:
        joined = current + b":" + name if current else name
        if len(joined) > _LINE - len(b" h=;"):
            lines.append(current + b":")
            joined = name
        current = joined
    return b"\r\n  ".join([*lines, current])


def _cut(signature: bytes) -> list[bytes]:
    parts = [signature[at : at + _LINE] for at in range(0, len(signature), _LINE)]
    return [part if number == 0 else b" " + part for number, part in enumerate(parts)]
