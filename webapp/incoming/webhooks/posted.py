"""What a mail service posted, as it came; and the reasons to refuse it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webapp.core import clock

# SendGrid and SNS post again for a day when we do not answer, Mailgun for eight hours,
# with the signature of the first time: a shorter limit would lose what an outage delayed.
OLDEST = timedelta(hours=25)
# Their clocks and ours.
AHEAD = timedelta(minutes=5)


class NotTheirs(Exception):
    """Nothing proves that this comes from the service; the words are for our tests alone."""


class NotReadable(Exception):
    """Theirs, perhaps, but nothing that any of their events looks like."""


@dataclass(frozen=True)
class Posted:
    """The bytes as they came, with the header fields beside them."""

    raw: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Proof:
    """What the workspace told us of its account, to know the service by.

    `key`: the signing key, or "user:password"; `topic`: the one that may write here.
    """

    key: str = field(default="", repr=False)
    topic: str = ""


@dataclass(frozen=True)
class Once:
    """A word the service says once: whoever says it again, with another body, copied it."""

    word: str
    body: bytes = field(repr=False)


def refuse_stale(signed_at: datetime) -> None:
    """Refuse what was signed too long ago, or is dated after now.

    :raises NotTheirs: then.
    """
    now = clock.now()
    if not now - OLDEST <= signed_at <= now + AHEAD:
        raise NotTheirs("too old")


def content(raw: bytes) -> Any:
    """The JSON in a body.

    :raises NotReadable: when it holds none, or nothing that the database could hold.
    """
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NotReadable from error


def record(raw: bytes) -> dict[str, Any]:
    """The JSON object in a body.

    :raises NotReadable: when it holds something else.
    """
    found = content(raw)
    if not isinstance(found, dict):
        raise NotReadable
    return found
