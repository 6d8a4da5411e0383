"""The DKIM keys of a sender domain: made here, published by its owner, then used."""

import secrets
from base64 import b64encode
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db
from webapp.core.encryption import SecretIsUnreadable, decrypt, encrypt
from webapp.deliverability.dkim import SigningKey
from webapp.deliverability.models import DomainKey, KeyAlgorithm, SenderDomain

# RFC 8301: 2048, which is what providers recommend and what fits in a DNS answer.
RSA_BITS = 2048

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def make(domain: SenderDomain, algorithm: KeyAlgorithm) -> DomainKey:
    """A new key, which signs as soon as the DNS has its public half."""
    private = _generate(algorithm)
    pem = private.private_bytes(
        forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption()
    )
    made = DomainKey(
        sender_domain_id=domain.id,
        algorithm=algorithm,
        # Another installation may send for the same domain: its selectors are others.
        selector=f"v{clock.now():%y%m}-{secrets.token_hex(3)}",
        private_key_encrypted=encrypt(pem.decode("ascii")),
        public_key=_public(private),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def every(domain: SenderDomain) -> list[DomainKey]:
    """All keys of a domain, the newest first."""
    found = select(DomainKey).where(DomainKey.sender_domain_id == domain.id)
    return list(db.session.scalars(found.order_by(DomainKey.id.desc())))


def newest(keys: list[DomainKey], algorithm: KeyAlgorithm) -> DomainKey | None:
    """The last one made, which may still wait for the DNS."""
    return next((key for key in keys if key.algorithm == algorithm), None)


def in_use(keys: list[DomainKey], *, unseen: bool = False) -> list[DomainKey]:
    """The keys that sign: RSA, and Ed25519 beside it, each once it was seen in the DNS.

    :param unseen: an owner answers for what the DNS says: where none was seen, the newest.
    """
    rsa_key = _seen(keys, KeyAlgorithm.RSA)
    if rsa_key is None and unseen:
        rsa_key = newest(keys, KeyAlgorithm.RSA)
    if rsa_key is None:
        return []
    second = _seen(keys, KeyAlgorithm.ED25519)
    return [rsa_key, second] if second else [rsa_key]


def outdated(keys: list[DomainKey]) -> list[DomainKey]:
    """The keys that have signed and do not any more, since a newer one was seen."""
    current = {key.algorithm: key for key in reversed(keys) if key.seen_at}
    return [
        key
        for key in keys
        if key.algorithm in current and key.id < current[key.algorithm].id
    ]


def can_go(keys: list[DomainKey], key: DomainKey) -> bool:
    """Whether the domain signs as well without this key: a second one, or one not in use."""
    others = [
        one for one in keys if one is not key and one.algorithm == KeyAlgorithm.RSA
    ]
    if key.algorithm != KeyAlgorithm.RSA:
        return True
    return bool(others) and key not in in_use(keys, unseen=True)


def replaced_at(keys: list[DomainKey], key: DomainKey) -> datetime | None:
    """Since when a newer key of its kind signs."""
    return min(
        (
            one.seen_at
            for one in keys
            if one.seen_at and one.algorithm == key.algorithm and one.id > key.id
        ),
        default=None,
    )


def signing_key(key: DomainKey) -> SigningKey:
    """The key as it signs.

    :raises SecretIsUnreadable: when the key of the installation has changed.
    """
    return SigningKey(key.selector, _load(key.private_key_encrypted))


def is_readable(key: DomainKey) -> bool:
    """Whether the installation still has what this key was stored with."""
    try:
        _load(key.private_key_encrypted)
    except SecretIsUnreadable:
        return False
    return True


def _seen(keys: list[DomainKey], algorithm: KeyAlgorithm) -> DomainKey | None:
    return newest([key for key in keys if key.seen_at], algorithm)


# Reading a key costs more than signing with it.
@lru_cache(maxsize=256)
def _load(stored: str) -> Private:
    loaded = forms.load_pem_private_key(decrypt(stored).encode("ascii"), None)
    if not isinstance(loaded, Private):
        raise TypeError
    return loaded


def _generate(algorithm: KeyAlgorithm) -> Private:
    if algorithm is KeyAlgorithm.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def _public(private: Private) -> str:
    """What stands behind `p=` (RFC 6376 3.6.1, RFC 8463 4)."""
    public = private.public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        raw = public.public_bytes_raw()
    else:
        raw = public.public_bytes(
            forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo
        )
    return b64encode(raw).decode("ascii")
