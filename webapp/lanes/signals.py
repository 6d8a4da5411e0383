"""What one answer of a mail server says about the lane it came by: pure rules."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from webapp.deliverability.classifying import Category, classify
from webapp.deliverability.transports import Outcome, Result, Stage
from webapp.lanes import reasons, rules
from webapp.lanes.providers import OTHER
from webapp.lanes.rules import Rule

# Of a mixture of small providers, one does not speak for the others.
_READ_AS = {"office365": "microsoft", OTHER: ""}
# Whoever comes for the first time comes again in five minutes: nobody wants less of us.
_GREYLISTED = re.compile(r"gr[ae]y.?list")


class Kind(Enum):
    """What an answer means for the lane."""

    FINE = auto()
    """The provider takes our mail, or refuses one person's: the lane works."""
    SLOWER = auto()
    """It wants less of us."""
    DISTRUST = auto()
    """It refuses what we are; insisting makes it worse."""
    BREAKDOWN = auto()
    """The mail server itself does not work, for any provider."""
    NOTHING = auto()


@dataclass(frozen=True)
class Signal:
    """What an answer means, the rule that knows it if any, and the words to show."""

    kind: Kind
    reason: str = ""
    rule: Rule | None = None
    asked: timedelta | None = None
    words: str = ""


FINE = Signal(Kind.FINE)
NOTHING = Signal(Kind.NOTHING)


def signal(provider: str, outcome: Outcome) -> Signal:
    """What an outcome means for the lane of a provider."""
    if outcome.stage is Stage.LOCAL:
        return NOTHING
    if outcome.result is Result.ACCEPTED:
        return FINE
    if outcome.result is Result.UNCERTAIN:
        return Signal(Kind.BREAKDOWN, reasons.UNREACHABLE, words=outcome.text)
    said = f"{outcome.code} {outcome.enhanced} {outcome.text}".lower()
    rule = rules.first(provider, said)
    if rule and _is_known_here(rule, provider, outcome):
        kind = Kind.DISTRUST if rule.distrusts else Kind.SLOWER
        return Signal(kind, rule.reason, rule, rules.asked_wait(said), outcome.text)
    if outcome.result is Result.UNSENT:
        return _breakdown(outcome)
    return _by_category(provider, outcome, said)


def is_bounce(provider: str, outcome: Outcome) -> bool:
    """Whether the address is at fault: too many of these spoil a name."""
    if outcome.result is not Result.REFUSED or outcome.stage is Stage.LOCAL:
        return False
    return _category(provider, outcome).is_about_person


def _is_known_here(rule: Rule, provider: str, outcome: Outcome) -> bool:
    """Among many small providers only what the mail server says of itself is taken at once.

    What is said of a sender is about one shop, not about the provider.
    """
    if outcome.stage is Stage.SENDER or provider == OTHER:
        return rule.of_server
    return True


def _breakdown(outcome: Outcome) -> Signal:
    reason = reasons.UNREACHABLE
    if outcome.code:
        is_sign_in = 530 <= outcome.code <= 539
        reason = reasons.SIGN_IN if is_sign_in else reasons.TURNED_AWAY
    return Signal(Kind.BREAKDOWN, reason, words=outcome.text)


def _by_category(provider: str, outcome: Outcome, said: str) -> Signal:
    slower = Signal(
        Kind.SLOWER, reasons.BUSY, asked=rules.asked_wait(said), words=outcome.text
    )
    if outcome.result is Result.THROTTLED:
        return slower
    if outcome.stage is Stage.SENDER or _GREYLISTED.search(said):
        # The sender is at fault, or nobody is.
        return NOTHING
    category = _category(provider, outcome)
    if outcome.result is Result.DEFERRED:
        wants_less = category in {Category.THROTTLED, Category.REPUTATION}
        return slower if wants_less and provider != OTHER else NOTHING
    if category is Category.REPUTATION:
        return Signal(Kind.DISTRUST, reasons.REPUTATION, words=outcome.text)
    if category is Category.POLICY:
        return Signal(Kind.DISTRUST, reasons.POLICY, words=outcome.text)
    return FINE if category.is_about_person else NOTHING


def _category(provider: str, outcome: Outcome) -> Category:
    read_as = _READ_AS.get(provider, provider)
    return classify(outcome.code, outcome.enhanced, outcome.text, read_as)
