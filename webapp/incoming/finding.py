"""Which of our messages a mail speaks of, by what we signed and by nothing else.

Forwarders change recipients, and anybody can write a report: an address names nobody.
"""

import re
from collections.abc import Iterator
from email.message import Message

from webapp.deliverability import return_paths
from webapp.incoming.mail import ENVELOPE_TO, Mail, content, fields, text_of
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind

# Where the relays on the way write for whom it came.
_RECIPIENTS = (ENVELOPE_TO, "Delivered-To", "X-Original-To", "Envelope-To", "To")
_RETURNED = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
# No part without an end: whoever writes plus signs alone would have us look for hours.
_ADDRESS = re.compile(
    r"[^\s<>,;:\"+]{1,64}\+[a-z2-7=]{20,100}@[^\s<>,;\"]{1,255}", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"<\s*([A-Za-z0-9_-]{20,80})@[^<>\s]+>")
_UNSUBSCRIBE = re.compile(r"/u/([A-Za-z0-9_-]{20,80})")
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
# Beyond this, a mail that says nothing of ours at its beginning says nothing of ours.
_LOOKED_THROUGH = 64 * 1024


def message_in(mail: Mail) -> int | None:
    """The message it is about; None when it is about none of ours, or may be a forgery.

    The return path first; then what the returned message says of itself; then what the
    report answers.
    """
    return next(
        (found for found in _claims(mail) if found is not None),
        None,
    )


def by_return_path(text: str) -> int | None:
    """The message whose signed return path stands in the text."""
    found = (return_paths.read(match[0]) for match in _ADDRESS.finditer(text))
    return next((number for number in found if number is not None), None)


def by_message_id(text: str) -> int | None:
    """The message whose signed Message-ID stands in the text, in its brackets."""
    for match in _IN_BRACKETS.finditer(text):
        ids = addressing.tokens().read(match[1], Kind.MESSAGE)
        if ids:
            return ids[0]
    return None


def by_way_out(text: str) -> int | None:
    """The message whose signed List-Unsubscribe stands in the text."""
    for match in _UNSUBSCRIBE.finditer(text):
        ids = addressing.tokens().read(match[1], Kind.UNSUBSCRIBE)
        if ids and ids[3]:
            return ids[3]
    return None


def _claims(mail: Mail) -> Iterator[int | None]:
    for name in _RECIPIENTS:
        for value in mail.headers(name):
            yield by_return_path(value)
    for part in mail.parts:
        if part.get_content_type() in _RETURNED:
            yield from _of_returned(part)
    for name in ("In-Reply-To", "References"):
        yield by_message_id(mail.header(name))
    # Reports that are no MIME at all carry our header in their text.
    words = mail.words[:_LOOKED_THROUGH]
    for match in _MESSAGE_ID.finditer(words):
        yield by_message_id(match[1])
    yield by_return_path(words)


def _of_returned(part: Message) -> Iterator[int | None]:
    head = fields(content(part))
    yield by_message_id(head.get("message-id", ""))
    yield by_return_path(head.get("return-path", ""))
    yield by_way_out(head.get("list-unsubscribe", ""))
    # Some filters put the whole header of the message into a part of its own.
    text = text_of(content(part))[:_LOOKED_THROUGH]
    for match in _MESSAGE_ID.finditer(text):
        yield by_message_id(match[1])
    yield by_way_out(text)
