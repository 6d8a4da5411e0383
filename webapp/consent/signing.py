"""Sign what leaves the ledger, with a key that is not in the database."""

from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from webapp.core.encryption import derived_key


def sign(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the public key and an Ed25519 signature over its RFC 8785 form."""
    told = {**document, "key": public_key()}
    return {**told, "signature": _key().sign(rfc8785.dumps(told)).hex()}


def public_key() -> str:
    """What others recognise the installation by, in hexadecimal."""
    return _key().public_key().public_bytes_raw().hex()


def _key() -> Ed25519PrivateKey:
    # Derived from the key of the installation: the same on each of its machines, in no dump.
    return Ed25519PrivateKey.from_private_bytes(derived_key("ledger signature"))
