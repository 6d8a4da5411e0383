"""What an answer of a mail server means for a message: pure rules, no database."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.deliverability.classifying import classify
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.messages.models import Status

# Greylisting wants five minutes; then less and less often (RFC 5321 section 4.5.4.1).
DELAYS = [timedelta(minutes=minutes) for minutes in (5, 15, 45, 120, 240, 480, 960)]
# A server that does not answer is asked again soon: nobody is bothered by it.
WAIT_FOR_SERVER = timedelta(seconds=15)
# It refuses what we are (our sender, our quota), not a person: somebody has to act.
WAIT_FOR_US = timedelta(minutes=5)
JITTER = 0.2

# Refused before any byte was written: our address is not one, the message is too large.
OURS = frozenset({"5.1.7", "5.3.4"})

# RFC 6531 3.5: nothing is wrong with the person, whose mail this server cannot carry.
OTHER_SCRIPT_CODE = "5.6.7"

EXPIRED = "expired"
OTHER_SCRIPT = "other_script"
UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Decision:
    """Where a message goes after an attempt; `wait` before the next one, if any.

    `burned` is false when the attempt says nothing about the person.
    """

    status: Status
    wait: timedelta | None = None
    reason: str = ""
    burned: bool = True


def decide(outcome: Outcome, attempts: int, *, resend_uncertain: bool) -> Decision:
    """The next step after the attempt number `attempts` (the first is 1)."""
    if is_about_us(outcome):
        wait = WAIT_FOR_US if outcome.result is Result.REFUSED else WAIT_FOR_SERVER
        return Decision(Status.PENDING, jittered(wait), burned=False)
    if outcome.result is Result.ACCEPTED:
        return Decision(Status.SENT)
    if outcome.result is Result.REFUSED:
        return _refused(outcome)
    if outcome.result is Result.UNCERTAIN:
        if not resend_uncertain:
            return Decision(Status.UNCERTAIN)
        return Decision(Status.DEFERRED, jittered(WAIT_FOR_SERVER), UNCERTAIN)
    return Decision(Status.DEFERRED, delay(attempts))


def _refused(outcome: Outcome) -> Decision:
    if outcome.stage is Stage.LOCAL and outcome.enhanced == OTHER_SCRIPT_CODE:
        return Decision(Status.FAILED, reason=OTHER_SCRIPT)
    # What it is about is read while the whole answer is there: its codes are not all kept.
    about = classify(outcome.code, outcome.enhanced, outcome.text)
    return Decision(Status.BOUNCED, reason=about)


def is_about_us(outcome: Outcome) -> bool:
    """The server cannot or will not hear us at all: nothing to do with the person."""
    if outcome.result in {Result.THROTTLED, Result.UNSENT}:
        return True
    if outcome.stage is Stage.LOCAL:
        return outcome.enhanced in OURS
    refused = outcome.result in {Result.REFUSED, Result.DEFERRED}
    return refused and outcome.stage is Stage.SENDER


def delay(attempts: int) -> timedelta:
    """How long a message rests after so many attempts, give or take a fifth."""
    return jittered(DELAYS[min(attempts, len(DELAYS)) - 1])


def jittered(span: timedelta) -> timedelta:
    """A span give or take a fifth, so that what failed together does not return so."""
    return span * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def settle(decision: Decision, now: datetime, expires_at: datetime | None) -> Decision:
    """The decision, unless its next attempt would come after the message is stale."""
    if decision.wait is None or not expires_at or now + decision.wait < expires_at:
        return decision
    if decision.reason == UNCERTAIN:
        return Decision(Status.UNCERTAIN)
    return Decision(Status.FAILED, reason=EXPIRED)
