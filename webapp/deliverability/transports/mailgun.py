"""Mailgun: messages.mime, with our bytes as they are."""

import re
from base64 import b64encode
from typing import ClassVar
from uuid import uuid4

from webapp.deliverability.transports import api_answers
from webapp.deliverability.transports.api import Letter
from webapp.deliverability.transports.api_answers import Finding
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import Answer, Request

# A slash would lead to another page, which says 200 to everything.
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")
_ABOUT_RECIPIENT = re.compile(r"'?\bto'? parameter|recipient|to address", re.IGNORECASE)


class Mailgun:
    """The bytes go as they are; opens and clicks are not followed by others."""

    addresses: ClassVar[dict[str, str]] = {
        "eu": "https://api.eu.mailgun.net",
        "us": "https://api.mailgun.net",
    }
    largest_message = 25_000_000
    carries_pictures = True

    def check(self, server: ApiServer) -> None:
        """A key and a sending domain. Raises BadApiServer."""
        if not _DOMAIN.fullmatch(server.account):
            raise BadApiServer(
                "account", "the sending domain is missing, or is not one"
            )

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """A form of some fields and one file (RFC 7578)."""
        fields = {"to": letter.recipient, "o:tracking": "no"}
        if letter.reference:
            fields["v:message"] = letter.reference
        boundary = uuid4().hex
        user = b64encode(f"api:{server.secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {user}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        path = f"/v3/{server.account}/messages.mime"
        return Request(path, headers, _form(boundary, fields, letter.raw))

    def understand(self, answer: Answer) -> Finding:
        """Only what has an id was queued; a wrong key is answered without JSON."""
        said = answer.said
        words = str(said.get("message", ""))
        if answer.status == 200 and isinstance(said.get("id"), str):
            return api_answers.accepted(words)
        if answer.status == 200 and b"Mailgun Magnificent API" in answer.body:
            return api_answers.shuts_us_out("This is no address of Mailgun's messages")
        if answer.status == 400 and _ABOUT_RECIPIENT.search(words):
            return api_answers.refuses_person(words)
        return api_answers.by_status(answer, words)


def _form(boundary: str, fields: dict[str, str], raw: bytes) -> bytes:
    pieces = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        f"\r\n\r\n{value}\r\n"
        for name, value in fields.items()
    ]
    pieces.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="message";'
        ' filename="message.eml"\r\nContent-Type: message/rfc822\r\n\r\n'
    )
    return "".join(pieces).encode() + raw + f"\r\n--{boundary}--\r\n".encode()
