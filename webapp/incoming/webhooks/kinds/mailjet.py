"""Mailjet: it signs nothing and names no event; one or a bundle of them at once.

https://dev.mailjet.com/email/guides/webhooks/
"""

from typing import Any

from webapp.incoming.models import Source
from webapp.incoming.reports import Kind as What
from webapp.incoming.reports import Report
from webapp.incoming.webhooks import fields
from webapp.incoming.webhooks.kinds import (
    Event,
    Key,
    Kind,
    by_password,
    event,
    records,
)

_LEFT_OUT = {"open", "click"}
_KINDS = {
    # To Mailjet, a message is sent once the server of the reader took it.
    "sent": What.DELIVERED,
    "bounce": What.BOUNCE,
    "blocked": What.BOUNCE,
    "spam": What.COMPLAINT,
    "unsub": What.UNSUBSCRIBE,
}
_NO_BOUNCES = {
    "greylisted": What.DELAYED,
    # Somebody who complained before.
    "spam reporter": What.COMPLAINT,
    "duplicate in campaign": What.UNKNOWN,
}
_ERRORS = {
    "user unknown": (550, "5.1.1"),
    "mailbox inactive": (550, "5.2.1"),
    "quota exceeded": (452, "4.2.2"),
    "invalid domain": (550, "5.1.2"),
    "no mail host": (550, "5.1.2"),
    "typofix": (550, "5.1.2"),
    "relay/access denied": (550, "5.7.1"),
    "sender blocked": (550, "5.7.1"),
    "content blocked": (550, "5.7.1"),
    "policy issue": (550, "5.7.1"),
    "system issue": (450, "4.3.0"),
    "protocol issue": (550, "5.5.0"),
    "connection issue": (450, "4.4.1"),
    # Lists of its own: of those who bounced, and of those the shop put there.
    "preblocked": (550, "5.2.1"),
    "blacklisted": (550, "5.2.1"),
}
_KEPT_OFF = {"preblocked", "blacklisted"}
# What is related to each, where the error is none of those.
_RELATED = {
    "recipient": (450, "4.2.0"),
    "domain": (450, "4.4.0"),
    "content": (550, "5.7.1"),
    "spam": (550, "5.7.1"),
    "system": (450, "4.3.0"),
    "mailjet": (550, "5.7.1"),
}


def events(raw: bytes) -> list[Event]:
    """The events of a post; the same one comes again with the same words."""
    return [
        event(told) for told in records(raw) if str(told.get("event")) not in _LEFT_OUT
    ]


def read(raw: bytes) -> list[Report]:
    """What happened, in our words."""
    return [_report(told) for told in records(raw)]


def _report(told: dict[str, Any]) -> Report:
    error = str(told.get("error") or "").strip().lower()
    kind = _KINDS.get(str(told.get("event")), What.UNKNOWN)
    if kind is What.BOUNCE:
        kind = _NO_BOUNCES.get(error, kind)
    code, enhanced = _codes(told, error) if kind is What.BOUNCE else (0, "")
    said = told.get("comment"), told.get("smtp_reply")
    if error in _KEPT_OFF:
        said = fields.KEPT_OFF, ""
    return Report(
        kind,
        message=fields.ours(told.get("CustomID"), told.get("Payload")),
        address=fields.address(told.get("email")),
        code=code,
        enhanced=enhanced,
        text=fields.text(*said) or fields.text(error),
        at=fields.moment(told.get("time")),
    )


def _codes(told: dict[str, Any], error: str) -> tuple[int, str]:
    """What Mailjet found, else what it is related to; a hard bounce is about the reader alone."""
    known = _ERRORS.get(error)
    if known:
        return known
    related = str(told.get("error_related_to")).lower()
    if told.get("hard_bounce") and related == "recipient":
        return 550, "5.1.1"
    return _RELATED.get(related, (0, ""))


MAILJET = Kind(Source.MAILJET, "Mailjet", Key.PASSWORD, by_password, events, read)
