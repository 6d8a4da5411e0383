"""Scaleway Transactional Email, which takes a message in pieces."""

import json
import re
from email.headerregistry import Address
from typing import Any, ClassVar

from webapp.deliverability.transports import api_answers, parts
from webapp.deliverability.transports.api import CannotCarry, Letter
from webapp.deliverability.transports.api_answers import Finding
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import Answer, Request
from webapp.deliverability.transports.parts import Parts

_PROJECT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WAITS = {"quotas_exceeded", "too_many_requests"}


class Scaleway:
    """A picture within the text has no place; nothing is followed by others."""

    addresses: ClassVar[dict[str, str]] = dict.fromkeys(
        ("fr-par", "nl-ams"), "https://api.scaleway.com"
    )
    largest_message = 2_000_000
    carries_pictures = False

    def check(self, server: ApiServer) -> None:
        """A secret key and the id of its project. Raises BadApiServer."""
        if not _PROJECT.fullmatch(server.account):
            raise BadApiServer(
                "account", "the id of the project is missing, or is not one"
            )

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """All our header fields go along under their names."""
        found = parts.read(letter.raw)
        if found.shows_pictures:
            raise CannotCarry("Scaleway takes no pictures within a message by this way")
        sent = _pieces(found, letter) | {"project_id": server.account}
        path = f"/transactional-email/v1alpha1/regions/{server.region}/emails"
        headers = {"X-Auth-Token": server.secret, "Content-Type": "application/json"}
        return Request(path, headers, json.dumps(sent).encode())

    def understand(self, answer: Answer) -> Finding:
        """Errors have a `type`; `details` names the arguments that are wrong."""
        said = answer.said
        if answer.status == 200 and _first(said.get("emails")):
            return api_answers.accepted(str(_first(said["emails"]).get("id", "")))
        kind, details = str(said.get("type", "")), _details(said)
        words = "; ".join(f"{name} {help_}".strip() for name, help_ in details)
        text = f"{said.get('message', kind)}: {words}" if words else _words(said)
        if kind in _WAITS:
            return api_answers.wants_less(text)
        if answer.status == 400 and any(_is_recipient(name) for name, _ in details):
            return api_answers.refuses_person(text)
        return api_answers.by_status(answer, text)


def _pieces(found: Parts, letter: Letter) -> dict[str, Any]:
    to = Address(found.recipient.display_name, addr_spec=letter.recipient)
    headers = list(found.headers)
    if found.reply_to:
        # Written in full: it has no place of its own.
        headers.append(("Reply-To", found.reply_to.addr_spec))
    sent = {
        "from": _mailbox(found.sender),
        "to": [_mailbox(to)],
        "subject": found.subject,
        "text": found.text,
        "html": found.html,
        "additional_headers": [
            {"key": name, "value": value} for name, value in headers
        ],
        "attachments": [
            {"name": one.name, "type": one.type, "content": one.base64}
            for one in found.attachments
        ],
    }
    return {name: value for name, value in sent.items() if value}


def _mailbox(address: Address) -> dict[str, str]:
    named = {"name": address.display_name} if address.display_name else {}
    return {"email": address.addr_spec} | named


def _first(emails: object) -> dict[str, Any]:
    found = emails[0] if isinstance(emails, list) and emails else {}
    return found if isinstance(found, dict) else {}


def _details(said: dict[str, Any]) -> list[tuple[str, str]]:
    found = said.get("details")
    return [
        (str(one.get("argument_name", "")), str(one.get("help_message", "")))
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    ]


def _is_recipient(argument: str) -> bool:
    return re.match(r"to\b", argument) is not None


def _words(said: dict[str, Any]) -> str:
    return str(said.get("message") or said.get("type") or "")
