"""Values out of the events of mail services: checked, cut short, and with no address where none belongs."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from webapp.core.addresses import AddressIsNotValid, normalise
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind

# What our own adapters call the signed token of a message, where a service carries more
# than our Message-ID: a user variable, custom argument, tag or metadata of this name.
TOKEN = "message"  # noqa: S105 - the name of a field
# What is said of an address that a service keeps off by a list of its own: its words
# speak of a blacklist, as servers do that will not hear us.
KEPT_OFF = "kept off by the service"
LONGEST = 500
# Nothing beyond it is looked at: looking for addresses takes the square of its length.
_LOOKED_AT = 2000
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;\"']+")
# A NUL and half a pair are no text of PostgreSQL's.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_CODE = re.compile(r"(?<![\d.])([245]\d\d)(?![\d.])", re.ASCII)
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])", re.ASCII)
# Later than any event of today, in seconds: so it counts thousandths of them.
_MILLISECONDS = 10**11


def text(*told: Any) -> str:
    """What was said, as one line without any address in it."""
    words = " ".join(str(one) for one in told if isinstance(one, str | int))
    if len(words) > _LOOKED_AT:
        # Without the last word: half an address would not look like one.
        words = words[:_LOOKED_AT].rpartition(" ")[0]
    words = _ADDRESS.sub("…", _NO_TEXT.sub("", words))
    return " ".join(words.split())[:LONGEST]


def address(told: Any) -> str | None:
    """The address, as we store addresses; None when it is none."""
    if not isinstance(told, str):
        return None
    try:
        return normalise(told)
    except AddressIsNotValid:
        return None


def moment(told: Any) -> datetime | None:
    """A time told as ISO 8601, or as seconds or milliseconds since 1970; None when it is none."""
    try:
        if isinstance(told, str) and not told.replace(".", "", 1).isdigit():
            found = datetime.fromisoformat(told)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        seconds = float(told)
        scale = 1000 if seconds > _MILLISECONDS else 1
        return datetime.fromtimestamp(seconds / scale, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def code(*told: Any) -> int:
    """The first SMTP code in what was said; 0 when there is none."""
    return int(_first(_CODE, told) or 0)


def enhanced(*told: Any) -> str:
    """The first enhanced status code (RFC 3463) in what was said; empty when there is none."""
    return _first(_ENHANCED, told)


def _first(pattern: re.Pattern[str], told: tuple[Any, ...]) -> str:
    for one in told:
        found = pattern.search(str(one)) if isinstance(one, str | int) else None
        if found:
            return found[1]
    return ""


def ours(*told: Any) -> int | None:
    """Our number of the message one of these names: a Message-ID of ours, or its token."""
    tokens = addressing.tokens()
    for one in told:
        for word in _words(one):
            ids = tokens.read(word.strip("<> ").partition("@")[0], Kind.MESSAGE)
            if ids:
                return ids[0]
    return None


def _words(told: Any) -> Iterator[str]:
    """A text itself, and the field of ours in what may be JSON in a text."""
    if isinstance(told, list):
        for one in told:
            yield from _words(one)
    elif isinstance(told, dict):
        yield from _words(told.get(TOKEN))
    elif isinstance(told, str):
        yield told
        if told.startswith(("{", "[")):
            yield from _words(_parsed(told))


def _parsed(told: str) -> Any:
    try:
        return json.loads(told)
    except (ValueError, RecursionError):
        return None


def part(told: Any, name: str) -> dict[str, Any]:
    """An object in an object; empty when it is something else."""
    found = told.get(name) if isinstance(told, dict) else None
    return found if isinstance(found, dict) else {}


def parts(told: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list in an object; none when it is something else."""
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict)]
