"""Postmark: it signs nothing; the address is secret, and may ask for a password.

https://postmarkapp.com/developer/webhooks/bounce-webhook
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

_LEFT_OUT = {"Open", "Click", "Inbound", "SMTPApiError"}
# What a bounce of each type says, where the server that refused named no status.
_BOUNCES = {
    "HardBounce": (550, "5.1.1"),
    "SoftBounce": (450, "4.0.0"),
    "DnsError": (450, "4.4.3"),
    "BadEmailAddress": (550, "5.1.3"),
    "ManuallyDeactivated": (550, "5.2.1"),
    "SpamNotification": (550, "5.7.1"),
    "Blocked": (550, "5.7.1"),
    "DMARCPolicy": (550, "5.7.1"),
    "VirusNotification": (554, "5.6.0"),
    "Unknown": (0, ""),
}
_NO_BOUNCES = {
    "Transient": What.DELAYED,
    "Unsubscribe": What.UNSUBSCRIBE,
    "AutoResponder": What.AUTO_REPLY,
    "ChallengeVerification": What.AUTO_REPLY,
    "SpamComplaint": What.COMPLAINT,
}


def events(raw: bytes) -> list[Event]:
    """The one event of a post; Postmark numbers bounces and complaints."""
    return [
        event(told, _name(told))
        for told in records(raw)
        if str(told.get("RecordType")) not in _LEFT_OUT and not _is_welcome(told)
    ]


def _name(told: dict[str, Any]) -> str | None:
    number = told.get("ID")
    return f"{told.get('RecordType')}:{number}" if isinstance(number, int) else None


def _is_welcome(told: dict[str, Any]) -> bool:
    """Postmark would write to the address again; whether we may is for the reader to say."""
    return told.get("RecordType") == "SubscriptionChange" and not told.get(
        "SuppressSending"
    )


def read(raw: bytes) -> list[Report]:
    """What happened, in our words."""
    return [_report(told) for told in records(raw)]


def _report(told: dict[str, Any]) -> Report:
    kind, given = _meaning(told)
    details = told.get("Details")
    return Report(
        kind,
        message=fields.ours(fields.part(told, "Metadata")),
        address=fields.address(told.get("Email") or told.get("Recipient")),
        code=given[0] and (fields.code(details) or given[0]),
        enhanced=given[1] and (fields.enhanced(details) or given[1]),
        text=fields.text(details) or fields.text(told.get("Description")),
        at=fields.moment(
            told.get("BouncedAt") or told.get("DeliveredAt") or told.get("ChangedAt")
        ),
    )


def _meaning(told: dict[str, Any]) -> tuple[What, tuple[int, str]]:
    what = told.get("RecordType")
    if what == "Delivery":
        return What.DELIVERED, (0, "")
    if what == "SpamComplaint":
        return What.COMPLAINT, (0, "")
    if what == "SubscriptionChange":
        return _change(told)
    kind = str(told.get("Type"))
    if what == "Bounce" and kind in _BOUNCES:
        return What.BOUNCE, _BOUNCES[kind]
    return _NO_BOUNCES.get(kind, What.UNKNOWN), (0, "")


def _change(told: dict[str, Any]) -> tuple[What, tuple[int, str]]:
    reason = told.get("SuppressionReason")
    if reason == "HardBounce":
        return What.BOUNCE, _BOUNCES["HardBounce"]
    if reason == "SpamComplaint":
        return What.COMPLAINT, (0, "")
    # What the shop does on Postmark's own pages is no wish of the reader's.
    by_reader = told.get("Origin") == "Recipient"
    return (What.UNSUBSCRIBE if by_reader else What.UNKNOWN), (0, "")


POSTMARK = Kind(Source.POSTMARK, "Postmark", Key.PASSWORD, by_password, events, read)
