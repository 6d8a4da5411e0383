"""What a mail service of each kind posts: how to know it by, and how to read it."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.incoming.models import Source
from webapp.incoming.reports import Report
from webapp.incoming.webhooks.posted import (
    NotReadable,
    NotTheirs,
    Once,
    Posted,
    Proof,
    content,
)

# No service tells as many at once; each is a row that is written.
MOST_EVENTS = 10_000


class Key(StrEnum):
    """What a service is known by, beside the secret address itself."""

    # The key it signs with, copied from its own pages.
    SIGNING = "signing"
    # A name and password of the shop's choosing, sent along (RFC 7617).
    PASSWORD = "password"  # noqa: S105 - the kind of a key
    # A certificate of the service, and the one topic that may write here.
    TOPIC = "topic"


@dataclass(frozen=True)
class Known:
    """What is known of a post once it has proved to be theirs."""

    once: Once | None = None
    topic: str = ""
    # Where the service waits for a yes before it posts anything more.
    confirm_url: str = ""


@dataclass(frozen=True)
class Event:
    """One thing a post tells of: what the service calls it for good, and its own bytes."""

    mark: bytes
    raw: bytes


@dataclass(frozen=True)
class Kind:
    """A mail service. `verify` raises NotTheirs or NotReadable; `events` the latter.

    Events leave out opens and clicks, which the service measured without asking anybody,
    and what says no more than that a message was handed over.
    """

    source: Source
    name: str
    key: Key
    verify: Callable[[Posted, Proof], Known]
    events: Callable[[bytes], list[Event]]
    read: Callable[[bytes], list[Report]]


def by_password(posted: Posted, proof: Proof) -> Known:
    """Know a service that signs nothing by the password it was given, if it was given one.

    :raises NotTheirs: when it says another one.
    """
    if not proof.key:
        return Known()
    expected = b"Basic " + b64encode(proof.key.encode())
    told = posted.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(told, expected):
        raise NotTheirs("a wrong password")
    return Known()


def records(raw: bytes) -> list[dict[str, Any]]:
    """The events of a body that holds one of them or a list.

    :raises NotReadable: when it holds something else.
    """
    told = content(raw)
    found = told if isinstance(told, list) else [told]
    if len(found) > MOST_EVENTS or not all(isinstance(one, dict) for one in found):
        raise NotReadable
    return found


def event(told: dict[str, Any], name: object = None) -> Event:
    """An event under the name the service gives it or, without one, under all it says."""
    raw = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    if isinstance(name, str | int) and name != "":
        return Event(str(name).encode("utf-8", "replace"), raw)
    return Event(hashlib.sha256(raw).digest(), raw)
