"""What the answers of mail servers mean for a lane."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from webapp.deliverability.transports import Outcome


@dataclass(frozen=True)
class Verdict:
    """Whether to stop handing over by this lane, for how long, and the server's own words."""

    stop: bool
    wait: timedelta
    words: str = ""


GO_ON = Verdict(stop=False, wait=timedelta(0))


def heard(lane_id: int, outcomes: Sequence[Outcome]) -> Verdict:
    """Take in what a server answered, in its order; tell whether to go on."""
    return GO_ON
