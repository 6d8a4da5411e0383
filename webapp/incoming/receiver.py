"""A small mail server that takes nothing but what comes back: over SMTP, or LMTP behind another one.

It answers 250 once a mail is in the database for good, and asks to come back later whenever
the database is away: nothing that was accepted is lost.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from webapp.core.db import db, make_durable, transaction
from webapp.deliverability import return_paths
from webapp.incoming import storing, tallies
from webapp.incoming.mail import ENVELOPE_FROM, ENVELOPE_TO, KEPT
from webapp.incoming.models import Source
from webapp.incoming.pace import Pace
from webapp.incoming.tallies import What

log = logging.getLogger(__name__)
# aiosmtpd tells the network address and the words of everybody who connects.
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)

# A report with the whole message in it, attachments included; in bytes.
LARGEST = 12 * 1024 * 1024
# Each may hold a whole report in memory while it comes in.
MOST_CONNECTIONS = 100
# A session that knows so few of our addresses looks for others.
MOST_STRANGERS = 10
# One mail comes back once: who names many recipients is not a mail server with a report.
MOST_RECIPIENTS = 20
# A campaign of a million in an hour with a twentieth of it refused, twice over.
PER_MINUTE = 2000
# Anybody can write to the address of complaints.
FEEDBACK_PER_MINUTE = 200
# Whoever got a message knows its return path, and could fill the disk by it; each hour.
MOST_TO_ONE, COUNTED_FOR = 30, 3600.0
# Before what was counted meanwhile is written down; in seconds.
COUNTED_EVERY = 5.0

UNKNOWN = "550 5.1.1 No such address here"
LATER = "451 4.3.0 Come back later"
TAKEN = "250 2.0.0 Taken"


class Receiver:
    """Takes mail to return paths we signed and to the feedback address; hooks of aiosmtpd."""

    def __init__(
        self,
        in_app: Callable[[], AbstractContextManager[Any]],
        feedback_address: str = "",
    ) -> None:
        """`in_app` opens the application's context for one thing to do."""
        self._in_app = in_app
        self._feedback = feedback_address.casefold()
        self._pace = Pace(PER_MINUTE)
        self._feedback_pace = Pace(FEEDBACK_PER_MINUTE)
        self._came: dict[str, int] = {}
        self._came_since = monotonic()
        self._forged = 0
        self._will_count = False

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient that is ours, without asking the database."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not self._is_ours(address):
            strangers = getattr(session, "strangers", 0) + 1
            session.strangers = strangers  # type: ignore[attr-defined]
            self._count_forged()
            return (
                UNKNOWN if strangers < MOST_STRANGERS else "421 4.7.0 Too many errors"
            )
        if not self._lets_through(address.casefold()):
            return "451 4.7.1 Too much at once, come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail for good, then say so; over LMTP to each recipient (RFC 2033)."""
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(None, self._keep, envelope)
        copies = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
        return "\r\n".join([answer] * copies)

    async def handle_exception(self, error: Exception) -> str:
        """Ask to come back, whatever happened: a fault of ours refuses nobody's mail."""
        log.error("A session of returned mail failed: %s", type(error).__name__)
        return LATER

    def flush(self) -> None:
        """Write down how many addresses were not ours."""
        counted, self._forged = self._forged, 0
        if not counted:
            return
        try:
            with self._in_app(), transaction():
                tallies.add(What.FORGED, counted)
        except (SQLAlchemyError, OSError):
            self._forged += counted

    def _is_ours(self, address: str) -> bool:
        if self._feedback and address.casefold() == self._feedback:
            return True
        with self._in_app():
            return return_paths.read(address) is not None

    def _lets_through(self, address: str) -> bool:
        if address == self._feedback:
            return self._feedback_pace.lets_through()
        if monotonic() - self._came_since > COUNTED_FOR:
            self._came, self._came_since = {}, monotonic()
        came = self._came.get(address, 0)
        if came >= MOST_TO_ONE or not self._pace.lets_through():
            return False
        self._came[address] = came + 1
        return True

    def _keep(self, envelope: Envelope) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        try:
            with self._in_app():
                try:
                    with transaction():
                        make_durable()
                        for recipient in envelope.rcpt_tos:
                            _store(envelope.mail_from or "", recipient, raw)
                finally:
                    db.session.remove()
        except (SQLAlchemyError, OSError) as error:
            log.warning("A returned mail must come back: %s", type(error).__name__)
            return LATER
        return TAKEN

    def _count_forged(self) -> None:
        """Not one by one: whoever tries addresses should not keep the database busy."""
        self._forged += 1
        if self._will_count:
            return
        self._will_count = True
        asyncio.get_running_loop().call_later(COUNTED_EVERY, self._count_later)

    def _count_later(self) -> None:
        self._will_count = False
        asyncio.get_running_loop().run_in_executor(None, self.flush)


class _Guarded(SMTP):
    """A session that is only held when there is room for one more."""

    # All sessions of one listener.
    inside: set["_Guarded"]

    def connection_made(self, transport: Any) -> None:
        """Turn away whoever is one too many, before anything is kept for them."""
        if len(self.inside) < MOST_CONNECTIONS:
            self.inside.add(self)
            super().connection_made(transport)
            return
        transport.write(b"421 4.7.0 Too many connections, come back later\r\n")
        transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next."""
        if self in self.inside:
            self.inside.discard(self)
            super().connection_lost(error)


class _GuardedLMTP(_Guarded, LMTP):
    """The same behind another mail server."""


class ReturnServer(Controller):
    """Listens for what comes back; `start()` and `stop()` it."""

    def __init__(
        self, receiver: Receiver, host: str, port: int, *, lmtp: bool, name: str
    ) -> None:
        """`name` is what the server calls itself."""
        self._protocol = _GuardedLMTP if lmtp else _Guarded
        self._inside: set[_Guarded] = set()
        super().__init__(
            receiver,
            hostname=host,
            port=port,
            server_hostname=name,
            ident="ready",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            timeout=60,
        )

    def factory(self) -> SMTP:
        """One for each connection."""
        made = self._protocol(self.handler, **self.SMTP_kwargs)
        made.inside = self._inside
        return made


def _store(sender: str, recipient: str, raw: bytes) -> None:
    """With the envelope before it; the same mail to the same address is the same one again."""
    envelope = (
        f"{ENVELOPE_FROM}: <{sender.strip('<>')}>\r\n{ENVELOPE_TO}: <{recipient}>\r\n"
    )
    key = hashlib.sha256(_bytes(recipient.casefold()) + b"\0" + raw).digest()
    storing.store(Source.LMTP, key, _bytes(envelope) + raw[:KEPT])


def _bytes(told: str) -> bytes:
    """As it came: what is not UTF-8 too."""
    return told.encode("utf-8", "surrogateescape")
