"""A handful of marked messages made into mail and handed to a server."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from webapp.campaigns.checking import Marked
from webapp.campaigns.recording import Fate
from webapp.core import clock
from webapp.core.i18n import _l
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

# A newsletter that waits longer for a full mailbox is no news any more.
EXPIRY = timedelta(hours=72)
# Pause and cancel act between two handfuls: a slow server must not stretch one.
LONGEST_SECONDS = 2.0
UNWRITABLE = "unwritable"

_PLAIN_FIELDS = (
    "civility",
    "first_name",
    "last_name",
    "email",
    "city",
    "postcode",
    "country",
    "birth_date",
    "language",
    "attributes",
)


@dataclass(frozen=True)
class Handed:
    """What became of a handful; what the server never saw is `untouched`."""

    fates: list[Fate] = field(default_factory=list)
    untouched: list[int] = field(default_factory=list)
    is_held_up: bool = False


@dataclass
class Desk:
    """All that is the same for every message of a campaign, and the way to the server."""

    blueprint: Blueprint
    transport: Transport
    sender: str
    workspace_id: int
    list_id: int
    has_spoken: bool = False
    trouble: Any = None

    def hand_over(self, marked: Sequence[Marked]) -> Handed:
        """Build the messages, send them, and say what follows for each."""
        by_id = {one.id: one for one in marked}
        envelopes, fates = self._envelopes(marked)
        answers = self._send(envelopes)
        self._judge(answers)
        for outcome in answers:
            fate = self._fate(by_id[outcome.key], outcome)
            if fate:
                fates.append(fate)
        known = {fate.id for fate in fates}
        untouched = [one.id for one in marked if one.id not in known]
        back = Decision(Status.CLAIMED, burned=False)
        fates += [Fate(number, back) for number in untouched]
        return Handed(fates, untouched, is_held_up=self.trouble is not None)

    def _envelopes(self, marked: Sequence[Marked]) -> tuple[list[Envelope], list[Fate]]:
        envelopes, fates = [], []
        for one in marked:
            try:
                body = self._body(one)
            except (RenderingFailed, AddressCannotBeWritten):
                fates.append(Fate(one.id, Decision(Status.FAILED, reason=UNWRITABLE)))
            else:
                address = one.contact.email
                is_plain = self.blueprint.is_plain and address.isascii()
                envelopes.append(Envelope(one.id, self.sender, address, body, is_plain))
        return envelopes, fates

    def _body(self, one: Marked) -> bytes:
        contact = one.contact
        values = {name: getattr(contact, name) for name in _PLAIN_FIELDS}
        values["full_name"] = f"{contact.first_name} {contact.last_name}".strip()
        recipient = Recipient(
            address=contact.email,
            message=one.id,
            workspace=self.workspace_id,
            contact=contact.id,
            list_id=self.list_id,
            name=values["full_name"],
            values={"contact": values},
        )
        variant = Variant(one.clicks, one.opens, one.last_open)
        return self.blueprint.build(recipient, variant, one.dated_at)

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

    def _fate(self, one: Marked, outcome: Outcome) -> Fate | None:
        """What follows from an answer; None: the message goes back in hand at once."""
        if outcomes.is_about_us(outcome) and self.trouble is None:
            return None
        decision = outcomes.decide(outcome, one.attempts, resend_uncertain=False)
        expires_at = (
            one.dated_at + EXPIRY if decision.status is Status.DEFERRED else None
        )
        settled = outcomes.settle(decision, clock.now(), expires_at)
        return Fate(one.id, settled, outcome)


def _words(outcome: Outcome) -> Any:
    if outcome.stage in {Stage.SENDER, Stage.LOCAL}:
        return _l("The mail server refuses our sender: %(said)s", said=outcome.text)
    if outcome.result is Result.THROTTLED:
        return _l("The mail server asks us to wait: %(said)s", said=outcome.text)
    if outcome.result is Result.UNCERTAIN:
        return _l("The mail server left in mid-message: %(said)s", said=outcome.text)
    return _l("The mail server does not answer: %(said)s", said=outcome.text)
