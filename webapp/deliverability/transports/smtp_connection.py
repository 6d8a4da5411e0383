"""One conversation with a server: bytes out, replies in, and what broke it."""

import select
import socket
import ssl
from contextlib import suppress
from time import monotonic

from webapp.deliverability.transports import Outcome, Result
from webapp.deliverability.transports.smtp_replies import (
    NotSmtp,
    Reply,
    ReplyReader,
    presentable,
)

# One TLS record: the server reads all of it or nothing.
TLS_RECORD = 16_384
_MOST_AT_ONCE = 65_536
# Being polite must not hold up a worker.
QUIT_SECONDS = 2.0


class Failure(Exception):
    """The conversation is over, by a reply (`code`) or without one (0).

    `reached` counts the bytes of a failed write that the server may have.
    """

    def __init__(self, text: str, *, reached: int = 0) -> None:
        """End the conversation without a word from the server."""
        super().__init__(text)
        self.result = Result.UNSENT
        self.code = 0
        self.enhanced = ""
        self.text = presentable(text)
        self.reached = reached

    @classmethod
    def said(cls, reply: Reply) -> "Failure":
        """End it because the server said so: 4xx asks us to come back less often."""
        failure = cls(reply.text())
        failure.code, failure.enhanced = reply.code, reply.enhanced
        if reply.kind == 4:
            failure.result = Result.THROTTLED
        return failure

    def outcome(self, key: int) -> Outcome:
        """What this failure means for a message the server does not have."""
        return Outcome(key, self.result, self.code, self.enhanced, self.text)


class Connection:
    """A socket that speaks lines; every trouble on it is a Failure."""

    def __init__(self, connected: socket.socket) -> None:
        """Take over a connected socket."""
        # Without it the last packet of a message waits 40 ms for an acknowledgement.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # With a timeout, Python asks the kernel three times where once is enough.
        connected.setblocking(False)
        self._socket = connected
        self._replies = ReplyReader()
        self.encrypted = False

    def encrypt(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Start TLS and check who answers."""
        if not self._replies.is_empty:
            # Words put in before TLS would be taken for the server's own.
            raise Failure("the server spoke before TLS was up")
        try:
            self._socket.settimeout(seconds)
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except (OSError, ValueError) as error:
            raise Failure(why(error)) from error
        self.encrypted = True

    def write(self, data: bytes, seconds: float) -> None:
        """Give all the bytes to the kernel, or tell how many the server may have."""
        deadline = monotonic() + seconds
        waiting = memoryview(data)
        piece = TLS_RECORD if self.encrypted else len(data)
        sent = 0
        while sent < len(data):
            try:
                sent += self._give(waiting[sent : sent + piece], deadline)
            except OSError as error:
                # OpenSSL does not tell what became of a record that failed.
                reached = sent + piece if self.encrypted else sent
                raise Failure(why(error), reached=reached) from error

    def read(self, seconds: float) -> Reply:
        """Take the next reply; 421 ends the conversation (RFC 5321 section 3.8)."""
        deadline = monotonic() + seconds
        try:
            while (reply := self._replies.next()) is None:
                self._listen(deadline)
        except NotSmtp as error:
            raise Failure(str(error)) from error
        if reply.code == 421:
            raise Failure.said(reply)
        return reply

    def was_told_to_go_on(self) -> bool:
        """Whether the replies to MAIL, RCPT and DATA are here and all is well with them."""
        return self._replies.skip_go_on()

    def ask(self, command: bytes, seconds: float) -> Reply:
        """Write one command and read its reply."""
        self.write(command + b"\r\n", seconds)
        return self.read(seconds)

    def is_stale(self) -> bool:
        """Tell whether the server spoke or left while nobody asked it anything."""
        if not self._replies.is_empty:
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def own_address(self) -> str:
        """Our address on this connection, as a literal (RFC 5321 section 4.1.3)."""
        try:
            address = self._socket.getsockname()[0]
        except OSError as error:
            raise Failure(why(error)) from error
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def quit(self) -> None:
        """Take leave, without waiting long for the answer."""
        with suppress(Failure):
            self.ask(b"QUIT", QUIT_SECONDS)
        self.drop()

    def drop(self) -> None:
        """Close at once."""
        self._socket.close()

    def _listen(self, deadline: float) -> None:
        try:
            data = self._take(deadline)
        except OSError as error:
            raise Failure(why(error)) from error
        if not data:
            raise Failure("the server closed the connection")
        self._replies.hear(data)

    def _give(self, data: memoryview, deadline: float) -> int:
        if self.encrypted:
            self._socket.settimeout(_left(deadline))
            return self._socket.send(data)
        try:
            return self._socket.send(data)
        except BlockingIOError:
            self._wait(select.POLLOUT, deadline)
            return 0

    def _take(self, deadline: float) -> bytes:
        if self.encrypted:
            self._socket.settimeout(_left(deadline))
            return self._socket.recv(_MOST_AT_ONCE)
        while True:
            self._wait(select.POLLIN, deadline)
            with suppress(BlockingIOError):
                return self._socket.recv(_MOST_AT_ONCE)

    def _wait(self, what: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._socket, what)
        if not poll.poll(_left(deadline) * 1000):
            raise TimeoutError


def _left(deadline: float) -> float:
    """Seconds until then, more than none."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def connect(host: str, port: int, seconds: float) -> Connection:
    """Open a connection to a server. Raises Failure."""
    try:
        return Connection(socket.create_connection((host, port), seconds))
    # A host name that cannot be one is a UnicodeError.
    except (OSError, UnicodeError) as error:
        raise Failure(why(error)) from error


def why(error: Exception) -> str:
    """What broke a conversation, in words for the person who set it up."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason}"
    return getattr(error, "strerror", None) or str(error)
