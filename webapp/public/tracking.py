"""The pixel and the followed links, before Flask: tens of thousands a second."""

import base64
import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask

from config.settings import Settings
from webapp.messages import day_journal, machines, tracking
from webapp.messages.journal import Writer
from webapp.messages.mail_tokens import Kind, MailTokens
from webapp.messages.tracking import Destination

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
# A repaired link leads elsewhere, a deleted campaign's nowhere, within a minute.
CACHE_SECONDS = 60.0
_CACHE_SIZE = 20_000
# One spelling for each, and none that the database could not hold.
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII).fullmatch
# What a header can hold stays as it is, byte for byte; the rest as browsers write it.
_SAFE = "".join(map(chr, range(0x21, 0x7F)))
_PRIVATE = [
    ("Cache-Control", "no-store, private"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
]
_PIXEL_HEADERS = [
    ("Content-Type", "image/gif"),
    ("Content-Length", str(len(PIXEL))),
    *_PRIVATE,
]


def with_tracking(application: Flask, settings: Settings) -> "WSGIApplication":
    """The application with the pixel and the followed links in front of it."""
    desk = _Desk(application, settings)

    def dispatch(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(("/o/", "/c/")) and environ["REQUEST_METHOD"] in _ANSWERED:
            answer = desk.opened if path[1] == "o" else desk.followed
            found = answer(path[3:], environ, start_response)
            if found is not None:
                return found
        return application(environ, start_response)

    return dispatch


_ANSWERED = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class _Way:
    """The answer to whoever follows a link."""

    link_id: int
    campaign_id: int
    headers: list[tuple[str, str]]

    @classmethod
    def to(cls, link_id: int, found: Destination) -> "_Way":
        """The redirect, its address as headers can hold it."""
        url = quote(found.url, safe=_SAFE)
        headers = [("Location", url), ("Content-Length", "0"), *_PRIVATE]
        return cls(link_id, found.campaign_id, headers)


class _Desk:
    """What the endpoints of one process share."""

    def __init__(self, application: Flask, settings: Settings) -> None:
        self._application = application
        self._tokens = MailTokens(settings.secret_key.encode())
        self._journal = Writer(settings.journal_dir)
        self._days = day_journal.Writer(settings.journal_dir)
        self._known: dict[str, tuple[_Way | None, float]] = {}
        self._second = 0
        self._noted: set[tuple[int, int, str]] = set()

    def opened(
        self, token: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> list[bytes]:
        """The picture, whatever was asked for; noted only if we signed it."""
        ids = self._tokens.read(token, Kind.OPEN)
        if ids:
            self._note(ids[0], 0, environ)
        elif day := self._tokens.read(token, Kind.HYGIENE):
            self._note_day(day[0], environ)
        start_response("200 OK", _PIXEL_HEADERS)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [PIXEL]

    def followed(
        self, path: str, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> list[bytes] | None:
        """The redirect to what is stored for this link; None where there is nothing.

        The token says whose message it is and of which campaign, the number behind it which
        link: one of another campaign is none.
        """
        token, _, number = path.partition("/")
        ids = self._tokens.read(token, Kind.CLICK)
        if not ids:
            return None
        message_id, campaign_id = ids
        way = self._way(number)
        if way is None or way.campaign_id != campaign_id:
            return None
        self._note(message_id, way.link_id, environ)
        start_response("302 Found", way.headers)
        return []

    def _way(self, number: str) -> "_Way | None":
        now = time.monotonic()
        known = self._known.get(number)
        if known and known[1] > now:
            return known[0]
        if not _NUMBER(number):
            return None
        if len(self._known) >= _CACHE_SIZE:
            self._known.clear()
        with self._application.app_context():
            stored = tracking.destination(int(number))
        found = _Way.to(int(number), stored) if stored else None
        self._known[number] = (found, now + CACHE_SECONDS)
        return found

    def _note(self, message_id: int, link_id: int, environ: dict[str, Any]) -> None:
        letter = machines.letter(environ["REQUEST_METHOD"], environ)
        if self._is_repeated((message_id, link_id, letter)):
            return
        try:
            self._journal.write(message_id, link_id, letter)
        except OSError:
            # A full disk must not stop a reader on her way.
            log.exception("A hit could not be written down")

    def _note_day(self, contact_id: int, environ: dict[str, Any]) -> None:
        if machines.letter(environ["REQUEST_METHOD"], environ) != "h":
            return
        try:
            self._days.write(contact_id)
        except OSError:
            log.exception("A day could not be written down")

    def _is_repeated(self, hit: tuple[int, int, str]) -> bool:
        """Whether this second has seen the same: it counts once, and must not fill the disk."""
        now = int(time.time())
        if now != self._second:
            self._second, self._noted = now, set()
        if hit in self._noted:
            return True
        self._noted.add(hit)
        return False
