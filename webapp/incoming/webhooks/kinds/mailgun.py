"""Mailgun: an HMAC over a time and a word said once, inside the body.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
"""

import hashlib
import hmac
import json
import re
from typing import Any

from webapp.incoming.models import Source
from webapp.incoming.reports import Kind as What
from webapp.incoming.reports import Report
from webapp.incoming.webhooks import fields
from webapp.incoming.webhooks.kinds import Event, Key, Kind, Known, event
from webapp.incoming.webhooks.posted import (
    NotReadable,
    NotTheirs,
    Once,
    Posted,
    Proof,
    record,
    refuse_stale,
)

_SECONDS = re.compile("[0-9]{10}")
_LEFT_OUT = {"accepted", "opened", "clicked", "stored"}
# Why Mailgun gave up, where no server said anything.
_REASONS = {
    "suppress-bounce": (550, "5.1.1"),
    "old": (450, "4.4.7"),
    "espblock": (550, "5.7.1"),
}
_REFUSED_BY_PEOPLE = {
    "suppress-complaint": What.COMPLAINT,
    "suppress-unsubscribe": What.UNSUBSCRIBE,
}


def verify(posted: Posted, proof: Proof) -> Known:
    """Signed with the key of the account, lately, for this very event."""
    told = record(posted.raw)
    signature = fields.part(told, "signature")
    stamp, word, mark = (
        signature.get(name) for name in ("timestamp", "token", "signature")
    )
    if not (isinstance(word, str) and isinstance(mark, str) and proof.key):
        raise NotTheirs("unsigned")
    expected = hmac.new(
        proof.key.encode(), f"{stamp}{word}".encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()
    if not hmac.compare_digest(mark.encode("utf-8", "replace"), expected.encode()):
        raise NotTheirs("a wrong signature")
    # In seconds: with digits taken from the word behind it, it would be another word.
    is_whole = _SECONDS.fullmatch(str(stamp))
    signed_at = fields.moment(stamp) if is_whole else None
    if signed_at is None:
        raise NotTheirs("undated")
    refuse_stale(signed_at)
    body = json.dumps(told.get("event-data"), sort_keys=True).encode()
    # The signature is about the word alone: the first event it came with keeps it.
    return Known(Once(word, body))


def events(raw: bytes) -> list[Event]:
    """The one event of a post."""
    told = fields.part(record(raw), "event-data")
    if not told:
        raise NotReadable
    return [] if str(told.get("event")) in _LEFT_OUT else [event(told, told.get("id"))]


def read(raw: bytes) -> list[Report]:
    """What happened, in our words."""
    told = record(raw)
    status = fields.part(told, "delivery-status")
    said = status.get("message"), status.get("description")
    kind = _kind(told)
    code, enhanced = _codes(told, status, said) if kind is What.BOUNCE else (0, "")
    return [
        Report(
            kind,
            message=_message(told),
            address=fields.address(told.get("recipient")),
            code=code,
            enhanced=enhanced,
            text=fields.text(*said) or fields.text(told.get("reason")),
            at=fields.moment(told.get("timestamp")),
        )
    ]


def _kind(told: dict[str, Any]) -> What:
    name = told.get("event")
    if name == "failed":
        if told.get("severity") == "temporary":
            return What.DELAYED
        return _REFUSED_BY_PEOPLE.get(str(told.get("reason")), What.BOUNCE)
    return {
        "delivered": What.DELIVERED,
        "complained": What.COMPLAINT,
        "unsubscribed": What.UNSUBSCRIBE,
        # It would not take the message from us.
        "rejected": What.BOUNCE,
    }.get(str(name), What.UNKNOWN)


def _codes(
    told: dict[str, Any], status: dict[str, Any], said: tuple[Any, ...]
) -> tuple[int, str]:
    given = _REASONS.get(str(told.get("reason")))
    if given:
        return given
    if told.get("event") == "rejected":
        return 554, "5.7.1"
    # Its own codes, above 600, are none of SMTP's.
    return fields.code(status.get("code"), *said), fields.enhanced(
        status.get("enhanced-code"), *said
    )


def _message(told: dict[str, Any]) -> int | None:
    headers = fields.part(fields.part(told, "message"), "headers")
    return fields.ours(headers.get("message-id"), told.get("user-variables"))


MAILGUN = Kind(Source.MAILGUN, "Mailgun", Key.SIGNING, verify, events, read)
