"""What the answers of mail servers do to a lane: slower, closed for a while, open again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from webapp.core import clock
from webapp.core.db import db
from webapp.core.i18n import _l
from webapp.deliverability.transports import Outcome, Result
from webapp.lanes import adapting, offers, reasons, signals
from webapp.lanes.models import WHOLE_SERVER, Lane
from webapp.lanes.providers import OTHER
from webapp.lanes.signals import Kind, Signal

# Refusals in a row until a provider is believed to mean us; of many small ones, more.
REFUSALS = 3
REFUSALS_OF_OTHERS = 10
# What comes back later is never in a row: such a part of the day's mail, and as many.
REFUSED_SHARE = 0.05


@dataclass(frozen=True)
class Verdict:
    """Whether to stop handing over by this lane, for how long, and why, in a reader's words."""

    stop: bool
    wait: timedelta
    words: Any = ""


GO_ON = Verdict(stop=False, wait=timedelta(0))


def heard(lane_id: int, outcomes: Sequence[Outcome]) -> Verdict:
    """Take in what was answered to one deliverer, in its order; tell whether to go on.

    Nobody else takes from the lane before this transaction ends.
    """
    lanes = _lock(lane_id) if lane_id != offers.NO_LANE else {}
    if not lanes:
        return GO_ON
    whole = lanes.pop(WHOLE_SERVER)
    (lane,) = lanes.values()
    answered = [one for one in outcomes if one.result is not Result.UNSENT]
    adapting.count_left(lane, len(answered), clock.now())
    lane.bounced_today += sum(signals.is_bounce(lane.provider, one) for one in answered)
    said = [signals.signal(lane.provider, one) for one in outcomes]
    for one, repeated in groupby(one for one in said if one.kind is not Kind.NOTHING):
        _take_in(lane, whole, one, len(list(repeated)))
    db.session.flush()
    return _verdict(lane, whole)


def heard_unasked(server_id: int | None, provider: str, outcome: Outcome) -> None:
    """Count a mail that left without asking, such as a confirmation, and take its answer in."""
    lane_id = offers.lane_of(server_id, provider)
    offers.count(lane_id, 1)
    heard(lane_id, [outcome])


def came_back(
    server_id: int | None, provider: str, outcome: Outcome, *, is_proven: bool
) -> None:
    """Take in what a provider answered to our mail server, after that had taken the message.

    `outcome` is the refusal as it was reported, `is_proven` whether who reported it proved
    who it is. The server may be gone by now.
    """
    known = select(Lane.id).where(
        Lane.mail_server_id.is_not_distinct_from(server_id), Lane.provider == provider
    )
    lanes = _lock(db.session.scalar(known) or offers.NO_LANE)
    if not lanes:
        return
    lane = lanes[provider]
    if signals.is_bounce(provider, outcome):
        lane.bounced_today += 1
    said = signals.signal(provider, outcome)
    rule = said.rule if said.rule and not said.rule.of_server else None
    if rule is None and said.kind is not Kind.DISTRUST:
        return
    # Whoever got a message can write a report about it: one alone closes nothing.
    if not (rule and is_proven) and not _is_refused_often(lane):
        return
    if rule:
        adapting.obey(lane, rule, clock.now(), said.asked)
    else:
        adapting.distrust(lane, clock.now())
    adapting.tell(lane, said.reason, said.words)
    db.session.flush()


def _is_refused_often(lane: Lane) -> bool:
    """Whether what came back today is more than this or that odd message."""
    lane.refused_today += 1
    least = max(REFUSALS_OF_OTHERS, lane.taken_today * REFUSED_SHARE)
    if lane.refused_today < least:
        return False
    lane.refused_today = 0
    return True


def _lock(lane_id: int) -> dict[str, Lane]:
    """The lane and that of its whole server by provider, ours until the end; none when gone."""
    asked = aliased(Lane)
    server = select(asked.mail_server_id).where(asked.id == lane_id).scalar_subquery()
    whole = and_(
        Lane.provider == WHOLE_SERVER,
        Lane.mail_server_id.is_not_distinct_from(server),
    )
    locked = db.session.scalars(
        select(Lane)
        .where(or_(Lane.id == lane_id, whole))
        .order_by(Lane.id)
        .with_for_update(of=Lane)
        .execution_options(populate_existing=True)
    )
    lanes = {lane.provider: lane for lane in locked}
    return lanes if len(lanes) == 2 else {}


def _take_in(lane: Lane, whole: Lane, said: Signal, times: int) -> None:
    now = clock.now()
    if said.kind is Kind.FINE:
        adapting.recover(lane, now)
        adapting.heal(lane, now)
        adapting.heal(whole, now)
        return
    about = lane
    if said.kind is Kind.BREAKDOWN:
        # However many messages it left behind, it is one breakdown.
        about = whole
        adapting.fail(whole, now)
    elif said.rule:
        about = whole if said.rule.of_server else lane
        adapting.obey(about, said.rule, now, said.asked)
    elif said.kind is Kind.SLOWER:
        adapting.hold_off(lane, now, said.asked)
    else:
        _refused(lane, times)
    adapting.tell(about, said.reason, said.words)


def _refused(lane: Lane, times: int) -> None:
    lane.failures += times
    enough = REFUSALS_OF_OTHERS if lane.provider == OTHER else REFUSALS
    if lane.failures >= enough or lane.probing:
        adapting.distrust(lane, clock.now())


def _verdict(lane: Lane, whole: Lane) -> Verdict:
    now = clock.now()
    for one in (whole, lane):
        if one.closed_until and one.closed_until > now:
            return Verdict(stop=True, wait=one.closed_until - now, words=why(one))
    if whole.failures:
        return Verdict(stop=True, wait=adapting.FIRST_PAUSE, words=why(whole))
    return GO_ON


def why(lane: Lane) -> Any:
    """Why a lane is as it is: our sentence, and what was answered."""
    sentence = reasons.sentence(lane.reason)
    if sentence and lane.words:
        return _l("%(why)s It answers: “%(words)s”", why=sentence, words=lane.words)
    return sentence or lane.words
