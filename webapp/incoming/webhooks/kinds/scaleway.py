"""Scaleway Transactional Email, whose events come through its Topics and Events.

They sign as SNS does, with certificates that Scaleway issues itself:
https://www.scaleway.com/en/docs/topics-and-events/reference-content/verifying-webhooks/
"""

import re
from typing import Any

from webapp.incoming.models import Source
from webapp.incoming.reports import Kind as What
from webapp.incoming.reports import Report
from webapp.incoming.webhooks import fields, sns
from webapp.incoming.webhooks.certificates import Authority
from webapp.incoming.webhooks.kinds import Event, Key, Kind, Known, event, records
from webapp.incoming.webhooks.posted import Posted, Proof

_FILES = "https://messaging.s3.fr-par.scw.cloud"
SCALEWAY_TOPICS = Authority(
    certificate=re.compile(re.escape(_FILES) + r"(/[A-Za-z0-9_-]+){1,5}\.pem"),
    subscribing=re.compile(
        r"https://sns\.mnq\.[a-z]{2}-[a-z]{3}\.scaleway\.com/[!-~]*"
        r"Action=ConfirmSubscription&[!-~]+"
    ),
    topic=re.compile(r"arn:scw:sns:[a-z]{2}-[a-z]{3}:[\w.-]{1,100}:[\w.-]{1,256}"),
    chain=_FILES + "/{}/sns/sns-trust-chain.pem",
)

_LEFT_OUT = {"email_queued", "blocklist_created"}
_KINDS = {
    "email_delivered": What.DELIVERED,
    "email_deferred": What.DELAYED,
    "email_dropped": What.BOUNCE,
    "email_mailbox_not_found": What.BOUNCE,
    # Found to be spam by a filter, theirs or the reader's: nobody complained.
    "email_spam": What.BOUNCE,
    "email_blocklisted": What.BOUNCE,
}
_SURE = {
    "email_mailbox_not_found": (550, "5.1.1"),
    "email_spam": (550, "5.7.1"),
    # Scaleway keeps off an address for two days after a bounce.
    "email_blocklisted": (550, "5.2.1"),
}


def verify(posted: Posted, proof: Proof) -> Known:
    """Signed by Scaleway, lately, for the topic of this address."""
    envelope = sns.verify(posted.raw, SCALEWAY_TOPICS, proof.topic)
    return Known(topic=envelope.topic, confirm_url=envelope.subscribe_url)


def events(raw: bytes) -> list[Event]:
    """The one event of a post."""
    envelope = sns.read(raw)
    told = sns.told(envelope)
    if not told or str(told.get("type")) in _LEFT_OUT:
        return []
    return [event(told, told.get("id") or envelope.id)]


def read(raw: bytes) -> list[Report]:
    """What happened, in our words."""
    return [_report(told) for told in records(raw)]


def _report(told: dict[str, Any]) -> Report:
    name = str(told.get("type"))
    kind = _KINDS.get(name, What.UNKNOWN)
    said = told.get("email_response_message") or told.get("email_error")
    if name == "email_blocklisted":
        said = fields.KEPT_OFF
    code, enhanced = (0, "")
    if kind is What.BOUNCE:
        code, enhanced = _SURE.get(name) or (
            fields.code(told.get("email_response_code"), said),
            fields.enhanced(said),
        )
    return Report(
        kind,
        message=fields.ours(*_message_ids(told.get("email_headers"))),
        address=fields.address(told.get("email_to")),
        code=code,
        enhanced=enhanced,
        text=fields.text(said),
        at=fields.moment(told.get("created_at")),
    )


def _message_ids(headers: Any) -> list[Any]:
    """The Message-ID among headers, which come as an object, or as a list of keys and values."""
    if isinstance(headers, dict):
        headers = [{"key": key, "value": value} for key, value in headers.items()]
    return [
        one.get("value")
        for one in fields.parts({"all": headers}, "all")
        if str(one.get("key") or one.get("name")).lower() == "message-id"
    ]


SCALEWAY = Kind(Source.SCALEWAY, "Scaleway TEM", Key.TOPIC, verify, events, read)
