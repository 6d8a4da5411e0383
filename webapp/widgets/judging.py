"""Whether a sign-up is taken, must prove some work first, or is let fall in silence; pure values."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.core.i18n import _l

# What one mailbox may be entered with in a day, in the whole installation.
PER_MAILBOX = 10
# From one network (/24, /64) in an hour: a household needs few, a mobile operator many.
CALM_NETWORK = 10
BUSY_NETWORK = 120
# To one mail domain in an hour; the large providers are everybody's.
PER_DOMAIN = 100
PER_LARGE_DOMAIN = 2000
# Where a proof is wanted but none can be given, as without script.
UNPROVEN_PER_NETWORK = 3
UNPROVEN_PER_WIDGET = 20
# Nobody reads and fills a form so quickly; some password managers do, so it is no proof.
QUICK = 2.0


class Verdict(StrEnum):
    """What becomes of a sign-up."""

    ACCEPTED = "accepted"
    COSTLIER = "costlier"
    DROPPED = "dropped"


class Reason(StrEnum):
    """Why a sign-up is not simply taken."""

    TRAP = "trap"
    QUICK = "quick"
    BURST = "burst"
    NETWORK = "network"
    MAILBOX = "mailbox"
    DOMAIN = "domain"
    # Its owner said so by the link in a confirmation mail.
    DISOWNED = "disowned"
    # Held back only where the list wants it so.
    DISPOSABLE = "disposable"
    # Not held back: it gave the proof it was asked for.
    PROVEN = "proven"


REASONS = {
    Reason.DISOWNED: _l("The owner of the address said they never asked"),
    Reason.MAILBOX: _l("The same address, again and again"),
    Reason.NETWORK: _l("Many sign-ups from one network"),
    Reason.DOMAIN: _l("Many sign-ups to one mail domain"),
    Reason.DISPOSABLE: _l("Addresses that live for minutes"),
    Reason.BURST: _l("Many sign-ups at once, without a proof of work"),
    Reason.TRAP: _l("The hidden field was filled in"),
    Reason.QUICK: _l("Filled in faster than anybody can"),
    Reason.PROVEN: _l("Taken after a proof of work"),
}


@dataclass(frozen=True)
class Counts:
    """What came lately: a day for the mailbox, an hour for the rest."""

    mailbox: int = 0
    network: int = 0
    domain: int = 0
    # At this widget, without a proof.
    unproven: int = 0


@dataclass(frozen=True)
class Signs:
    """What can be seen of a sign-up without knowing the person."""

    counts: Counts = Counts()
    # Seconds since the form was shown; None where it stands on a site as plain HTML.
    seconds: float | None = None
    trap_filled: bool = False
    widget_under_burst: bool = False
    large_domain: bool = False
    # The owner of the address wants no sign-up mail.
    blocked: bool = False
    disposable: bool = False
    disposable_refused: bool = False
    proven: bool = False
    can_prove: bool = False


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reasons."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


def judge(signs: Signs) -> Judgement:
    """Judge by the caps, then by what looks odd; never by whether the address is known."""
    over = _over_a_cap(signs)
    if over:
        return Judgement(Verdict.DROPPED, (over,))
    judged = _judge_oddness(signs)
    if signs.disposable and judged.verdict is Verdict.ACCEPTED:
        return Judgement(judged.verdict, (*judged.reasons, Reason.DISPOSABLE))
    return judged


def _judge_oddness(signs: Signs) -> Judgement:
    odd = tuple(_odd(signs))
    if not odd:
        return Judgement(Verdict.ACCEPTED)
    if {Reason.TRAP, Reason.QUICK} <= set(odd):
        return Judgement(Verdict.DROPPED, odd)
    if signs.proven:
        return Judgement(Verdict.ACCEPTED, (Reason.PROVEN,))
    return _judge_unproven(signs, odd)


def _judge_unproven(signs: Signs, odd: tuple[Reason, ...]) -> Judgement:
    if signs.can_prove:
        return Judgement(Verdict.COSTLIER, odd)
    # Without script: never a dead end, but few.
    counts = signs.counts
    if counts.network >= UNPROVEN_PER_NETWORK or counts.unproven >= UNPROVEN_PER_WIDGET:
        return Judgement(Verdict.DROPPED, odd)
    return Judgement(Verdict.ACCEPTED)


def _over_a_cap(signs: Signs) -> Reason | None:
    counts = signs.counts
    per_domain = PER_LARGE_DOMAIN if signs.large_domain else PER_DOMAIN
    if signs.blocked:
        return Reason.DISOWNED
    if signs.disposable_refused:
        return Reason.DISPOSABLE
    caps = (
        (Reason.MAILBOX, counts.mailbox, PER_MAILBOX),
        (Reason.NETWORK, counts.network, BUSY_NETWORK),
        (Reason.DOMAIN, counts.domain, per_domain),
    )
    return next((reason for reason, count, most in caps if count >= most), None)


def _odd(signs: Signs) -> list[Reason]:
    seen = (
        (Reason.BURST, signs.widget_under_burst),
        (Reason.NETWORK, signs.counts.network >= CALM_NETWORK),
        (Reason.TRAP, signs.trap_filled),
        (Reason.QUICK, signs.seconds is not None and signs.seconds < QUICK),
    )
    return [reason for reason, is_so in seen if is_so]
