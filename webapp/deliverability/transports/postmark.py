"""Postmark: its e-mail interface, which takes a message in pieces."""

import json
import re
from email.headerregistry import Address
from typing import Any, ClassVar

from webapp.deliverability.transports import api_answers, parts
from webapp.deliverability.transports.api import Letter
from webapp.deliverability.transports.api_answers import Finding
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import Answer, Request
from webapp.deliverability.transports.parts import Attachment, Parts

# Postmark asks that newsletters go by a stream of their own.
BROADCAST = "broadcast"

_STREAM = re.compile(r"[a-z0-9_-]{0,30}")
_ABOUT_RECIPIENT = re.compile(r"(?:invalid|error parsing) '(?:to)'", re.IGNORECASE)
_INVALID_REQUEST, _INACTIVE, _RATE_LIMIT, _MAINTENANCE, _BAD_TOKEN = (
    300,
    406,
    429,
    100,
    10,
)


class Postmark:
    """Our Message-ID is kept; opens and clicks are not followed by others."""

    addresses: ClassVar[dict[str, str]] = {"": "https://api.postmarkapp.com"}
    largest_message = 10_000_000
    carries_pictures = True

    def check(self, server: ApiServer) -> None:
        """A server token; the stream is optional. Raises BadApiServer."""
        if not _STREAM.fullmatch(server.channel):
            raise BadApiServer("channel", "the message stream is not the name of one")

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """Newsletters go by their stream, single mails by the default one."""
        found = parts.read(letter.raw)
        sent = _pieces(found, letter)
        if found.is_newsletter:
            sent["MessageStream"] = server.channel or BROADCAST
        headers = {
            "X-Postmark-Server-Token": server.secret,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return Request("/email", headers, json.dumps(sent).encode())

    def understand(self, answer: Answer) -> Finding:
        """`ErrorCode` 0 alone means that it was taken."""
        said = answer.said
        words, code = str(said.get("Message", "")), said.get("ErrorCode")
        text = f"{words} (ErrorCode {code})" if code else words
        if answer.status == 200 and code == 0:
            return api_answers.accepted(words)
        if code == _INACTIVE:
            return api_answers.refuses_person(text, "5.2.1")
        if code == _INVALID_REQUEST and _ABOUT_RECIPIENT.search(words):
            return api_answers.refuses_person(text)
        if code in _SAID:
            return _SAID[code](text)
        return api_answers.by_status(answer, text)


_SAID = {
    _BAD_TOKEN: api_answers.shuts_us_out,
    _MAINTENANCE: api_answers.is_failing,
    _RATE_LIMIT: api_answers.wants_less,
}


def _pieces(found: Parts, letter: Letter) -> dict[str, Any]:
    to = Address(found.recipient.display_name, addr_spec=letter.recipient)
    # Without the last one, Postmark writes a Message-ID of its own.
    headers = [*found.headers, ("X-PM-KeepID", "true")]
    sent: dict[str, Any] = {
        "From": str(found.sender),
        "To": str(to),
        "Subject": found.subject,
        "TextBody": found.text,
        "HtmlBody": found.html,
        "Headers": [{"Name": name, "Value": value} for name, value in headers],
        "Attachments": [_attachment(one) for one in found.attachments],
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    if found.reply_to:
        sent["ReplyTo"] = str(found.reply_to)
    if letter.reference:
        sent["Metadata"] = {"message": letter.reference}
    return {name: value for name, value in sent.items() if value not in ("", [])}


def _attachment(one: Attachment) -> dict[str, str]:
    sent = {"Name": one.name, "Content": one.base64, "ContentType": one.type}
    if one.content_id:
        sent["ContentID"] = f"cid:{one.content_id}"
    return sent
