"""What providers write when they want less of us, and what they are known to expect then.

docs/lanes.md tells the source of each line. The first line that fits decides.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from webapp.lanes import reasons

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
_ANYBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """An answer and what follows from it.

    `pause` closes the lane; `fewer` halves its connections and `one_connection` leaves
    one; `slower` halves the pace. `distrusts`: who comes back is let through one
    message at a time, and each refusal makes the next pause longer. `of_server`: it is the
    mail server that speaks for itself, whatever the provider.
    """

    pattern: re.Pattern[str]
    reason: str
    providers: frozenset[str] = _ANYBODY
    pause: timedelta = timedelta(0)
    slower: bool = False
    fewer: bool = False
    one_connection: bool = False
    distrusts: bool = False
    of_server: bool = False

    def fits(self, provider: str, said: str) -> bool:
        """Whether this provider's answer, in lower case with its code, is meant."""
        if self.providers and provider not in self.providers:
            return False
        return bool(self.pattern.search(said))


def _rule(pattern: str, reason: str, *providers: str, **effect: object) -> Rule:
    return Rule(re.compile(pattern), reason, frozenset(providers), **effect)  # type: ignore[arg-type]


_MICROSOFT = ("microsoft", "office365")

RULES: tuple[Rule, ...] = (
    # The relay's own quota: every provider waits.
    _rule(
        r"5\.4\.5\b.{0,20}(daily|quota|limit)|daily (user |e?mail |message |smtp )?"
        r"(sending |message )?(quota|limit)|(maximum|max|allowed) .{0,30}(messages|e?mails)"
        r" (per|an?) (hour|day)|(hourly|sending) (quota|limit)",
        reasons.QUOTA,
        pause=HOUR,
        of_server=True,
    ),
    # Google: stop ten minutes, then one connection, and one more at a time.
    _rule(
        r"4\.7\.28|unusual rate of",
        reasons.RATE,
        "google",
        pause=10 * MINUTE,
        one_connection=True,
    ),
    _rule(
        r"[45]\.7\.(23|25)\b",
        reasons.REVERSE_DNS,
        "google",
        pause=HOUR,
        distrusts=True,
    ),
    _rule(
        r"[45]\.7\.(26|27|29|30|31|32|40)\b",
        reasons.AUTHENTICATION,
        "google",
        pause=HOUR,
        distrusts=True,
    ),
    # Yahoo: wait some hours; who insists is kept out longer.
    _rule(r"\btss04\b", reasons.REPUTATION, "yahoo", pause=2 * HOUR, slower=True),
    _rule(
        r"\btss?(0[1-9]|1\d)\b",
        reasons.REPUTATION,
        "yahoo",
        pause=4 * HOUR,
        slower=True,
        distrusts=True,
    ),
    # Orange: two connections for each of our addresses.
    _rule(r"ofr\w*_104\b", reasons.CONNECTIONS, "orange", pause=MINUTE, fewer=True),
    _rule(
        r"ofr\w*_(107|20\d)\b",
        reasons.REVERSE_DNS,
        "orange",
        pause=HOUR,
        distrusts=True,
    ),
    _rule(
        r"ofr\w*_535\b", reasons.AUTHENTICATION, "orange", pause=HOUR, distrusts=True
    ),
    _rule(
        r"ofr\w*_(10[2-9])\b",
        reasons.RATE,
        "orange",
        pause=10 * MINUTE,
        slower=True,
    ),
    _rule(
        r"lpn\w*_(1\d\d|4\d\d)\b",
        reasons.RATE,
        "laposte",
        pause=10 * MINUTE,
        slower=True,
        fewer=True,
    ),
    _rule(
        r"4\.7\.65\d|\brp-00[1-3]\b",
        reasons.RATE,
        *_MICROSOFT,
        pause=15 * MINUTE,
        slower=True,
        fewer=True,
    ),
    _rule(r"\bs77\d{1,3}\b", reasons.BUSY, *_MICROSOFT, pause=5 * MINUTE, slower=True),
    _rule(
        r"5\.7\.515\b",
        reasons.AUTHENTICATION,
        *_MICROSOFT,
        pause=HOUR,
        distrusts=True,
    ),
    _rule(
        r"\bs3(140|150)\b|5\.7\.60[6-9]",
        reasons.REPUTATION,
        *_MICROSOFT,
        pause=4 * HOUR,
        distrusts=True,
    ),
    _rule(r"\[(hm|cs)\d\d\]", reasons.REPUTATION, "apple", pause=HOUR, distrusts=True),
    _rule(
        r"too many (errors|spams?) (from your ip|on this connection)",
        reasons.REPUTATION,
        "free",
        pause=HOUR,
        slower=True,
        one_connection=True,
    ),
    # Whoever says it: a message a minute's pace, one connection, an hour and a half.
    _rule(
        r"temporarily (deferred|rate.?limited|blocked|rejected).{0,60}reputation"
        r"|deferred due to .{0,40}(reputation|user complaints|unexpected volume)",
        reasons.REPUTATION,
        pause=90 * MINUTE,
        slower=True,
        one_connection=True,
    ),
    _rule(
        r"too many (concurrent )?(smtp )?(connections|sessions)|trop de connexions"
        r"|(connection|session) limit|max(imum)? (number of )?connections",
        reasons.CONNECTIONS,
        pause=MINUTE,
        fewer=True,
    ),
)


def first(provider: str, said: str) -> Rule | None:
    """The rule for an answer; None when nothing is known of it."""
    return next((rule for rule in RULES if rule.fits(provider, said)), None)


_SPAN = re.compile(
    r"(?:try (?:again|later)|again|retry|retrying|wait|come back|reconnect|revenez|réessayez"
    r"|reessayez)\b\D{0,40}?(\d{1,6})\s*"
    r"(seconds?|secs?|s|minutes?|mins?|mn|m|hours?|hrs?|heures?|h)\b"
)
_UNITS = {"s": timedelta(seconds=1), "m": MINUTE, "h": HOUR}
LONGEST_WAIT = timedelta(days=1)


def asked_wait(said: str) -> timedelta | None:
    """How long an answer asks us to wait, as in "try again in 300 seconds"; a day at most."""
    found = _SPAN.search(said)
    if not found:
        return None
    return min(int(found[1]) * _UNITS[found[2][0]], LONGEST_WAIT)
