"""Amazon SES, whose notifications and events come through a topic of SNS.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from webapp.incoming.models import Source
from webapp.incoming.reports import Kind as What
from webapp.incoming.reports import Report
from webapp.incoming.webhooks import fields, sns
from webapp.incoming.webhooks.certificates import Authority
from webapp.incoming.webhooks.kinds import Event, Key, Kind, Known, event
from webapp.incoming.webhooks.posted import Posted, Proof

# A region: `sns.s3.amazonaws.com` would be what somebody keeps in a bucket called "sns".
_HOST = r"https://sns\.[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}\.amazonaws\.com(\.cn)?"
AMAZON = Authority(
    certificate=re.compile(_HOST + r"/SimpleNotificationService-[A-Za-z0-9]+\.pem"),
    subscribing=re.compile(_HOST + r"/\?Action=ConfirmSubscription&[!-~]+"),
    topic=re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{1,20}:[\w.-]{1,256}", re.ASCII),
)

_LEFT_OUT = {"Send", "Open", "Click", "AmazonSnsSubscriptionSucceeded"}
_KINDS = {
    "Bounce": ("bounce", "bouncedRecipients", What.BOUNCE),
    "Complaint": ("complaint", "complainedRecipients", What.COMPLAINT),
    "Delivery": ("delivery", "recipients", What.DELIVERED),
    "DeliveryDelay": ("deliveryDelay", "delayedRecipients", What.DELAYED),
    "Reject": ("reject", "", What.BOUNCE),
    "Subscription": ("subscription", "", What.UNKNOWN),
}
# What the subtype says for certain, whatever status stands beside it.
_SURE = {
    "Suppressed": (550, "5.1.1"),
    "OnAccountSuppressionList": (550, "5.1.1"),
    "NoEmail": (0, ""),
    "MailboxFull": (452, "4.2.2"),
    "MessageTooLarge": (552, "5.3.4"),
    "ContentRejected": (554, "5.6.0"),
    "AttachmentRejected": (554, "5.6.1"),
    "CustomTimeoutExceeded": (450, "4.4.7"),
}
# What the type says, where the server that refused named no status.
_TYPES = {"Permanent": (550, "5.1.1"), "Transient": (450, "4.0.0")}
# Feedback that accuses nobody (RFC 5965, RFC 6591).
_NO_COMPLAINTS = {"not-spam", "auth-failure", "virus"}


def verify(posted: Posted, proof: Proof) -> Known:
    """Signed by Amazon, lately, for the topic of this address."""
    envelope = sns.verify(posted.raw, AMAZON, proof.topic)
    return Known(topic=envelope.topic, confirm_url=envelope.subscribe_url)


def events(raw: bytes) -> list[Event]:
    """The one event of a post: what SES says of a bounce or complaint, it names."""
    envelope = sns.read(raw)
    told = sns.told(envelope)
    if not told or _name(told) in _LEFT_OUT:
        return []
    field = _KINDS.get(_name(told), ("", "", What.UNKNOWN))[0]
    mark = fields.part(told, field).get("feedbackId") or envelope.id
    return [event(told, f"{_name(told)}:{mark}")]


def _name(told: dict[str, Any]) -> str:
    return str(told.get("eventType") or told.get("notificationType"))


def read(raw: bytes) -> list[Report]:
    """What happened to each reader, in our words."""
    told = json.loads(raw)
    field, recipients, kind = _KINDS.get(_name(told), ("", "", What.UNKNOWN))
    about = fields.part(told, field)
    message = _message(fields.part(told, "mail"))
    reports = []
    for recipient in _recipients(told, about, recipients):
        meant = _meant(kind, about)
        code, enhanced = (0, "")
        if meant is What.BOUNCE:
            code, enhanced = _codes(about, recipient)
        reports.append(
            Report(
                meant,
                message=message,
                address=fields.address(recipient.get("emailAddress")),
                code=code,
                enhanced=enhanced,
                text=_text(about, recipient),
                at=fields.moment(about.get("timestamp")),
            )
        )
    return reports


def _recipients(
    told: dict[str, Any], about: dict[str, Any], name: str
) -> Iterator[dict[str, Any]]:
    """Those it happened to; of a delivery and a refusal, SES gives the bare addresses."""
    named = fields.parts(about, name)
    if named:
        yield from named
        return
    bare = about.get(name) or fields.part(told, "mail").get("destination")
    addresses = bare if isinstance(bare, list) else []
    yield from ({"emailAddress": one} for one in addresses or [None])


def _meant(kind: What, about: dict[str, Any]) -> What:
    if about.get("bounceSubType") == "UnsubscribedRecipient":
        return What.UNSUBSCRIBE
    if kind is What.COMPLAINT and _feedback(about) in _NO_COMPLAINTS:
        return What.UNKNOWN
    wishes = fields.part(about, "newTopicPreferences")
    if wishes.get("unsubscribeAll") is True:
        return What.UNSUBSCRIBE
    return kind


def _feedback(about: dict[str, Any]) -> str:
    return str(about.get("complaintFeedbackType")).lower()


def _codes(about: dict[str, Any], recipient: dict[str, Any]) -> tuple[int, str]:
    sure = _SURE.get(str(about.get("bounceSubType")))
    if sure:
        return sure
    if "bounceType" not in about:
        # Rejected before it left: SES found a virus in it.
        return 554, "5.6.0"
    said = recipient.get("status"), recipient.get("diagnosticCode")
    code, enhanced = _TYPES.get(str(about.get("bounceType")), (0, ""))
    return fields.code(said[1]) or code, fields.enhanced(*said) or enhanced


def _text(about: dict[str, Any], recipient: dict[str, Any]) -> str:
    said = recipient.get("diagnosticCode") or about.get("smtpResponse")
    kinds = (
        about.get("bounceType"),
        about.get("bounceSubType"),
        about.get("delayType"),
        about.get("complaintFeedbackType"),
        about.get("reason"),
    )
    return fields.text(said) or fields.text(*kinds)


def _message(mail: dict[str, Any]) -> int | None:
    """SES writes a Message-ID of its own, and tells what ours was."""
    headers = [
        one.get("value")
        for one in fields.parts(mail, "headers")
        if str(one.get("name")).lower() == "message-id"
    ]
    common = fields.part(mail, "commonHeaders").get("messageId")
    return fields.ours(*headers, common, mail.get("tags"))


SES = Kind(Source.SES, "Amazon SES", Key.TOPIC, verify, events, read)
