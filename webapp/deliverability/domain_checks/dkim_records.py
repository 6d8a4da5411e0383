"""DKIM keys as the DNS has them (RFC 6376 3.6.1), beside the ones we sign with."""

from base64 import b64decode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.findings import (
    Finding,
    Subject,
    advice,
    good,
    problem,
)

# RFC 8301 3.2: shorter keys are not believed.
SHORTEST = 1024
# The key is ours, and mail is signed for good.
_WORKS = frozenset({"dkim_testing"})


@dataclass(frozen=True)
class OwnKey:
    """A key of ours: `public` is what should stand behind `p=`."""

    selector: str
    algorithm: str
    public: str
    # It has been seen in the DNS before.
    is_known: bool = False


def name_of(selector: str, domain: str) -> str:
    """Where the DNS keeps a key."""
    return f"{selector}._domainkey.{domain}"


def record(key: OwnKey) -> str:
    """What the DNS should say."""
    return f"v=DKIM1; k={key.algorithm}; p={key.public}"


def check(domain: str, keys: list[OwnKey], dns: Dns) -> tuple[list[Finding], list[str]]:
    """What is wrong with the published keys, and the selectors whose record is right.

    One right RSA key is enough to send; what concerns the others is advice.

    :raises Silent: when the DNS does not answer.
    """
    found = {key: _compare(domain, key, dns) for key in keys}
    right = [key for key, fault in found.items() if not fault or fault[0] in _WORKS]
    suffices = any(key.algorithm == "rsa" for key in right)
    faults = [
        (advice if suffices or key.algorithm != "rsa" else problem)(
            Subject.DKIM, fault, name=name_of(key.selector, domain), **detail
        )
        for key, (fault, detail) in _faulty(found)
    ]
    well = [good(Subject.DKIM, "dkim_good")] if suffices and not faults else []
    return well + faults, [key.selector for key in right]


Fault = tuple[str, dict[str, int]]


def _faulty(found: dict[OwnKey, Fault | None]) -> list[tuple[OwnKey, Fault]]:
    return [(key, fault) for key, fault in found.items() if fault is not None]


def _compare(domain: str, key: OwnKey, dns: Dns) -> Fault | None:
    published = dns.records(name_of(key.selector, domain), "TXT")
    keys = [tags for tags in map(tags_of, published) if "p" in tags]
    if len(keys) != 1:
        return "dkim_two" if keys else "dkim_missing", {}
    value = "".join(keys[0]["p"].split())
    if value == key.public:
        return ("dkim_testing", {}) if "y" in keys[0].get("t", "") else None
    return _other(value, key)


def _other(value: str, key: OwnKey) -> Fault:
    if not value:
        return "dkim_revoked", {}
    bits = _bits(value)
    if bits is not None and bits < SHORTEST:
        return "dkim_short", {"bits": bits}
    return "dkim_cut" if key.public.startswith(value) else "dkim_differs", {}


def tags_of(text: str) -> dict[str, str]:
    """The tags of a record: `v=DKIM1; k=rsa; p=…`."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _bits(value: str) -> int | None:
    """The length of an RSA key; None for anything else."""
    try:
        key = load_der_public_key(b64decode(value))
    except Exception:  # noqa: BLE001 - whatever stands there, it is no key
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
