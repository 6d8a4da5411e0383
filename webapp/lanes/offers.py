"""How many messages a mail server may hand over now, by mailbox provider."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, Row, TextClause, select
from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import MailServer, ServerKind
from webapp.lanes import days, recommended, room, warming
from webapp.lanes.models import WHOLE_SERVER, Lane
from webapp.lanes.room import PLENTY

# Of a way that reaches nobody, like the built-in mailbox: it is never full.
NO_LANE = 0
# While one message tries whether a lane is open again, the others wait so many seconds.
PROBE = 120.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What may leave now by one lane; `seconds_until` more may, when `most` is 0."""

    lane_id: int
    provider: str
    most: int
    connections: int
    messages_per_connection: int
    seconds_until: float


def grants(server_id: int | None, providers: Collection[str]) -> list[Grant]:
    """What a mail server may hand over now, provider by provider; lanes are made as needed.

    An offer is no promise: what really may leave is what `take` says.
    """
    wanted = {*providers, WHOLE_SERVER}
    found = _look(server_id, wanted)
    if len(found) < len(wanted):
        make(server_id, wanted)
        found = _look(server_id, wanted)
    stale = [row.id for row in found if row.day < days.today()]
    if stale:
        warming.turn_the_day(stale, days.today())
        _follow_recommendations(server_id, stale)
        found = _look(server_id, wanted)
    (whole,) = (row for row in found if row.provider == WHOLE_SERVER)
    return [_grant(row, whole) for row in found if row is not whole]


def unlimited(providers: Collection[str]) -> list[Grant]:
    """The grants of a way that reaches nobody: nothing limits it, nothing is counted."""
    terms = recommended.BY_A_SERVICE
    return [
        Grant(
            NO_LANE,
            provider,
            PLENTY,
            terms.connections,
            terms.messages_per_connection,
            0.0,
        )
        for provider in providers
    ]


def take(lane_id: int, messages: int) -> int:
    """Take up to so many messages from a lane; how many may really leave, perhaps none.

    Nobody else takes from the lane before this transaction ends.
    """
    if lane_id == NO_LANE or messages < 1:
        return messages
    until = clock.ahead(seconds=PROBE)
    taken = _execute(room.TAKE, lane_id, messages, until=until).first()
    return int(taken[0]) if taken else 0


def count(lane_id: int, messages: int) -> None:
    """Count mail that leaves whatever the lane allows, such as confirmations."""
    if lane_id == NO_LANE:
        return
    _execute(room.COUNT, lane_id, messages)


def give_back(lane_id: int, messages: int) -> None:
    """Return what was taken and not handed over."""
    if lane_id == NO_LANE or messages < 1:
        return
    _execute(room.GIVE_BACK, lane_id, messages)


def lane_of(server_id: int | None, provider: str) -> int:
    """The lane of a provider, made if need be: for mail that asks for no grant."""
    return grants(server_id, [provider])[0].lane_id


def make(server_id: int | None, providers: Collection[str]) -> None:
    """Make the lanes that are missing, as recommended; a warm-up includes them."""
    by_a_service = _is_service(server_id)
    whole = _look(server_id, {WHOLE_SERVER})
    since = whole[0].warm_up_from if whole else None
    db.session.execute(
        insert(Lane)
        .values(
            [
                {
                    "mail_server_id": server_id,
                    "provider": provider,
                    "day": days.today(),
                    "filled_at": clock.now(),
                    "heard_at": clock.now(),
                    "warm_up_from": since,
                    **vars(recommended.terms(provider, by_a_service=by_a_service)),
                }
                for provider in sorted(providers)
            ]
        )
        .on_conflict_do_nothing()
    )


def _is_service(server_id: int | None) -> bool:
    server = db.session.get(MailServer, server_id) if server_id else None
    return bool(server and server.kind != ServerKind.SMTP)


def _follow_recommendations(server_id: int | None, lane_ids: Sequence[int]) -> None:
    """Once a day: what is recommended may have changed with the program."""
    by_a_service = _is_service(server_id)
    followers = select(Lane).where(Lane.id.in_(lane_ids), Lane.is_adjusted.is_(False))
    for lane in db.session.scalars(followers.order_by(Lane.id)):
        terms = recommended.terms(lane.provider, by_a_service=by_a_service)
        for name, value in vars(terms).items():
            setattr(lane, name, value)
    db.session.flush()


def _look(server_id: int | None, providers: Collection[str]) -> Sequence[Row[Any]]:
    asked = {
        "server": server_id,
        "providers": sorted(providers),
        "now": clock.now(),
        "today": days.today(),
    }
    return db.session.execute(room.LOOK, asked).all()


def _execute(
    statement: TextClause, lane_id: int, messages: int, **more: object
) -> Result[Any]:
    known = {"now": clock.now(), "today": days.today()}
    return db.session.execute(
        statement, {"lane": lane_id, "messages": messages, **known, **more}
    )


def _grant(lane: Row[Any], whole: Row[Any]) -> Grant:
    rows = (lane, whole)
    connections = min(row.connections for row in rows)
    return Grant(
        lane_id=lane.id,
        provider=lane.provider,
        most=min(row.room for row in rows),
        connections=1 if any(row.half_open for row in rows) else connections,
        messages_per_connection=lane.messages_per_connection,
        seconds_until=max(_seconds_until(row) for row in rows),
    )


def _seconds_until(row: Row[Any]) -> float:
    """How long until a message may leave by a lane that lets none through now."""
    if row.room:
        return 0.0
    now = clock.now()
    if row.closed_until and row.closed_until > now:
        return float((row.closed_until - now).total_seconds())
    if row.left_today is not None and row.left_today < 1:
        return days.seconds_left()
    if row.rate:
        return max(0.0, float((1.0 - row.filled) / row.rate * 60.0))
    return 0.0
