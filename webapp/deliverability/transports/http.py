"""Requests to the programming interface of a provider, over one connection that is kept."""

import json
import select
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from webapp.deliverability.transports.smtp_connection import why
from webapp.deliverability.transports.smtp_server import is_loopback

# What a provider says about one message has a few hundred bytes.
LONGEST_ANSWER = 100_000


class NotSent(Exception):
    """The provider cannot have the request: trying again is safe."""


class NoAnswer(Exception):
    """The provider may have taken the request: its answer never came."""


@dataclass(frozen=True, slots=True)
class Request:
    """A POST; its headers hold the key."""

    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the names of `headers` are in lower case."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def said(self) -> dict[str, Any]:
        """The JSON object in it; empty when there is none to be read."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Http:
    """One connection to one provider, opened when needed; never follows a redirect."""

    def __init__(self, base: str, *, seconds: float, requests: int) -> None:
        """`base`: https, or http on this very machine; closed after so many `requests`."""
        self._connection = _connection(base, seconds)
        self._requests = requests
        self._left = 0

    def post(self, request: Request) -> Answer:
        """Send a request and hear its answer.

        :raises NotSent: when the provider cannot have had the whole of it.
        :raises NoAnswer: when it may have.
        """
        try:
            self._be_ready()
            self._connection.request(
                "POST", request.path, request.body, dict(request.headers)
            )
        except (OSError, HTTPException, UnicodeError) as error:
            self.close()
            raise NotSent(why(error)) from error
        try:
            response = self._connection.getresponse()
        except (OSError, HTTPException) as error:
            self.close()
            raise NoAnswer(why(error)) from error
        return self._read(response)

    def close(self) -> None:
        """Part from the provider; the next request opens a new connection."""
        self._connection.close()

    def _be_ready(self) -> None:
        if self._connection.sock and (not self._left or _is_stale(self._connection)):
            self.close()
        if not self._connection.sock:
            self._connection.connect()
            self._left = self._requests
        self._left -= 1

    def _read(self, response: HTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        try:
            body = response.read(LONGEST_ANSWER)
        except (OSError, HTTPException):
            # The status is known, the words are lost.
            body = b""
        if not response.isclosed():
            self.close()
        return Answer(response.status, body, headers)


def _connection(base: str, seconds: float) -> HTTPConnection:
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(
            host, parts.port, timeout=seconds, context=_trust_authorities()
        )
    if not is_loopback(host):
        raise ValueError("a key is not sent without TLS")
    return HTTPConnection(host, parts.port, timeout=seconds)


def _is_stale(connection: HTTPConnection) -> bool:
    """Whether the provider spoke or left while nobody asked it anything."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


@cache
def _trust_authorities() -> ssl.SSLContext:
    return ssl.create_default_context()
