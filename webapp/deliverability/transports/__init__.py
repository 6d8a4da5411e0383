"""The ways a finished message leaves the house, and what is known afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class Result(StrEnum):
    """What is known of one message after an attempt to hand it over."""

    ACCEPTED = "accepted"
    """The server took charge of it (RFC 5321 section 6.1)."""
    DEFERRED = "deferred"
    """The server said "not now" about this message (4xx)."""
    REFUSED = "refused"
    """The server said "never" (5xx), or the message cannot be put on the wire."""
    THROTTLED = "throttled"
    """The server wants less from us: not the person's fault, burns no attempt."""
    UNSENT = "unsent"
    """The server cannot have the message: trying again is safe."""
    UNCERTAIN = "uncertain"
    """The message may be delivered or not: nobody will ever know by SMTP."""


class Stage(StrEnum):
    """Where the conversation stood when the outcome was known."""

    LOCAL = "local"
    """Before any byte of this message was written."""
    CONNECTION = "connection"
    """While connecting or signing in, or because the connection broke."""
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    BODY = "body"
    """After the whole message was written: the reply to the final dot."""


class Envelope(NamedTuple):
    """One message for one person: `body` has CRLF line ends and no dot-stuffing.

    `is_plain` spares the transport to look at it: addresses and body are ASCII, no line
    begins with a dot, the last one is ended.
    """

    key: int
    mail_from: str
    rcpt_to: str
    body: bytes
    is_plain: bool = False

    def __repr__(self) -> str:
        """No address in a log."""
        return f"Envelope(key={self.key})"


class Outcome(NamedTuple):
    """What became of one envelope; `text` holds no e-mail address.

    `code` is 0 when no reply decided, `enhanced` empty when the server gave none.
    """

    key: int
    result: Result
    code: int = 0
    enhanced: str = ""
    text: str = ""
    stage: Stage = Stage.CONNECTION


@dataclass(frozen=True, slots=True)
class Description:
    """What a transport can do; None where only the first connection will tell."""

    name: str
    encrypted: bool
    messages_per_connection: int | None = None
    largest_message: int | None = None
    pipelining: bool | None = None
    international: bool | None = None


class Transport(Protocol):
    """Hands messages over, one worker at a time."""

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Give exactly one outcome per envelope, whatever the network does.

        Commit the envelopes as `sending` before this call. An envelope whose outcome
        was not yet given has not been sent: closing the iterator early is safe, and a
        crash leaves at most the envelopes of this call in doubt.
        """
        ...

    def close(self) -> None:
        """Part from the server; the next `send` opens a new connection."""
        ...

    def describe(self) -> Description:
        """Tell what this transport can do, without using the network."""
        ...
