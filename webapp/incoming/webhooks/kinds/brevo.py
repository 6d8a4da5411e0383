"""Brevo: it signs nothing and names no event; the address is secret, and may ask for a password.

https://developers.brevo.com/docs/transactional-webhooks
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

_LEFT_OUT = {
    *("request", "sent", "opened", "unique_opened", "proxy_open", "unique_proxy_open"),
    *("click", "clicked"),
}
_KINDS = {
    "delivered": What.DELIVERED,
    "deferred": What.DELAYED,
    "hard_bounce": What.BOUNCE,
    "soft_bounce": What.BOUNCE,
    "invalid_email": What.BOUNCE,
    "blocked": What.BOUNCE,
    "spam": What.COMPLAINT,
    "complaint": What.COMPLAINT,
    "unsubscribed": What.UNSUBSCRIBE,
}
# What each says, where the server that refused named no status.
_BOUNCES = {
    "hard_bounce": (550, "5.1.1"),
    "soft_bounce": (450, "4.0.0"),
    "invalid_email": (550, "5.1.3"),
    # It keeps a list of its own, for reasons it does not tell: several times, and we
    # give up too.
    "blocked": (550, "5.2.1"),
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
    name, reason = str(told.get("event")), told.get("reason")
    code, enhanced = _BOUNCES.get(name, (0, ""))
    if name == "blocked":
        reason = fields.KEPT_OFF
    if name in {"hard_bounce", "soft_bounce"}:
        code = fields.code(reason) or code
        enhanced = fields.enhanced(reason) or enhanced
    return Report(
        _KINDS.get(name, What.UNKNOWN),
        message=fields.ours(
            told.get("message-id"), told.get("X-Mailin-custom"), told.get("tags")
        ),
        address=fields.address(told.get("email")),
        code=code,
        enhanced=enhanced,
        text=fields.text(reason),
        # The other times follow the zone of the account.
        at=fields.moment(told.get("ts_epoch")),
    )


BREVO = Kind(Source.BREVO, "Brevo", Key.PASSWORD, by_password, events, read)
