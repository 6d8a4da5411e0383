"""How a lane is, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.core.i18n import Lazy, _l
from webapp.lanes import days, reasons, warming
from webapp.lanes.models import WHOLE_SERVER, Lane

# A pause as long as this wants somebody to act.
ALARMING = timedelta(minutes=30)


@dataclass(frozen=True)
class State:
    """How a lane is: a badge, until when if it is closed, and why."""

    tone: str
    label: Lazy
    until: datetime | None = None
    why: Any = ""
    words: str = ""

    @property
    def is_as_heard(self) -> bool:
        """Whether a provider made it so: opening again forgets that."""
        return bool(self.why or self.until or self.words)


def of(lane: Lane, now: datetime) -> State:
    """The first that holds: closed, trying, done for today, slowed down, open."""
    why, words = reasons.sentence(lane.reason) or "", lane.words
    if lane.closed_until and lane.closed_until > now and not lane.probing:
        alarming = lane.closings and lane.closed_until - now >= ALARMING
        tone = "danger" if alarming else "warning"
        return State(tone, _l("Closed"), lane.closed_until, why, words)
    if lane.closings:
        return State("warning", _l("One message tries"), None, why, words)
    most = cap_today(lane)
    if most is not None and taken_today(lane) >= most:
        return State("info", _l("Done for today"))
    if lane.share < 100:
        label = _l("Slowed down to %(share)s %%", share=lane.share)
        return State("warning", label, None, why, words)
    if lane.connections_now:
        return State("warning", _l("Fewer connections for now"), None, why, words)
    return State("success", _l("Takes mail"))


def taken_today(lane: Lane) -> int:
    """How many messages left today."""
    return lane.taken_today if lane.day == days.today() else 0


def cap_today(lane: Lane) -> int | None:
    """How many may leave today, by its own limit and the warm-up; None without limit."""
    step = warm_up_step(lane)
    caps = [lane.daily_cap, warming.cap(step) if step is not None else None]
    known = [one for one in caps if one is not None]
    return min(known) if known else None


def warm_up_step(lane: Lane) -> int | None:
    """The step of the plan it is on today; None when it is warm, or not held to the plan."""
    if not lane.warm_up_from or lane.provider == WHOLE_SERVER:
        return None
    today = days.today()
    step = lane.warm_up_step if lane.day == today else warming.next_step(lane, today)
    return step if step < len(warming.PLAN) else None
