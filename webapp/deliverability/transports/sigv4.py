"""AWS Signature Version 4, as far as a POST without a query needs it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, and what it is used for."""

    access_key: str
    secret: str = field(repr=False)
    region: str = ""
    service: str = ""


def signed(
    key: Key, path: str, headers: Mapping[str, str], body: bytes, at: datetime
) -> dict[str, str]:
    """The headers with X-Amz-Date and Authorization; `Host` must be among them.

    `path` needs no encoding; `at` is in UTC.
    """
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    stamped = {**headers, "X-Amz-Date": stamp}
    names, request = _canonical(path, stamped, body)
    scope = f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"
    to_sign = "\n".join((_ALGORITHM, stamp, scope, _hash(request.encode())))
    signature = hmac.digest(_signing_key(key, stamp[:8]), to_sign.encode(), "sha256")
    credential = f"{_ALGORITHM} Credential={key.access_key}/{scope}"
    stamped["Authorization"] = (
        f"{credential}, SignedHeaders={names}, Signature={signature.hex()}"
    )
    return stamped


def _canonical(path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    lines = sorted((name.lower(), value.strip()) for name, value in headers.items())
    names = ";".join(name for name, _ in lines)
    fields = "".join(f"{name}:{value}\n" for name, value in lines)
    return names, "\n".join(("POST", path, "", fields, names, _hash(body)))


def _signing_key(key: Key, day: str) -> bytes:
    found = f"AWS4{key.secret}".encode()
    for word in (day, key.region, key.service, "aws4_request"):
        found = hmac.digest(found, word.encode(), "sha256")
    return found


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
