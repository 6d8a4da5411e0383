"""Messages of Amazon SNS, and of topics that sign as it does.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from webapp.incoming.webhooks import certificates
from webapp.incoming.webhooks.certificates import Authority
from webapp.incoming.webhooks.posted import (
    NotReadable,
    NotTheirs,
    record,
    refuse_stale,
)

NOTIFICATION = "Notification"
CONFIRMATION = "SubscriptionConfirmation"
# What is signed of each type, in this order; a subject only where there is one.
_ASKED = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token")
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: (*_ASKED, "TopicArn", "Type"),
    "UnsubscribeConfirmation": (*_ASKED, "TopicArn", "Type"),
}
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}


@dataclass(frozen=True)
class Envelope:
    """A message of a topic; `subscribe_url` is empty but when it asks to be confirmed."""

    type: str
    topic: str
    id: str
    message: str
    subscribe_url: str = ""


def read(raw: bytes) -> Envelope:
    """The message, unverified.

    :raises NotReadable: when it is none.
    """
    fields = _fields(raw)
    asks = fields["Type"] == CONFIRMATION
    return Envelope(
        fields["Type"],
        fields["TopicArn"],
        fields["MessageId"],
        fields["Message"],
        fields["SubscribeURL"] if asks else "",
    )


def verify(raw: bytes, authority: Authority, topic: str = "") -> Envelope:
    """The message, signed by the service for a topic of its own.

    :param topic: the only one that is heard, once it is known.
    :raises NotTheirs: when it is not.
    :raises NotReadable: when it is no message of a topic.
    """
    fields = _fields(raw)
    _refuse_other_topics(fields["TopicArn"], authority, topic)
    refuse_stale(_moment(fields["Timestamp"]))
    _check_signature(fields, authority)
    envelope = read(raw)
    url = envelope.subscribe_url
    if url and not authority.subscribing.fullmatch(url):
        raise NotTheirs("to be confirmed somewhere else")
    return envelope


def told(envelope: Envelope) -> dict[str, Any]:
    """What a notification carries; nothing in what only greets or says goodbye."""
    if envelope.type != NOTIFICATION:
        return {}
    try:
        return record(envelope.message.encode("utf-8", "replace"))
    except NotReadable:
        return {}


def _fields(raw: bytes) -> dict[str, str]:
    found = record(raw)
    needed = SIGNED.get(str(found.get("Type")))
    if needed is None:
        raise NotReadable
    for name in {*needed, "Signature", "SignatureVersion", "SigningCertURL"}:
        if not isinstance(found.get(name), str) and name != "Subject":
            raise NotReadable
    return found


def _refuse_other_topics(named: str, authority: Authority, topic: str) -> None:
    if not authority.topic.fullmatch(named) or (topic and named != topic):
        raise NotTheirs("another topic")


def _check_signature(fields: dict[str, str], authority: Authority) -> None:
    algorithm = _HASHES.get(fields["SignatureVersion"])
    if algorithm is None:
        raise NotTheirs("an unknown kind of signature")
    region = fields["TopicArn"].split(":")[3]
    key = certificates.certificate(
        authority, fields["SigningCertURL"], region
    ).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotTheirs("an unknown kind of key")
    try:
        signature = base64.b64decode(fields["Signature"], validate=True)
        key.verify(signature, signed(fields), padding.PKCS1v15(), algorithm())
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise NotTheirs("a wrong signature") from error


def signed(fields: dict[str, Any]) -> bytes:
    """What the service signs of a message."""
    parts = [
        f"{name}\n{fields[name]}\n"
        for name in SIGNED[fields["Type"]]
        if isinstance(fields.get(name), str)
    ]
    return "".join(parts).encode("utf-8", "surrogatepass")


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise NotReadable from error
    if moment.tzinfo is None:
        raise NotReadable
    return moment
