"""Brevo: its transactional interface of version 3, which takes a message in pieces."""

import html
import json
import re
import unicodedata
from email.header import Header
from email.headerregistry import Address
from typing import Any, ClassVar
from uuid import NAMESPACE_OID, uuid5

from webapp.deliverability.transports import api_answers, parts
from webapp.deliverability.transports.api import CannotCarry, Letter
from webapp.deliverability.transports.api_answers import Finding
from webapp.deliverability.transports.api_server import ApiServer
from webapp.deliverability.transports.http import Answer, Request
from webapp.deliverability.transports.parts import Parts

# A name with one of these and a letter beyond ASCII would be dropped without a word.
_SPECIALS = re.compile(r'[,;:<>@()\[\]"\\.]')
_ABOUT_RECIPIENT = re.compile(
    r"\b(?:in|of) to\b|\bto\b.*\binvalid\b|recipient", re.IGNORECASE
)


class Brevo:
    """Message-ID and Date are written anew; a picture within the text has no place."""

    addresses: ClassVar[dict[str, str]] = {"": "https://api.brevo.com"}
    largest_message = 20_000_000
    carries_pictures = False

    def check(self, server: ApiServer) -> None:
        """A key is all it takes."""

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """The idempotency key is the message's own: within 15 minutes it goes out once."""
        found = parts.read(letter.raw)
        if found.shows_pictures:
            raise CannotCarry("Brevo takes no pictures within a message by this way")
        sent = _pieces(found, letter)
        headers = {"api-key": server.secret, "Content-Type": "application/json"}
        return Request("/v3/smtp/email", headers, json.dumps(sent).encode())

    def understand(self, answer: Answer) -> Finding:
        """Errors have a `code` and a `message`."""
        said = answer.said
        if answer.status in {201, 202} and "messageId" in said:
            return api_answers.accepted(_id(said["messageId"]))
        kind, words = str(said.get("code", "")), str(said.get("message", ""))
        text = f"{kind}: {words}" if kind else words
        if kind.startswith("duplicate"):
            return api_answers.is_in_doubt(text)
        if kind == "not_enough_credits":
            return api_answers.wants_less(text)
        if answer.status == 400 and _ABOUT_RECIPIENT.search(words):
            return api_answers.refuses_person(text)
        return api_answers.by_status(answer, text)


def _id(told: object) -> str:
    """Without its host: what looks like an address is kept nowhere."""
    return str(told).strip("<>").partition("@")[0]


def _pieces(found: Parts, letter: Letter) -> dict[str, Any]:
    to = Address(found.recipient.display_name, addr_spec=letter.recipient)
    sent: dict[str, Any] = {
        "sender": _mailbox(found.sender),
        "to": [_mailbox(to)],
        "subject": found.subject,
        "htmlContent": found.html or _as_html(found.text),
        "headers": dict(found.headers) | _own_headers(letter.reference),
    }
    if found.text:
        sent["textContent"] = found.text
    if found.reply_to:
        # A name in another script would go out raw: the address alone.
        sent["replyTo"] = {"email": found.reply_to.addr_spec}
    if found.attachments:
        sent["attachment"] = [
            {"name": _in_ascii(one.name), "content": one.base64}
            for one in found.attachments
        ]
    return sent


def _own_headers(reference: str) -> dict[str, str]:
    if not reference:
        return {}
    once = str(uuid5(NAMESPACE_OID, reference))
    return {"X-Mailin-custom": reference, "idempotencyKey": once}


def _mailbox(address: Address) -> dict[str, str]:
    name = address.display_name
    if not name:
        return {"email": address.addr_spec}
    if not name.isascii() and _SPECIALS.search(name):
        name = Header(name, "utf-8", maxlinelen=998).encode()
    return {"email": address.addr_spec, "name": name}


def _as_html(text: str) -> str:
    lines = html.escape(text).splitlines()
    return f"<!DOCTYPE html><html><body><p>{'<br>'.join(lines)}</p></body></html>"


def _in_ascii(name: str) -> str:
    """Names of files in other letters would be garbled."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return bare.strip() or "attachment"
