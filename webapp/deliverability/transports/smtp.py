"""Any SMTP server: the provider's relay, or our own."""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from ssl import SSLContext

from webapp.deliverability.transports import Description, Envelope, Outcome
from webapp.deliverability.transports.smtp_connection import Failure
from webapp.deliverability.transports.smtp_opening import open_connection, tls_context
from webapp.deliverability.transports.smtp_replies import Extensions
from webapp.deliverability.transports.smtp_server import Security, SmtpServer
from webapp.deliverability.transports.smtp_session import Session


class SmtpTransport:
    """Hands messages to one server over one connection, kept between calls.

    For one worker at a time: more connections are more transports.
    """

    def __init__(self, server: SmtpServer) -> None:
        """Connect at the first message only."""
        self._server = server
        self._session: Session | None = None
        self._known: Extensions | None = None

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Give exactly one outcome per envelope; see `Transport.send`.

        A server that leaves between two messages is called again. Any other end of
        the conversation ends this call: the rest is unsent, or throttled after 421,
        so that one bad moment leaves at most one message uncertain.
        """
        queue = deque(envelopes)
        try:
            while queue:
                try:
                    yield from self._ready_session().deliver(queue)
                except Failure as failure:
                    yield from self._end(failure, queue)
        finally:
            if self._session and self._session.is_under_way:
                self._drop()

    def close(self) -> None:
        """Take leave of the server."""
        session, self._session = self._session, None
        if session and not session.is_under_way:
            session.connection.quit()
        elif session:
            session.connection.drop()

    def describe(self) -> Description:
        """Tell the terms, and what the server announced at the last connection."""
        known = self._known
        return Description(
            name=f"{self._server.host}:{self._server.port}",
            encrypted=self._server.security is not Security.NONE,
            messages_per_connection=self._server.messages_per_connection,
            largest_message=known.largest_message if known else None,
            pipelining=known.pipelining if known else None,
            international=known.international if known else None,
        )

    def _ready_session(self) -> Session:
        session = self._session
        if session and (session.is_under_way or session.connection.is_stale()):
            self._drop()
        elif session and session.is_used_up:
            self.close()
        if not self._session:
            connection, self._known = open_connection(self._server, self._tls)
            self._session = Session(connection, self._known, self._server)
        return self._session

    @cached_property
    def _tls(self) -> SSLContext | None:
        # Reading the authorities takes some 20 ms: once.
        return (
            None
            if self._server.security is Security.NONE
            else tls_context(self._server)
        )

    def _end(self, failure: Failure, queue: deque[Envelope]) -> Iterator[Outcome]:
        session = self._session
        self._drop()
        goes_on = False
        if session:
            between_two = session.answered > 0 and not session.has_open_letter
            goes_on = between_two and not failure.code
            yield from session.abandon(failure, queue)
        while queue and not goes_on:
            yield failure.outcome(queue.popleft().key)

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            session.connection.drop()
