"""A handful of marked messages made into mail and handed to a server."""

import logging
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from webapp.campaigns.checking import Marked
from webapp.campaigns.recording import Fate
from webapp.core import clock
from webapp.core.i18n import _l
from webapp.deliverability import return_paths
from webapp.deliverability.transports import (
    Envelope,
    Outcome,
    Result,
    Stage,
    Transport,
)
from webapp.messages import outcomes
from webapp.messages.headers import AddressCannotBeWritten
from webapp.messages.mime import Blueprint, Recipient, Variant
from webapp.messages.models import Status
from webapp.messages.outcomes import Decision
from webapp.messages.personalising import RenderingFailed

log = logging.getLogger(__name__)

# A newsletter that waits longer for a full mailbox is no news any more.
EXPIRY = timedelta(hours=72)
# Pause and cancel act between two handfuls: a slow server must not stretch one.
LONGEST_SECONDS = 2.0
# Bytes of messages with files that a deliverer makes at once.
MEMORY = 32 * 1024 * 1024
UNWRITABLE = "unwritable"
_SENT = Decision(Status.SENT)


@dataclass(frozen=True)
class Handed:
    """What became of a handful; what the server never saw is in nobody's list."""

    fates: list[Fate] = field(default_factory=list)
    heard: list[Outcome] = field(default_factory=list)


@dataclass
class Desk:
    """All that is the same for every message of a campaign, and the way to the server."""

    blueprint: Blueprint
    transport: Transport
    sender: str
    workspace_id: int
    list_id: int
    # Where mail that nobody takes comes back to; without it, to the sender.
    return_host: str | None = None
    has_spoken: bool = False
    trouble: Any = None

    @property
    def most(self) -> int:
        """How many messages are made at once: files weigh in the memory of a worker."""
        return max(1, MEMORY // max(self.blueprint.weight_of_files, 1))

    def hand_over(self, marked: Sequence[Marked], marked_at: datetime) -> Handed:
        """Build the messages, send them, and say what follows for each."""
        by_id = {one.id: one for one in marked}
        envelopes, fates = self._envelopes(marked, marked_at)
        answers = self._send(envelopes)
        self._judge(answers)
        for outcome in answers:
            fate = self._fate(by_id[outcome.key], outcome, marked_at)
            if fate:
                fates.append(fate)
        return Handed(fates, answers)

    def _envelopes(
        self, marked: Sequence[Marked], marked_at: datetime
    ) -> tuple[list[Envelope], list[Fate]]:
        envelopes, fates = [], []
        is_plain = self.blueprint.is_plain
        for one in marked:
            try:
                body = self._body(one, one.dated_at or marked_at)
            except (RenderingFailed, AddressCannotBeWritten):
                fates.append(Fate(one.id, Decision(Status.FAILED, reason=UNWRITABLE)))
            except Exception as error:  # noqa: BLE001 - nobody else's mail waits for it
                log.error("A message cannot be made: %s", type(error).__name__)  # noqa: TRY400
                fates.append(Fate(one.id, Decision(Status.FAILED, reason=UNWRITABLE)))
            else:
                plain = is_plain and one.email.isascii()
                envelopes.append(Envelope(one.id, self.sender, one.email, body, plain))
        return envelopes, fates

    def _return_path(self, message_id: int) -> str:
        if self.return_host is None:
            return self.sender
        return return_paths.address(message_id, self.return_host)

    def _body(self, one: Marked, dated: datetime) -> bytes:
        values = one.told
        name = f"{values['first_name']} {values['last_name']}".strip()
        values["full_name"] = name
        recipient = Recipient(
            address=one.email,
            message=one.id,
            workspace=self.workspace_id,
            contact=one.contact_id,
            list_id=self.list_id,
            name=name,
            values={"contact": values},
        )
        variant = Variant(one.clicks, one.opens, one.last_open)
        return self.blueprint.build(recipient, variant, dated)

    def _send(self, envelopes: list[Envelope]) -> list[Outcome]:
        if not envelopes:
            return []
        deadline = time.monotonic() + LONGEST_SECONDS
        # What has no outcome when the iterator is closed has not left.
        answers = cast("Generator[Outcome]", self.transport.send(envelopes))
        heard = []
        try:
            for outcome in answers:
                heard.append(outcome)
                if time.monotonic() > deadline:
                    break
        finally:
            answers.close()
        return heard

    def _judge(self, answers: Sequence[Outcome]) -> None:
        """Whether the server listens to us: some answer about a person is enough."""
        about_us = [one for one in answers if outcomes.is_about_us(one)]
        doubtful = [one for one in answers if one.result is Result.UNCERTAIN]
        has_spoken = len(answers) > len(about_us) + len(doubtful)
        self.has_spoken = self.has_spoken or has_spoken
        slow_down = [one for one in about_us if one.result is Result.THROTTLED]
        if slow_down or (not has_spoken and (about_us or doubtful)):
            self.trouble = _words((slow_down or about_us or doubtful)[-1])

    def _fate(self, one: Marked, outcome: Outcome, marked_at: datetime) -> Fate | None:
        """What follows from an answer; None: the message goes back in hand at once."""
        dated = one.dated_at or marked_at
        if outcome.result is Result.ACCEPTED:
            return Fate(one.id, _SENT, outcome, dated, one.opens, one.clicks)
        about_us = outcomes.is_about_us(outcome)
        if about_us and self.trouble is None:
            return None
        decision = outcomes.decide(outcome, one.attempts + 1, resend_uncertain=False)
        expires_at = dated + EXPIRY if decision.status is Status.DEFERRED else None
        settled = outcomes.settle(decision, clock.now(), expires_at)
        if about_us:
            return Fate(one.id, settled, outcome)
        return Fate(one.id, settled, outcome, dated, one.opens, one.clicks)


def _words(outcome: Outcome) -> Any:
    if outcome.stage in {Stage.SENDER, Stage.LOCAL}:
        return _l("The mail server refuses our sender: %(said)s", said=outcome.text)
    if outcome.result is Result.THROTTLED:
        return _l("The mail server asks us to wait: %(said)s", said=outcome.text)
    if outcome.result is Result.UNCERTAIN:
        return _l("The mail server left in mid-message: %(said)s", said=outcome.text)
    return _l("The mail server does not answer: %(said)s", said=outcome.text)
