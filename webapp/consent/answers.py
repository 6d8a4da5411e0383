"""What the gate is asked, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.core.i18n import _l


class Reason(StrEnum):
    """Why somebody is not written to."""

    RESTRICTED = "restricted"
    SUPPRESSED = "suppressed"
    NEVER_ASKED = "never_asked"
    PENDING = "pending"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    BASIS = "basis"
    PAUSED = "paused"
    OFTEN_ENOUGH = "often_enough"
    # Only of campaigns that ask about measuring: they see to these two themselves.
    ANSWERED = "answered"
    ASKED_LATELY = "asked_lately"


WORDS = {
    Reason.RESTRICTED: _l("asked us to restrict the use of their data"),
    Reason.SUPPRESSED: _l("on the suppression list"),
    Reason.NEVER_ASKED: _l("never agreed to this list"),
    Reason.PENDING: _l("did not confirm their address yet"),
    Reason.REFUSED: _l("refused"),
    Reason.WITHDRAWN: _l("unsubscribed"),
    Reason.BASIS: _l("on the list without having agreed, which it does not accept"),
    Reason.PAUSED: _l("paused our messages until a day of their choice"),
    Reason.OFTEN_ENOUGH: _l("wants fewer messages and had theirs lately"),
    Reason.ANSWERED: _l("already agreed to be measured"),
    Reason.ASKED_LATELY: _l(
        "answered, or was asked, about measuring less than six months ago"
    ),
}


@dataclass(frozen=True)
class Measures:
    """What the workspace and the campaign want to measure; the person's own choice can only narrow it."""

    opens: bool
    clicks: bool


@dataclass(frozen=True)
class Answer:
    """The gate's answer for one person."""

    reason: Reason | None
    opens: bool
    clicks: bool

    @property
    def allowed(self) -> bool:
        """Whether we may write."""
        return self.reason is None


@dataclass(frozen=True)
class Explanation:
    """The gate's answer for one person in words: why not, or without a reason, why."""

    reason: Reason | None
    words: str

    @property
    def allowed(self) -> bool:
        """Whether we may write."""
        return self.reason is None


# For those who ask only whether we may write.
NOTHING = Measures(opens=False, clicks=False)
