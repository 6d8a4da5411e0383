"""Keeps mail in a list, for tests and the demonstration."""

from collections.abc import Iterator, Sequence

from webapp.deliverability.transports import (
    Description,
    Envelope,
    Outcome,
    Result,
    Stage,
)

_CODES = {Result.ACCEPTED: 250, Result.DEFERRED: 451, Result.REFUSED: 550}


class MemoryTransport:
    """A server that never fails, unless told what to answer for a recipient."""

    def __init__(self) -> None:
        """Start with an empty outbox and nothing but acceptance in mind."""
        self.outbox: list[Envelope] = []
        self._answers: dict[str, Outcome] = {}
        self._to_sender: Outcome | None = None

    def answer(
        self, rcpt_to: str, result: Result, *, enhanced: str = "", text: str = ""
    ) -> None:
        """Answer `result` to every later message for this recipient."""
        self._answers[rcpt_to] = Outcome(
            key=0,
            result=result,
            code=421 if result is Result.THROTTLED else _CODES.get(result, 0),
            enhanced=enhanced,
            text=text,
            stage=Stage.RECIPIENT if result in _CODES else Stage.CONNECTION,
        )

    def answer_sender(self, result: Result) -> None:
        """Answer `result` to our own address, whoever the message is for."""
        self._to_sender = Outcome(
            0, result, _CODES[result], text="sender refused", stage=Stage.SENDER
        )

    def send(self, envelopes: Sequence[Envelope]) -> Iterator[Outcome]:
        """Keep what is accepted, and what is uncertain: it may well have arrived."""
        for envelope in envelopes:
            outcome = self._outcome(envelope)
            if outcome.result in {Result.ACCEPTED, Result.UNCERTAIN}:
                self.outbox.append(envelope)
            yield outcome

    def close(self) -> None:
        """Have nothing to close."""

    def describe(self) -> Description:
        """Promise everything: no limit and no network."""
        return Description(
            name="memory", encrypted=True, pipelining=True, international=True
        )

    def _outcome(self, envelope: Envelope) -> Outcome:
        told = self._to_sender or self._answers.get(envelope.rcpt_to)
        if told is None:
            return Outcome(
                envelope.key, Result.ACCEPTED, 250, "2.0.0", "Ok", Stage.BODY
            )
        return Outcome(
            envelope.key, told.result, told.code, told.enhanced, told.text, told.stage
        )
