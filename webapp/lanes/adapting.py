"""How a lane slows down, recovers, closes and opens again. Rules over its row, no database.

Slower by half, faster by a little: what is known of sharing a line with others (AIMD).
"""

import math
from datetime import datetime, timedelta

from webapp.lanes.models import Lane
from webapp.lanes.rules import Rule

# Percent; below it, the lane rather closes for a while.
LEAST_SHARE = 10
# Messages a minute: who sends less is not slowed down from there.
LEAST_PACE = 60.0
# The answers of a moment are one request to slow down, however many messages heard it.
ONE_EVENT = timedelta(seconds=30)
# A request to slow down, and nothing said of how long.
BRIEFLY = timedelta(seconds=30)
# A minute of success gives back so many percent, and one connection.
RECOVERY_EVERY = timedelta(minutes=1)
RECOVERY = 5
# A breakdown is believed the third time; then each pause is twice the one before.
FAILURES = 3
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
FIRST_DISTRUST = timedelta(minutes=30)
LONGEST_DISTRUST = timedelta(hours=12)
_LONGEST_WORDS = 300
_A_MINUTE = 60.0


def count_left(lane: Lane, messages: int, now: datetime) -> None:
    """Keep the pace of late, in messages a minute; the older, the less it counts."""
    passed = max(0.0, (now - lane.heard_at).total_seconds())
    lane.recent = lane.recent * math.exp(-passed / _A_MINUTE) + messages
    lane.heard_at = now


def slow_down(lane: Lane, now: datetime) -> bool:
    """Halve the pace and the connections; False when it is as slow as it gets."""
    if lane.adapted_at and lane.share < 100 and now - lane.adapted_at < ONE_EVENT:
        return True
    could = lane.share > LEAST_SHARE
    pace = max(lane.recent, LEAST_PACE)
    lane.slowed_from = lane.slowed_from or min(pace, lane.per_minute or pace)
    lane.share = max(LEAST_SHARE, lane.share // 2)
    halve_connections(lane)
    lane.adapted_at = now
    return could


def halve_connections(lane: Lane) -> None:
    """Hold half as many connections, at least one."""
    lane.connections_now = max(1, (lane.connections_now or lane.connections) // 2)


def recover(lane: Lane, now: datetime) -> None:
    """After a while of success, be a little faster again."""
    if lane.share == 100 and lane.connections_now is None:
        return
    if lane.adapted_at and now - lane.adapted_at < RECOVERY_EVERY:
        return
    lane.adapted_at = now
    lane.share = min(100, lane.share + RECOVERY)
    if lane.connections_now:
        more = lane.connections_now + 1
        lane.connections_now = more if more < lane.connections else None
    if lane.share == 100:
        lane.slowed_from = None


def hold_off(lane: Lane, now: datetime, asked: timedelta | None) -> None:
    """Do what a provider wants that asks for less: slower, and a pause as long as it says.

    Who is as slow as can be pauses for longer each time.
    """
    if slow_down(lane, now):
        close(lane, now + (asked or BRIEFLY))
    else:
        _break(lane, now, 2 * BRIEFLY, LONGEST_PAUSE)


def obey(lane: Lane, rule: Rule, now: datetime, asked: timedelta | None) -> None:
    """Do what a provider is known to expect; the longer of its pause and what it asked for."""
    if rule.distrusts:
        distrust(lane, now, rule.pause)
    if rule.slower:
        slow_down(lane, now)
    elif rule.fewer and not is_closed(lane, now):
        halve_connections(lane)
    if rule.one_connection:
        lane.connections_now = 1
    close(lane, now + max(rule.pause, asked or rule.pause))
    # Recovering begins when the lane opens again.
    lane.adapted_at = lane.closed_until


def distrust(lane: Lane, now: datetime, pause: timedelta = FIRST_DISTRUST) -> None:
    """Close for long: somebody has to act, and insisting makes it worse."""
    _break(lane, now, pause, LONGEST_DISTRUST)


def fail(lane: Lane, now: datetime) -> None:
    """Count a breakdown; after several, or while one message tries, close for longer each time."""
    lane.failures += 1
    if lane.failures >= FAILURES or lane.probing:
        _break(lane, now, FIRST_PAUSE, LONGEST_PAUSE)


def heal(lane: Lane, now: datetime) -> None:
    """A message got through: forget the failures, and open when it was sent to try."""
    lane.failures = 0
    if lane.probing:
        lane.closings, lane.closed_until, lane.probing = 0, None, False
    elif not lane.closings and not is_closed(lane, now):
        lane.closed_until = None
    if lane.share == 100 and lane.connections_now is None and not lane.closed_until:
        tell(lane, "", "")


def close(lane: Lane, until: datetime) -> None:
    """Let nothing through until then, or later if that was said already."""
    lane.probing = False
    lane.closed_until = max(until, lane.closed_until or until)


def tell(lane: Lane, reason: str, words: str) -> None:
    """Keep why the lane is as it is, and what was answered."""
    lane.reason, lane.words = reason, words[:_LONGEST_WORDS]


def reset(lane: Lane) -> None:
    """Forget all that was heard: the lane is open, at its full pace."""
    lane.share, lane.slowed_from, lane.connections_now = 100, None, None
    lane.failures, lane.closings, lane.probing = 0, 0, False
    lane.closed_until = lane.adapted_at = None
    tell(lane, "", "")


def is_closed(lane: Lane, now: datetime) -> bool:
    """Whether nothing may leave now."""
    return lane.closed_until is not None and lane.closed_until > now


def _break(lane: Lane, now: datetime, first: timedelta, longest: timedelta) -> None:
    if is_closed(lane, now) and not lane.probing:
        # What was under way when the lane closed says nothing new.
        return
    doubled: timedelta = first * 2 ** min(lane.closings, 20)
    lane.closings += 1
    lane.failures, lane.probing = 0, False
    lane.closed_until = now + min(doubled, max(first, longest))
