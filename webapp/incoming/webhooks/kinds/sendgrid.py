"""SendGrid: a signature of the account's own key over a time and the body; events in bundles.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
"""

import base64
import binascii
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from webapp.incoming.models import Source
from webapp.incoming.reports import Kind as What
from webapp.incoming.reports import Report
from webapp.incoming.webhooks import fields
from webapp.incoming.webhooks.kinds import Event, Key, Kind, Known, event, records
from webapp.incoming.webhooks.posted import NotTheirs, Posted, Proof, refuse_stale

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

_LEFT_OUT = {"processed", "open", "click", "group_resubscribe"}
_KINDS = {
    "delivered": What.DELIVERED,
    "deferred": What.DELAYED,
    "bounce": What.BOUNCE,
    "blocked": What.BOUNCE,
    "dropped": What.BOUNCE,
    "spamreport": What.COMPLAINT,
    "unsubscribe": What.UNSUBSCRIBE,
    "group_unsubscribe": What.UNSUBSCRIBE,
}
# Why it did not even try.
_DROPPED = {
    "bounced address": (550, "5.1.1"),
    "invalid": (550, "5.1.3"),
}
_DROPPED_FOR_PEOPLE = {
    "spam reporting address": What.COMPLAINT,
    "unsubscribed address": What.UNSUBSCRIBE,
}
# Its own judgement, where the server that refused named no status.
_JUDGED = {
    "invalid address": "5.1.1",
    "mailbox unavailable": "5.2.1",
    "reputation": "5.7.1",
    "content": "5.7.1",
    "frequency or volume too high": "4.7.1",
    "technical": "4.4.0",
}


def verify(posted: Posted, proof: Proof) -> Known:
    """Signed with the key of the account, lately, for these very bytes."""
    stamp = posted.headers.get(TIMESTAMP, "")
    try:
        signature = base64.b64decode(posted.headers.get(SIGNATURE, ""), validate=True)
        public_key(proof.key).verify(
            signature,
            stamp.encode("utf-8", "replace") + posted.raw,
            ec.ECDSA(hashes.SHA256()),
        )
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise NotTheirs("a wrong signature") from error
    signed_at = fields.moment(stamp)
    if signed_at is None:
        raise NotTheirs("undated")
    refuse_stale(signed_at)
    return Known()


def public_key(told: str) -> ec.EllipticCurvePublicKey:
    """The key as SendGrid shows it: base64 of DER, with or without the lines around it.

    :raises ValueError: when it is none.
    """
    lines = [line for line in told.split() if "-" not in line]
    bare = "".join(one for one in lines if one not in {"PUBLIC", "BEGIN", "KEY", "END"})
    try:
        key = load_der_public_key(base64.b64decode(bare, validate=True))
    except UnsupportedAlgorithm as error:
        raise ValueError from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError  # noqa: TRY004 - it is the text that is wrong
    return key


def events(raw: bytes) -> list[Event]:
    """Each event of a bundle: the same one may come again in another bundle."""
    return [
        event(told, told.get("sg_event_id"))
        for told in records(raw)
        if str(told.get("event")) not in _LEFT_OUT
    ]


def read(raw: bytes) -> list[Report]:
    """What happened, in our words."""
    return [_report(told) for told in records(raw)]


def _report(told: dict[str, Any]) -> Report:
    reason, response = told.get("reason"), told.get("response")
    kind = _kind(told, str(reason).strip().lower())
    code, enhanced = _codes(told) if kind is What.BOUNCE else (0, "")
    return Report(
        kind,
        message=fields.ours(told.get("smtp-id"), told.get(fields.TOKEN)),
        address=fields.address(told.get("email")),
        code=code,
        enhanced=enhanced,
        text=fields.text(reason) or fields.text(response),
        at=fields.moment(told.get("timestamp")),
    )


def _kind(told: dict[str, Any], reason: str) -> What:
    kind = _KINDS.get(str(told.get("event")), What.UNKNOWN)
    if told.get("event") == "dropped":
        return _DROPPED_FOR_PEOPLE.get(reason, kind)
    return kind


def _codes(told: dict[str, Any]) -> tuple[int, str]:
    reason = told.get("reason")
    if told.get("event") == "dropped":
        # It would not take the message, for no fault of the reader's.
        return _DROPPED.get(str(reason).strip().lower(), (554, "5.7.1"))
    enhanced = fields.enhanced(told.get("status"), reason)
    judged = _JUDGED.get(str(told.get("bounce_classification")).lower(), "")
    if "blocked" in (told.get("type"), told.get("event")):
        # By its own rules no fault of the address, whatever the status says.
        return fields.code(reason), _about_us(enhanced) or _about_us(judged) or "5.7.1"
    return fields.code(reason), enhanced or judged or "5.1.1"


def _about_us(enhanced: str) -> str:
    """The status, unless it is one about the address (x.1.*) or the mailbox (x.2.*)."""
    return "" if enhanced[2:4] in {"1.", "2."} else enhanced


SENDGRID = Kind(Source.SENDGRID, "SendGrid", Key.SIGNING, verify, events, read)
