"""Hand messages to a provider by its programming interface, one request each."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from webapp.deliverability.transports import (
    Description,
    Envelope,
    Outcome,
    Result,
    Stage,
)
from webapp.deliverability.transports.api_answers import Finding, is_in_doubt
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.http import (
    Answer,
    Http,
    NoAnswer,
    NotSent,
    Request,
)
from webapp.deliverability.transports.smtp_letters import Unsendable, path

_REFERENCE = re.compile(
    rb"^Message-ID:\s*<([A-Za-z0-9_-]+)@", re.MULTILINE | re.IGNORECASE
)
_SIGNATURE = re.compile(
    rb"^DKIM-Signature:[^\n]*\n(?:[ \t][^\n]*\n)*", re.MULTILINE | re.IGNORECASE
)
_ENDS = frozenset({Result.THROTTLED, Result.UNSENT, Result.UNCERTAIN})


class CannotCarry(Exception):
    """This interface has no place for something in the message; another server has."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready to be put in the provider's terms.

    `raw` bears no DKIM signature of ours: a provider changes what it covers, and signs
    for itself. `reference` is what stands before the @ of our Message-ID, by which
    reports are known again where the provider writes a Message-ID of its own.
    """

    raw: bytes = field(repr=False)
    recipient: str = field(repr=False)
    reference: str = ""


class Provider(Protocol):
    """One kind of interface: its addresses, what it is asked, what it answers."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it is, by region; under "" when it has one place alone."""
        ...

    @property
    def largest_message(self) -> int:
        """The bytes it takes at most, attachments included."""
        ...

    @property
    def carries_pictures(self) -> bool:
        """Whether a picture within a message has a place in it."""
        ...

    def check(self, server: ApiServer) -> None:
        """Say what is missing for this kind. Raises BadApiServer."""
        ...

    def write(self, letter: Letter, server: ApiServer) -> Request:
        """The request that hands a message over. Raises CannotCarry."""
        ...

    def understand(self, answer: Answer) -> Finding:
        """What the answer to it means."""
        ...


class ApiTransport:
    """Hands messages to one account over one connection, kept between calls."""

    def __init__(self, server: ApiServer, provider: Provider) -> None:
        """Connect at the first message only. Raises BadApiServer."""
        check(server, provider)
        self._server, self._provider = server, provider
        self._base = provider.addresses[server.region]
        self._http = Http(
            self._base, seconds=server.timeout, requests=server.messages_per_connection
        )

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Give exactly one outcome per envelope; see `Transport.send`.

        When the provider does not answer, knows us not, or wants less, the rest of the
        call is left unsent, so that one bad moment leaves one message uncertain at most.
        """
        waiting = deque(envelopes)
        while waiting:
            outcome = self._hand_over(waiting.popleft())
            yield outcome
            if outcome.result in _ENDS:
                yield from _left_alone(outcome, waiting)
                return

    def close(self) -> None:
        """Part from the provider."""
        self._http.close()

    def describe(self) -> Description:
        """Tell the terms of this kind of interface."""
        return Description(
            name=self._base.partition("://")[2],
            encrypted=self._base.startswith("https:"),
            messages_per_connection=self._server.messages_per_connection,
            largest_message=self._provider.largest_message,
            pipelining=False,
            international=False,
        )

    def _hand_over(self, envelope: Envelope) -> Outcome:
        try:
            letter = _letter(envelope, self._provider.largest_message)
            found = self._ask(letter)
        except Unsendable as problem:
            return problem.outcome(envelope.key)
        return found.outcome(envelope, self._server.secret)

    def _ask(self, letter: Letter) -> Finding:
        try:
            answer = self._http.post(self._provider.write(letter, self._server))
        except CannotCarry as problem:
            return Finding(Result.UNSENT, 0, "5.6.1", str(problem), Stage.LOCAL)
        except NotSent as failure:
            return Finding(Result.UNSENT, text=str(failure), stage=Stage.CONNECTION)
        except NoAnswer as failure:
            return is_in_doubt(str(failure))
        return self._provider.understand(answer)


def check(server: ApiServer, provider: Provider) -> None:
    """Whether mail can be handed over on these terms. Raises BadApiServer."""
    if server.region not in provider.addresses:
        raise BadApiServer("region", "there is no such region")
    provider.check(server)


def _letter(envelope: Envelope, largest: int) -> Letter:
    recipient = path(envelope.rcpt_to, "5.1.3")
    if not recipient.isascii():
        raise Unsendable(
            "5.6.7", "The provider does not take addresses in other scripts."
        )
    if len(envelope.body) > largest:
        raise Unsendable("5.3.4", "The message is larger than the provider takes.")
    head, line, body = envelope.body.partition(b"\r\n\r\n")
    if not head.isascii():
        raise Unsendable("5.1.7", "The provider takes no sender in another script.")
    # The last field may be the signature.
    head = _SIGNATURE.sub(b"", head + b"\r\n").removesuffix(b"\r\n")
    found = _REFERENCE.search(head)
    reference = found[1].decode() if found else ""
    return Letter(head + line + body, recipient, reference)


def _left_alone(ending: Outcome, waiting: deque[Envelope]) -> Iterator[Outcome]:
    was_in_doubt = ending.result is Result.UNCERTAIN
    result = Result.UNSENT if was_in_doubt else ending.result
    stage = Stage.CONNECTION if was_in_doubt else ending.stage
    while waiting:
        key = waiting.popleft().key
        yield ending._replace(key=key, result=result, stage=stage)
